/** The first ADMIN of a development system. Everybody knows the password, so that it must not be reachable from outside. */
export const developmentAdmin = { username: 'admin', password: 'admin123' } as const;
