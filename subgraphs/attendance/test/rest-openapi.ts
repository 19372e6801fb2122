import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type JsonSchema = { readonly [keyword: string]: unknown };

interface Content {
  readonly [type: string]: {
    readonly schema: JsonSchema;
    readonly example?: unknown;
    readonly examples?: object;
  };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema: JsonSchema;
  readonly example?: string;
}

interface OperationObject {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: {
    readonly [status: string]: { readonly description: string; readonly content?: Content };
  };
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: OperationObject } };
  readonly components: { readonly securitySchemes: { readonly [name: string]: JsonSchema } };
}

export interface Operation extends OperationObject {
  /** As `POST /checkins`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** As Content-Type has it; undefined for an operation without a body. */
  readonly bodyType: string | undefined;
  readonly bodySchema: JsonSchema | undefined;
  readonly example: unknown;
  /** The status of an answer that is no failure. */
  readonly success: number;
}

const ajv = addFormats.default(new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }));

export async function openApiOf(url: string): Promise<OpenApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
}

export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => {
      const method = verb.toUpperCase();
      const [[bodyType, media] = []] = Object.entries(operation.requestBody?.content ?? {});
      const success = Number(Object.keys(operation.responses).find((status) => status.startsWith('2')));
      const { parameters = [] } = operation;
      const name = `${method} ${path}`;
      return {
        ...operation,
        name,
        method,
        path,
        parameters,
        success,
        bodyType,
        bodySchema: media?.schema,
        example: media?.example,
      };
    }),
  );
}

/** What an answer has that the document does not say of it; nothing when it is as documented. */
export async function breachOf(operation: Operation, response: Response): Promise<string | undefined> {
  const text = await response.text();
  const told = `${response.status} ${response.headers.get('content-type')} ${text.slice(0, 300)}`;
  const documented = operation.responses[response.status];
  if (!documented) return `${operation.name} answers a status of its own: ${told}`;
  if (!documented.content) return text === '' ? undefined : `${operation.name} has a body: ${told}`;
  const [type] = (response.headers.get('content-type') ?? '').split(';');
  const media = documented.content[type ?? ''];
  if (!media) return `${operation.name} answers in a type of its own: ${told}`;
  if (type !== 'application/json') return undefined;
  const validate = validatorOf(media.schema);
  if (validate(JSON.parse(text))) return undefined;
  return `${operation.name} answers otherwise: ${ajv.errorsText(validate.errors)}: ${told}`;
}

const validators = new WeakMap<JsonSchema, ValidateFunction>();

/** @throws when it is no JSON Schema of the dialect of OpenAPI 3.1 */
export function validatorOf(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const compiled = ajv.compile(schema);
  validators.set(schema, compiled);
  return compiled;
}
