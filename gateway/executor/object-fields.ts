import {
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  type SelectionSetNode,
} from 'graphql';
import type { ResponseObject } from './execution.ts';
import { type FieldGroup, type Selecting, selectedFields } from './selected-fields.ts';

export interface FieldSettings extends Selecting {
  readonly schema: GraphQLSchema;
  /** What the client calls a field whose response name was changed before planning. */
  readonly clientName: (responseName: string) => string;
}

/** A field of an object of the answer, and what was compiled for it. */
export interface ObjectField<Compiled> {
  readonly name: string;
  readonly source: string;
  /** Whether every object has something by that name, such as its constructor. */
  readonly isInherited: boolean;
  readonly compiled: Compiled;
}

/** Undefined for an object of a type that clients do not see. */
export type FieldsOf<Compiled> = (value: ResponseObject) => readonly ObjectField<Compiled>[] | undefined;

/** The fields that a document selects of the objects in one place, compiled when one of a type first comes. */
export function fieldsByType<Compiled>(
  settings: FieldSettings,
  declared: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  compile: (type: GraphQLCompositeType, source: string, group: FieldGroup) => Compiled,
): FieldsOf<Compiled> {
  const fieldsByName = new Map<string, readonly ObjectField<Compiled>[]>();
  const fieldsOf = (type: GraphQLCompositeType) => {
    let fields = fieldsByName.get(type.name);
    if (!fields) {
      fields = [...selectedFields(settings, type.name, sets)].map(([source, group]) => ({
        name: settings.clientName(source),
        source,
        isInherited: source in Object.prototype,
        compiled: compile(type, source, group),
      }));
      fieldsByName.set(type.name, fields);
    }
    return fields;
  };
  return (value) => {
    const type = runtimeTypeOf(settings.schema, value, declared);
    return type && fieldsOf(type);
  };
}

/** What the object has by a field's name, and never what every object has. */
export function receivedOf(
  value: ResponseObject,
  { source, isInherited }: Pick<ObjectField<unknown>, 'source' | 'isInherited'>,
): unknown {
  return isInherited && !Object.hasOwn(value, source) ? undefined : value[source];
}

function runtimeTypeOf(
  schema: GraphQLSchema,
  { __typename }: ResponseObject,
  declared: GraphQLCompositeType,
): GraphQLCompositeType | undefined {
  if (typeof __typename !== 'string' || __typename === declared.name) return declared;
  // Subgraphs may call the root types as they like.
  if (declared === schema.getQueryType() || declared === schema.getMutationType()) return declared;
  const type = schema.getType(__typename);
  return isCompositeType(type) ? type : undefined;
}
