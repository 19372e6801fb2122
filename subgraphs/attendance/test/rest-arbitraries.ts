import fc from 'fast-check';
import type { JsonSchema, Operation } from './rest-openapi.ts';

/** A request that somebody might send, as far as it is made by chance. */
export interface RandomRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly body: string | undefined;
  readonly contentType: string;
}

/** By the name of a field, values that get further than random text: ids that exist, moments, names of things. */
export type Sensible = Readonly<Record<string, readonly string[]>>;

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\u202e',
      '%',
      '%00',
      '../..',
      'a/b',
      "'; drop table users --",
      '{{7*7}}',
      '-1',
      '1e400',
      'null',
      '2030-13-45T99:99:99Z',
      '0000-00-00T00:00:00Z',
      '+275760-09-13T00:00:00Z',
      '9999-12-31T23:59:59.999+14:00',
      'x'.repeat(5_000),
      '00000000-0000-0000-0000-000000000000',
    ),
  },
);
const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -0, 1, 2, 1.5, 2 ** 31, 2 ** 53, -1, 1e300, 10_000_000, 10_000_001),
);

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** What a schema lets through, and now and then what it does not. */
function anyOf(schema: JsonSchema, sensible: Sensible, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof(
    {
      weight: 14,
      arbitrary: fc.oneof(...typesOf(schema).map((type) => valid(schema, type, sensible, name))),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

function typesOf({ type, enum: values }: JsonSchema): readonly string[] {
  if (values) return ['enum'];
  return Array.isArray(type) ? type : [String(type)];
}

function valid(schema: JsonSchema, type: string, sensible: Sensible, field: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'enum':
      return fc.constantFrom(...(schema.enum as unknown[]));
    case 'string':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...(sensible[field] ?? ['Some text'])) },
        { weight: 1, arbitrary: text },
      );
    case 'integer':
    case 'number':
      return fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
        { weight: 1, arbitrary: number },
      );
    case 'array':
      return fc.array(anyOf(schema.items as JsonSchema, sensible, field), { maxLength: 4 });
    case 'object':
      return objectOf(schema, sensible);
    default:
      return fc.constant(null);
  }
}

function objectOf(schema: JsonSchema, sensible: Sensible): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, anyOf(property, sensible, name)]),
  );
  const stranger = rarely(fc.tuple(fc.constantFrom('__proto__', 'colour', ''), fc.jsonValue()));
  return fc
    .tuple(fc.record(model, { requiredKeys: required.filter((name) => name in model) }), stranger)
    .map(([object, extra]) => (extra ? { ...object, [extra[0]]: extra[1] } : object));
}

/** One request to the operation: mostly of the right form, with values of all kinds. */
export function requestOf(operation: Operation, sensible: Sensible): fc.Arbitrary<RandomRequest> {
  const values = operation.parameters.map(({ name, in: place, required, schema }) => {
    const value = anyOf(schema, sensible, name).map(String);
    const isGiven = place === 'path' || required ? fc.constant(true) : fc.boolean();
    return fc.record({ name: fc.constant(name), place: fc.constant(place), value, isGiven });
  });
  const strayQuery = rarely(fc.tuple(text, text));
  const { bodySchema, bodyType = 'application/json' } = operation;
  const isList = bodyType === 'text/csv';
  const json = bodySchema ? bodyOf(bodySchema, sensible) : fc.constant(undefined);
  const body = isList ? ticketList(sensible) : json;
  const contentType = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(bodyType, `${bodyType}; charset=utf-8`) },
    { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'image/png') },
  );
  return fc.record({ values: fc.tuple(...values), strayQuery, body, contentType }).map((random) => {
    const query = new URLSearchParams();
    let path = operation.path;
    for (const { name, place, value, isGiven } of random.values) {
      if (place === 'path') path = path.replace(`{${name}}`, segmentOf(value));
      else if (isGiven) query.append(name, value.toWellFormed());
    }
    if (random.strayQuery)
      query.append(...(random.strayQuery.map((part) => part.toWellFormed()) as [string, string]));
    return { operation, path: `${path}?${query}`, body: random.body, contentType: random.contentType };
  });
}

function bodyOf(schema: JsonSchema, sensible: Sensible): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 20, arbitrary: anyOf(schema, sensible).map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', 'null', '[]', '{"a":1,}', `"${'x'.repeat(300_000)}"`),
    },
    { weight: 1, arbitrary: text },
  );
}

/** Now and then one that could be taken. */
function ticketList(sensible: Sensible): fc.Arbitrary<string> {
  const header = fc.constantFrom(
    'code',
    'code,name,gates',
    'ticket_code;valid_from',
    'name',
    '"code',
    'code\u0000',
  );
  const field = fc.oneof(
    { weight: 3, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: fc.constantFrom('', '"', ',', '""', ...(sensible.ticket_id ?? [])) },
  );
  const row = fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => fields.join(','));
  return fc.tuple(header, fc.array(row, { maxLength: 5 })).map(([head, rows]) => [head, ...rows].join('\n'));
}

/** Part of an address; those that fetch would take out of it are left to another test. */
function segmentOf(value: string): string {
  const segment = encodeURIComponent(value.toWellFormed());
  return /^\.{0,2}$/.test(segment) ? 'nothing' : segment;
}
