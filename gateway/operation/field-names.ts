import type { FieldNode } from 'graphql';

/** What a field is called in the answer. */
export const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** Whether a root field reads the schema itself. */
export const isIntrospection = ({ name: { value } }: FieldNode): boolean =>
  value === '__schema' || value === '__type';
