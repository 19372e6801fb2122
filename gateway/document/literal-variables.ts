import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { OperationDocument } from '../operation/operation-document.ts';
import type { DocumentTemplate } from './document-template.ts';
import { type LiteralValue, literalValue } from './literal-values.ts';

/** A literal that became a variable. */
export interface LiteralVariable {
  readonly name: string;
  readonly slot: number;
  readonly value: LiteralValue;
}

export interface ExtractedLiterals {
  readonly document: OperationDocument;
  readonly variables: readonly LiteralVariable[];
}

/**
 * Makes variables of the literals in the arguments of fields, so that documents that differ in them alone are one. The
 * document is valid as it was written; the variables have the types of their places and are named after them.
 * @returns undefined when one of them cannot become a variable: the document stays what it is
 */
export function extractLiterals(
  schema: GraphQLSchema,
  document: OperationDocument,
  { literals, slotAt }: DocumentTemplate,
): ExtractedLiterals | undefined {
  if (literals.length === 0) return { document, variables: [] };
  const types = new TypeInfo(schema);
  const naming = new VariableNaming(document);
  let isWhole = true;
  const places: string[] = [];
  const replace = (node: ValueNode) => {
    const slot = node.loc && slotAt.get(node.loc.start);
    const type = types.getInputType();
    const literal = slot === undefined ? undefined : literals[slot];
    if (slot === undefined || !type || !literal || literalValue(type)(literal) === undefined) {
      isWhole = false;
      return undefined;
    }
    const name = naming.variableFor(slot, type, places.at(-1) ?? 'value');
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  };
  const place = {
    enter: ({ name }: { readonly name: { readonly value: string } }) => void places.push(name.value),
    leave: () => void places.pop(),
  };
  const replaced: OperationDocument = visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: () => false,
      Directive: () => false,
      Argument: place,
      ObjectField: place,
      IntValue: replace,
      FloatValue: replace,
      StringValue: replace,
    }),
  );
  if (!isWhole) return undefined;
  const definitions = replaced.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? declare(definition, naming.definitions) : definition,
  );
  return { document: { ...replaced, definitions }, variables: naming.variables };
}

function declare(
  operation: OperationDefinitionNode,
  definitions: readonly VariableDefinitionNode[],
): OperationDefinitionNode {
  return { ...operation, variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions] };
}

/** One variable for each literal and type. */
class VariableNaming {
  readonly variables: LiteralVariable[] = [];
  readonly definitions: VariableDefinitionNode[] = [];
  readonly #taken = new Set<string>();
  readonly #byPlace = new Map<string, string>();

  constructor(document: OperationDocument) {
    visit(document, { Variable: ({ name }) => void this.#taken.add(name.value) });
  }

  variableFor(slot: number, type: GraphQLInputType, place: string): string {
    const typeText = `${getNullableType(type)}!`;
    const key = `${slot} ${typeText}`;
    const known = this.#byPlace.get(key);
    if (known !== undefined) return known;
    const name = this.#free(place);
    this.#byPlace.set(key, name);
    this.variables.push({ name, slot, value: literalValue(type) });
    this.definitions.push({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType(typeText),
    });
    return name;
  }

  #free(place: string): string {
    let name = place;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${place}_${number}`;
    this.#taken.add(name);
    return name;
  }
}
