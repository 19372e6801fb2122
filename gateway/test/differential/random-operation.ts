import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Choices } from './choices.ts';
import { type GivenVariables, RandomValues } from './random-values.ts';

export interface RandomOperation {
  readonly source: string;
  readonly operationName: string;
  readonly variables: GivenVariables;
}

export interface OperationSettings {
  readonly schema: GraphQLSchema;
  /** Names of others that fields are given: the stock gateway answers such an operation wrongly. */
  readonly shadowed: readonly string[];
}

const mostFields = 40;
const deepest = 6;

/** One or two operations with fragments; usually valid, always of the language. */
export function randomOperation(settings: OperationSettings, choices: Choices): RandomOperation {
  return new RandomDocument(settings, choices).operation();
}

class RandomDocument {
  readonly #schema: GraphQLSchema;
  readonly #choices: Choices;
  readonly #values: RandomValues;
  readonly #fragments: string[] = [];
  readonly #spreadable: { readonly name: string; readonly on: GraphQLCompositeType }[] = [];
  readonly #shadowed: readonly string[];
  /** Whether it has fields alone: others have parts that are passed on but seldom. */
  readonly #isPlain: boolean;
  readonly #oneConditionIn: number;
  #fields = 0;
  #aliases = 0;

  constructor({ schema, shadowed }: OperationSettings, choices: Choices) {
    this.#schema = schema;
    this.#choices = choices;
    this.#values = new RandomValues(choices, shadowed.length > 0);
    this.#shadowed = shadowed;
    this.#isPlain = choices.oneIn(2);
    this.#oneConditionIn = choices.of([2, 8, 50]);
  }

  operation(): RandomOperation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation !== null && mutation !== undefined && this.#choices.oneIn(5);
    const root = isMutation ? mutation : this.#schema.getQueryType();
    if (!root) throw new Error('The schema has no queries.');
    const selections = this.#selectionSet(root, 0);
    const directives = this.#choices.oneIn(8) ? ' # "a comment\n' : ' ';
    const asked = `${isMutation ? 'mutation' : 'query'} Asked${this.#values.definitions()}${directives}${selections}`;
    const others = this.#choices.oneIn(6) ? ['query Other { __typename }'] : [];
    const parts = this.#choices.oneIn(2) ? [asked, ...this.#fragments] : [...this.#fragments, asked];
    return {
      source: [...others, ...parts].join('\n'),
      operationName: 'Asked',
      variables: this.#values.given,
    };
  }

  #selectionSet(type: GraphQLCompositeType, depth: number): string {
    const selections: string[] = [];
    const count = 1 + this.#choices.below(depth === 0 ? 4 : 5);
    for (let index = 0; index < count; index += 1) selections.push(this.#selection(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const kind = this.#choices.below(10);
    if (this.#isPlain && this.#fields <= mostFields) return this.#field(type, depth);
    if (kind === 9 || (this.#fields > mostFields && depth > 0)) return this.#typename();
    if (kind >= 7 && depth < deepest) return this.#inlineFragment(type, depth);
    if (kind === 6 && depth < deepest) return this.#spread(type, depth);
    if (kind === 5 && depth === 0 && type === this.#schema.getQueryType()) return this.#introspection();
    return this.#field(type, depth);
  }

  #typename(): string {
    return `${this.#alias('__typename', 4)}__typename${this.#condition()}`;
  }

  #introspection(): string {
    return this.#choices.of([
      '__type(name: "Query") { name kind }',
      '__schema { queryType { name } }',
      'shape: __type(name: "E0") { ...on __Type { name fields(includeDeprecated: true) { name args { defaultValue } } } }',
    ]);
  }

  #field(type: GraphQLCompositeType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return this.#inlineFragment(type, depth);
    const fields = Object.values(type.getFields());
    const within =
      depth < deepest ? fields : fields.filter(({ type }) => !isCompositeType(getNamedType(type)));
    if (within.length === 0) return this.#typename();
    this.#fields += 1;
    return this.#selectedField(this.#choices.of(within), depth);
  }

  #selectedField(field: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(field.type);
    const args = this.#arguments(field.args);
    // Fields of one name with other arguments cannot stand beside each other.
    const alias = this.#alias(field.name, args === '' ? 4 : 1);
    const deeper = isCompositeType(named) ? ` ${this.#selectionSet(named, depth + 1)}` : '';
    return `${alias}${field.name}${args}${this.#condition()}${deeper}`;
  }

  #alias(field: string, oneIn: number): string {
    if (this.#shadowed.length > 0 && this.#choices.oneIn(5)) return `${this.#choices.of(this.#shadowed)}: `;
    if (!this.#choices.oneIn(oneIn)) return '';
    this.#aliases += 1;
    return `${field.replace(/^_+/, '')}_${this.#aliases}: `;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter((arg) => isRequiredArgument(arg) || this.#choices.below(3) > 0);
    const texts = given.map(
      ({ name, type, defaultValue }) => `${name}: ${this.#values.text(type, defaultValue !== undefined)}`,
    );
    return texts.length === 0 ? '' : `(${texts.join(', ')})`;
  }

  /** None, one, or both, in either order. */
  #condition(): string {
    if (!this.#choices.oneIn(this.#oneConditionIn)) return '';
    const names = this.#choices.of([['include'], ['skip'], ['include', 'skip'], ['skip', 'include']]);
    return names.map((name) => ` @${name}(if: ${this.#values.condition()})`).join('');
  }

  #inlineFragment(type: GraphQLCompositeType, depth: number): string {
    const target = this.#narrowed(type);
    const condition = target === type && this.#choices.oneIn(3) ? '' : ` on ${target.name}`;
    return `...${condition}${this.#condition()} ${this.#selectionSet(target, depth + 1)}`;
  }

  #spread(type: GraphQLCompositeType, depth: number): string {
    const known = this.#spreadable.filter(({ on }) => on === type);
    if (known.length > 0 && this.#choices.oneIn(2))
      return `...${this.#choices.of(known).name}${this.#condition()}`;
    const target = this.#narrowed(type);
    const selections = this.#selectionSet(target, depth + 1);
    const name = `Part${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${target.name} ${selections}`);
    this.#spreadable.push({ name, on: target });
    return `...${name}${this.#condition()}`;
  }

  /** The type, one of its types, or an interface that it is of. */
  #narrowed(type: GraphQLCompositeType): GraphQLCompositeType {
    if (isAbstractType(type)) {
      const possible: GraphQLObjectType[] = [...this.#schema.getPossibleTypes(type)];
      const interfaces = possible.flatMap((one) => one.getInterfaces());
      return this.#choices.of<GraphQLCompositeType>([...possible, ...interfaces, type]);
    }
    return this.#choices.of<GraphQLCompositeType>([type, type, ...type.getInterfaces()]);
  }
}
