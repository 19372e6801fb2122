type Converted<Value, Case extends 'snake' | 'camel'> = Value extends readonly (infer Item)[]
  ? Converted<Item, Case>[]
  : Value extends object
    ? {
        [Key in keyof Value as Key extends string
          ? Case extends 'snake'
            ? Snake<Key>
            : Camel<Key>
          : never]: Converted<Value[Key], Case>;
      }
    : Value;

type Snake<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Text;
type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;

/** What GraphQL answers, with the field names of REST: `startsAt` as `starts_at`, at any depth. */
export function snakeCased<Value>(value: Value): Converted<Value, 'snake'> {
  return renamed(value, (name) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ) as Converted<Value, 'snake'>;
}

/** The other way round. */
export function camelCased<Value>(value: Value): Converted<Value, 'camel'> {
  return renamed(value, (name) =>
    name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
  ) as Converted<Value, 'camel'>;
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) =>
      name === '__typename' ? [] : [[rename(name), renamed(part, rename)]],
    ),
  );
}
