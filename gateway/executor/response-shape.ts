import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import { isObject } from '@tixgo/platform/json-values.ts';
import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { isIntrospection } from '../operation/field-names.ts';
import type { ResponseObject } from './execution.ts';
import { leafCheck } from './leaf-values.ts';
import { type FieldSettings, fieldsByType, receivedOf } from './object-fields.ts';
import type { FieldGroup } from './selected-fields.ts';
import { setMember } from './set-member.ts';

/** What shaping one answer finds out. */
interface Shaping {
  readonly path: (string | number)[];
  readonly errors: RaisedError[];
  /** Answers of the fields that read the schema itself. */
  readonly introspected: ResponseObject;
}

export interface ShapedResponse {
  readonly data: ResponseObject | null;
  /** Nulls where the schema has none, and values that are none of its type: where nothing else explains them. */
  readonly errors: readonly RaisedError[];
}

/** Brings the data of subgraphs into the form that a document asks for: its fields alone, in its order. */
export type ResponseShape = (data: ResponseObject, introspected: ResponseObject) => ShapedResponse;

export interface ShapeSettings extends FieldSettings {
  readonly rootType: GraphQLObjectType;
  readonly selectionSet: SelectionSetNode;
}

/** In place of a value that must not be null: the object or list around it is null instead. */
const invalid: unique symbol = Symbol('invalid');
type Completed = unknown | typeof invalid;
type Complete = (value: unknown, shaping: Shaping) => Completed;

/** ExecuteSelectionSet of the GraphQL specification (6.3) over data that is there already; compiled type by type. */
export function responseShape(settings: ShapeSettings): ResponseShape {
  const { rootType, selectionSet } = settings;
  const complete = objectCompletion(settings, rootType, [selectionSet]);
  return (data, introspected) => {
    const shaping: Shaping = { path: [], errors: [], introspected };
    const shaped = complete(data, shaping);
    return { data: isObject(shaped) ? shaped : null, errors: shaping.errors };
  };
}

function completion(
  settings: ShapeSettings,
  type: GraphQLOutputType,
  fields: FieldGroup,
  place: string,
): Complete {
  if (isNonNullType(type)) {
    const complete = completion(settings, type.ofType, fields, place);
    return (value, shaping) => {
      if (value !== null && value !== undefined) {
        const completed = complete(value, shaping);
        return completed === null ? invalid : completed;
      }
      tell(shaping, `Cannot return null for non-nullable field ${place}.`);
      return invalid;
    };
  }
  if (isListType(type)) return listCompletion(settings, type.ofType, fields, place);
  if (isCompositeType(type)) {
    const sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    return objectCompletion(settings, type, sets);
  }
  const isValid = leafCheck(type);
  return (value, shaping) => {
    if (value === null || value === undefined) return null;
    if (isValid(value)) return value;
    tell(shaping, `Invalid value found for field ${place}.`);
    return null;
  };
}

function listCompletion(
  settings: ShapeSettings,
  type: GraphQLOutputType,
  fields: FieldGroup,
  place: string,
): Complete {
  const complete = completion(settings, type, fields, place);
  return (value, shaping) => {
    if (!Array.isArray(value)) return null;
    const items: unknown[] = [];
    let isInvalid = false;
    for (let index = 0; index < value.length; index += 1) {
      shaping.path.push(index);
      const item = complete(value[index], shaping);
      shaping.path.pop();
      if (item === invalid) isInvalid = true;
      items.push(item);
    }
    return isInvalid ? null : items;
  };
}

function objectCompletion(
  settings: ShapeSettings,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): Complete {
  const fieldsOf = fieldsByType(settings, type, sets, (...field) => fieldCompletion(settings, ...field));
  return (value, shaping) => {
    if (!isObject(value)) return null;
    const fields = fieldsOf(value);
    if (!fields) {
      tell(shaping, 'An object is of a type that is not known here.');
      return null;
    }
    const shaped: ResponseObject = {};
    for (const field of fields) {
      const { name, compiled: complete } = field;
      shaping.path.push(name);
      const completed = complete(receivedOf(value, field), shaping);
      shaping.path.pop();
      if (completed === invalid) return null;
      setMember(shaped, name, completed);
    }
    return shaped;
  };
}

function fieldCompletion(
  settings: ShapeSettings,
  type: GraphQLCompositeType,
  source: string,
  group: FieldGroup,
): Complete {
  const fieldName = group[0].name.value;
  if (fieldName === '__typename') return isObjectType(type) ? () => type.name : typeless(type);
  if (type === settings.schema.getQueryType() && isIntrospection(group[0]))
    return (_value, { introspected }) => introspected[source] ?? null;
  const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!definition) return () => null;
  return completion(settings, definition.type, group, `${type.name}.${fieldName}`);
}

/** Which of its types an object of an interface is of, no subgraph told. */
function typeless({ name }: GraphQLCompositeType): Complete {
  return (_value, shaping) => {
    tell(shaping, `Cannot return null for non-nullable field ${name}.__typename.`);
    return invalid;
  };
}

function tell({ path, errors }: Shaping, message: string): void {
  errors.push({ message, path: [...path] });
}
