import { Ajv, type Options } from 'ajv';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';

const strict: Options = { allErrors: false, removeAdditional: false, useDefaults: true, coerceTypes: false };

/** Bodies are taken as they are typed; what stands in an address is text, so that numbers are read from it. */
export function bodyValidator(): FastifySchemaCompiler<FastifySchema> {
  const bodies = withAnnotations(new Ajv(strict));
  const addresses = withAnnotations(new Ajv({ ...strict, coerceTypes: true }));
  return ({ schema, httpPart }) => (httpPart === 'body' ? bodies : addresses).compile(schema);
}

/** OpenAPI's own words, which say nothing about validity. */
function withAnnotations(ajv: Ajv): Ajv {
  return ajv.addKeyword('example').addFormat('date-time', true);
}

/** In the words of the API: which field, and what is wrong with it. */
export function describeMistake(errors: readonly FastifySchemaValidationError[], part: string): string {
  const [first] = errors;
  if (!first) return `The ${part} does not fit.`;
  const { keyword, instancePath, params, message } = first;
  const at = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'required') return `${fieldAt(at, params.missingProperty)}: is missing.`;
  if (keyword === 'additionalProperties')
    return `${fieldAt(at, params.additionalProperty)}: is not known here.`;
  if (keyword === 'enum') return `${at}: must be one of ${listed(params.allowedValues, ', ')}.`;
  if (keyword === 'type') return `${at || `The ${part}`}${at && ':'} must be ${listed(params.type, ' or ')}.`;
  return at === '' ? `The ${part} ${message}.` : `${at}: ${message}.`;
}

const listed = (values: unknown, separator: string) =>
  Array.isArray(values) ? values.join(separator) : String(values);

function fieldAt(parent: string, name: unknown): string {
  return parent === '' ? String(name) : `${parent}.${name}`;
}
