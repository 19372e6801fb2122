/** The same list as the enum in schema/common.graphql, lowest first. */
export const roles = ['USER', 'SCANNER', 'COMMITTEE', 'ADMIN'] as const;
export type Role = (typeof roles)[number];
