import { isObject } from '@tixgo/platform/json-values.ts';
import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { isIntrospection } from '../operation/field-names.ts';
import { byteLetters } from './byte-letters.ts';
import { textOfEntity } from './entity-text.ts';
import { wholeAnswer } from './exact-places.ts';
import type { ResponseObject } from './execution.ts';
import { leafCheck } from './leaf-values.ts';
import { fieldsByType, receivedOf } from './object-fields.ts';
import type { ShapeSettings } from './response-shape.ts';
import type { FieldGroup } from './selected-fields.ts';

export interface TextSettings extends ShapeSettings {
  /** Where entities may stand as texts. */
  readonly exactPlaces: ReadonlySet<string>;
}

/**
 * The data of subgraphs as JSON in the form that a document asks for, in UTF-8 with a letter for each byte, which is
 * written at the price of a copy, as are the texts of entities in it; undefined where they are not all as the schema has
 * them, or where the document asks for the schema itself: what there is to tell of that, shaping finds out.
 */
export type ResponseText = (data: ResponseObject) => string | undefined;

type Write = (value: unknown) => string | undefined;

/** As `responseShape`, for an answer without a mistake: one text instead of objects that are then written out. */
export function responseText(settings: TextSettings): ResponseText {
  return objectWriting(settings, settings.rootType, [settings.selectionSet], wholeAnswer);
}

function writing(settings: TextSettings, type: GraphQLOutputType, fields: FieldGroup, place: string): Write {
  const write = presentWriting(settings, getNullableType(type), fields, place);
  const absent = isNonNullType(type) ? undefined : 'null';
  return (value) => (value === null || value === undefined ? absent : write(value));
}

function presentWriting(
  settings: TextSettings,
  type: GraphQLOutputType,
  fields: FieldGroup,
  place: string,
): Write {
  if (isListType(type)) return listWriting(writing(settings, type.ofType, fields, place));
  if (isCompositeType(type)) {
    const sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    const write = objectWriting(settings, type, sets, place);
    if (!settings.exactPlaces.has(place)) return write;
    return (value) => textOfEntity(value) ?? write(value);
  }
  if (!isLeafType(type)) return nothing;
  const isValid = leafCheck(type);
  return (value) => (isValid(value) ? leafText(value) : undefined);
}

const nothing: Write = () => undefined;

function listWriting(write: Write): Write {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let text = '[';
    for (let index = 0; index < value.length; index += 1) {
      const item = write(value[index]);
      if (item === undefined) return undefined;
      text += index === 0 ? item : `,${item}`;
    }
    return `${text}]`;
  };
}

interface WrittenField {
  /** The name with what stands around it. */
  readonly lead: string;
  readonly write: Write;
}

function objectWriting(
  settings: TextSettings,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  place: string,
): Write {
  const fieldsOf = fieldsByType(settings, type, sets, (runtimeType, source, group): WrittenField => {
    const lead = `${JSON.stringify(settings.clientName(source))}:`;
    const fieldPlace = place === wholeAnswer ? source : `${place}.${source}`;
    return { lead, write: fieldWriting(settings, runtimeType, group, fieldPlace) };
  });
  return (value) => {
    if (!isObject(value)) return undefined;
    const fields = fieldsOf(value);
    if (!fields) return undefined;
    let text = '{';
    for (const field of fields) {
      const { lead, write } = field.compiled;
      const written = write(receivedOf(value, field));
      if (written === undefined) return undefined;
      text += (text === '{' ? '' : ',') + lead + written;
    }
    return `${text}}`;
  };
}

function fieldWriting(
  settings: TextSettings,
  type: GraphQLCompositeType,
  group: FieldGroup,
  place: string,
): Write {
  const name = group[0].name.value;
  if (name === '__typename') return isObjectType(type) ? () => `"${type.name}"` : nothing;
  if (type === settings.schema.getQueryType() && isIntrospection(group[0])) return nothing;
  const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  return definition ? writing(settings, definition.type, group, place) : () => 'null';
}

/** Letters that stand in JSON as they are; of one byte, and of any: half of a pair may be one that stands alone. */
const unescapedAscii = /^[ !#-[\]-~]*$/;
const unescaped = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function leafText(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    const json = JSON.stringify(value);
    return json && byteLetters(json);
  }
  if (unescapedAscii.test(value)) return `"${value}"`;
  return byteLetters(unescaped.test(value) ? `"${value}"` : JSON.stringify(value));
}
