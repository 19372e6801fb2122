import type { Choices } from './choices.ts';
import type { SubgraphText } from './federation-facts.ts';
import { SubgraphDraft } from './subgraph-draft.ts';

interface Entity {
  readonly name: string;
  /** Each as a @key has it; the service at home knows all of them. */
  readonly keys: readonly string[];
  readonly home: SubgraphDraft;
}

/** A field of an entity that another service may name. */
interface OwnedField {
  readonly entity: Entity;
  readonly owner: SubgraphDraft;
  readonly name: string;
  readonly type: string;
  readonly args: string;
  /** As @requires and @provides select it. */
  readonly selection: string;
  /** Whether others may answer it on the way to its entity. */
  readonly isShared: boolean;
}

/** Entities as a field has them. */
interface EntityType {
  readonly type: string;
  /** What the field says of the type's own fields. */
  readonly providing: string;
}

const keyKinds: readonly (readonly string[])[] = [
  ['id'],
  ['id', 'code'],
  ['id code'],
  ['spot { id }'],
  ['id', 'spot { id side }'],
  ['number', 'id'],
];
const leafTypes = [
  'String',
  'Int!',
  '[String!]!',
  'Float',
  'ID',
  'Boolean!',
  'Color',
  '[Color]',
  '[[Int!]!]',
  'Stamp',
  'Part!',
  '[Part!]',
  'Part',
];
const argumentLists = [
  '',
  '',
  '(n: Int)',
  '(s: String = "a \\"b\\"", n: Int! = 3)',
  '(id: ID!, f: Float)',
  '(e: Color = RED, l: [Int!])',
  '(i: Filter, any: Stamp)',
  '(is: [Filter!]!, b: Boolean)',
];

/** Two to four services that compose: entities of every kind of key, with what federation can say about their fields. */
export function randomSubgraphs(choices: Choices): SubgraphText[] {
  return new RandomSubgraphs(choices).texts();
}

