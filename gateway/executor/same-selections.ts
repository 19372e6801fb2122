import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type FieldGroup, type Selecting, selectedFields } from './selected-fields.ts';

/** Whether a subgraph is asked for what a client asks for, by the same names in the same order. */
export class SameSelections {
  readonly #supergraph: Supergraph;
  readonly #clientName: (responseName: string) => string;
  readonly #selecting: { readonly asked: Selecting; readonly fetched: Selecting };

  constructor(
    supergraph: Supergraph,
    clientName: (responseName: string) => string,
    selecting: { readonly asked: Selecting; readonly fetched: Selecting },
  ) {
    this.#supergraph = supergraph;
    this.#clientName = clientName;
    this.#selecting = selecting;
  }

  /** Of object types alone. */
  isSame(
    type: GraphQLCompositeType,
    asked: readonly SelectionSetNode[],
    fetched: readonly SelectionSetNode[],
  ): boolean {
    if (!isObjectType(type)) return false;
    const askedFields = [...selectedFields(this.#selecting.asked, type.name, asked)];
    const fetchedFields = [...selectedFields(this.#selecting.fetched, type.name, fetched)];
    if (askedFields.length !== fetchedFields.length) return false;
    return askedFields.every(([name, group], place) => {
      const [fetchedName, fetchedGroup] = fetchedFields[place] ?? [];
      return (
        fetchedGroup !== undefined && fetchedName === name && this.#isSameField(type, group, fetchedGroup)
      );
    });
  }

  /** The one field that a subgraph is asked for, where it is an object that the client asks for, and the same. */
  onlyObject(
    type: GraphQLObjectType,
    asked: readonly SelectionSetNode[],
    fetched: readonly SelectionSetNode[],
  ): string | undefined {
    const [only, ...others] = selectedFields(this.#selecting.fetched, type.name, fetched);
    if (!only || others.length > 0) return undefined;
    const [name, fetchedGroup] = only;
    const group = selectedFields(this.#selecting.asked, type.name, asked).get(name);
    const definition = type.getFields()[fetchedGroup[0].name.value];
    if (!group || !definition || !isObjectType(getNullableType(definition.type))) return undefined;
    return this.#isSameField(type, group, fetchedGroup) ? name : undefined;
  }

  #isSameField(parent: GraphQLCompositeType, asked: FieldGroup, fetched: FieldGroup): boolean {
    const name = asked[0].name.value;
    const responseName = asked[0].alias?.value ?? name;
    if (fetched[0].name.value !== name || this.#clientName(responseName) !== responseName) return false;
    const definition = isObjectType(parent) ? parent.getFields()[name] : undefined;
    // The schema's own fields: a subgraph may have other names for the types at the root.
    if (!definition) return false;
    const type = getNamedType(definition.type);
    if (isCompositeType(type)) return this.isSame(type, selectionSetsOf(asked), selectionSetsOf(fetched));
    return !isEnumType(type) || !this.#hidesValues(type.name, type.getValues().length);
  }

  #hidesValues(name: string, shown: number): boolean {
    const full = this.#supergraph.fullSchema.getType(name);
    return !isEnumType(full) || full.getValues().length !== shown;
  }
}

export const selectionSetsOf = (group: FieldGroup) => group.flatMap(({ selectionSet }) => selectionSet ?? []);