class RandomSubgraphs {
  readonly #choices: Choices;
  readonly #drafts: readonly SubgraphDraft[];
  readonly #entities: Entity[] = [];
  readonly #owned: OwnedField[] = [];
  #fields = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
    const names = ['s0', 's1', 's2', 's3'].slice(0, 2 + choices.below(3));
    this.#drafts = names.map((name) => new SubgraphDraft(name, choices.oneIn(5)));
  }

  texts(): SubgraphText[] {
    for (let index = 0; index <= 1 + this.#choices.below(3); index += 1) this.#addEntity(index);
    for (const entity of this.#entities) this.#addFields(entity);
    if (this.#choices.below(3) > 0) this.#addInterface();
    if (this.#choices.below(3) > 0) this.#addUnion();
    if (this.#choices.below(2) > 0) this.#addInterfaceObject();
    for (let index = this.#choices.below(4); index > 0; index -= 1) this.#addRequiring();
    for (const draft of this.#drafts) this.#addRoots(draft);
    return this.#drafts.map((draft) => ({ name: draft.name, sdl: draft.print() }));
  }

  #addEntity(index: number): void {
    const home = this.#choices.of(this.#drafts);
    const entity = { name: `E${index}`, keys: this.#choices.of(keyKinds), home };
    this.#entities.push(entity);
    for (const key of entity.keys) home.addKey(entity.name, key);
  }

  /** Declares an entity where it is not yet: by one of its keys. */
  #bring({ name, keys }: Entity, draft: SubgraphDraft): void {
    if (!draft.has(name)) draft.addKey(name, this.#choices.of(keys));
  }

  #addFields(entity: Entity): void {
    const count = 2 + this.#choices.below(4);
    for (let index = 0; index < count; index += 1) {
      const owner = this.#choices.of(this.#drafts);
      this.#bring(entity, owner);
      const args = this.#choices.of(argumentLists);
      const name = this.#fieldName();
      if (this.#choices.below(3) === 2) {
        const { type, providing } = this.#entityType(owner);
        owner.addField(entity.name, `${name}${args}: ${type}${providing}`, name);
      } else this.#addLeaf({ entity, owner, name, type: this.#choices.of(leafTypes), args });
    }
  }

  #addLeaf(field: Omit<OwnedField, 'selection' | 'isShared'>): void {
    const { entity, owner, name, type, args } = field;
    const isShared = this.#choices.oneIn(3);
    const line = `${name}${args}: ${type}${isShared ? ' @shareable' : ''}`;
    owner.addField(entity.name, line, name);
    if (isShared && this.#choices.oneIn(2)) {
      const sharer = this.#choices.of(this.#drafts);
      this.#bring(entity, sharer);
      sharer.addField(entity.name, line, name);
    }
    const given = args.includes('!]!') || args.includes('ID!') ? undefined : this.#given(args);
    const selection = `${name}${given}${type.includes('Part') ? ' { width }' : ''}`;
    if (given !== undefined) this.#owned.push({ ...field, isShared, selection });
  }

  #given(args: string): string {
    return args.startsWith('(n: Int') && this.#choices.oneIn(2) ? '(n: 7)' : '';
  }

  #entityType(owner: SubgraphDraft): EntityType {
    const entity = this.#choices.of(this.#entities);
    const type = this.#typeOf(entity, owner);
    return { type, providing: this.#choices.oneIn(2) ? this.#providing(entity, owner) : '' };
  }

  #typeOf(entity: Entity, owner: SubgraphDraft): string {
    this.#bring(entity, owner);
    const { name } = entity;
    return this.#choices.of([name, `[${name}!]!`, `${name}!`, `[${name}]`]);
  }

  #anyType(owner: SubgraphDraft): string {
    return this.#typeOf(this.#choices.of(this.#entities), owner);
  }

  #providing(entity: Entity, draft: SubgraphDraft): string {
    const provided = this.#owned.filter(
      (field) =>
        field.entity === entity &&
        field.isShared &&
        field.args === '' &&
        !draft.knows(entity.name, field.name),
    );
    if (provided.length === 0) return '';
    const { name, type, selection } = this.#choices.of(provided);
    draft.addField(entity.name, `${name}: ${type} @external`, name);
    return ` @provides(fields: "${selection}")`;
  }

  #addRequiring(): void {
    const fields = this.#owned.filter(({ entity }) => entity.name.startsWith('E'));
    if (fields.length === 0) return;
    const field = this.#choices.of(fields);
    const { entity, owner, selection } = field;
    const draft = this.#choices.of(this.#drafts);
    this.#bring(entity, draft);
    if (draft === owner || draft.knows(entity.name, field.name)) return;
    draft.addField(entity.name, `${field.name}${field.args}: ${field.type} @external`, field.name);
    const name = this.#fieldName();
    const type = this.#choices.of(['String', 'Int', '[String]', 'Part']);
    draft.addField(entity.name, `${name}: ${type} @requires(fields: "${selection}")`, name);
  }

  /** In one service or two, each with a field of its own. */
  #addInterface(): void {
    const types = this.#choices.some(this.#entities, 1, 3);
    const homes = this.#choices.some(this.#drafts, 1, 2);
    for (const home of homes) {
      const name = `label_${home.name}`;
      const type = this.#choices.of(['String', 'Int!', this.#anyType(home)]);
      home.addInterface('Labelled', `${name}: ${type}`);
      for (const entity of types) {
        this.#bring(entity, home);
        home.implement(entity.name, 'Labelled');
        home.addField(entity.name, `${name}: ${type}`, name);
      }
      home.addRoot('Query', `labelled_${home.name}: ${this.#choices.of(['[Labelled!]!', 'Labelled'])}`);
    }
  }

  #addUnion(): void {
    const members = this.#choices.some(this.#entities, 1, 3);
    const home = this.#choices.of(this.#drafts);
    for (const entity of members) this.#bring(entity, home);
    home.add(`type Note { text: String score(n: Int): Int! by: ${members[0]?.name} }`);
    home.add(`union Found = ${[...members.map(({ name }) => name), 'Note'].join(' | ')}`);
    home.addRoot(
      'Query',
      `found${this.#choices.of(argumentLists)}: ${this.#choices.of(['[Found!]!', 'Found', '[Found]'])}`,
    );
  }

  /** One service knows the types, the other knows that they are media and no more. */
  #addInterfaceObject(): void {
    const [home, other] = this.#drafts;
    if (!home || !other) return;
    const first = this.#anyType(home);
    home.add(`interface Media @key(fields: "id") { id: ID! title: String first: ${first} }`);
    for (const name of ['Book', 'Film'])
      home.add(
        `type ${name} implements Media @key(fields: "id") { id: ID! title: String first: ${first} ${name.toLowerCase()}: Int! }`,
      );
    other.add(
      `type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int about(n: Int = 2): ${this.#anyType(other)} part: Part }`,
    );
    home.addRoot('Query', `media_${home.name}: ${this.#choices.of(['[Media!]!', 'Media'])}`);
    if (this.#choices.below(2) === 0) home.addRoot('Query', 'book: Book');
    other.addRoot('Query', `media_${other.name}: ${this.#choices.of(['[Media]', 'Media!'])}`);
  }

  #addRoots(draft: SubgraphDraft): void {
    const count = 1 + this.#choices.below(2);
    for (let index = 0; index < count; index += 1) {
      const isEntity = this.#choices.below(4) < 3;
      const { type, providing } = isEntity
        ? this.#entityType(draft)
        : { type: this.#choices.of(leafTypes), providing: '' };
      draft.addRoot('Query', `${this.#fieldName()}${this.#choices.of(argumentLists)}: ${type}${providing}`);
    }
    if (this.#choices.below(2) > 0) {
      const { type, providing } = this.#entityType(draft);
      draft.addRoot(
        'Mutation',
        `${this.#fieldName()}${this.#choices.of(argumentLists)}: ${type}${providing}`,
      );
    }
  }

  #fieldName(): string {
    const name = `f${this.#fields}`;
    this.#fields += 1;
    return name;
  }
}
