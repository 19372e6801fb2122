const link = `@link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@provides", "@requires", "@interfaceObject"]
)`;

const common = `
scalar Stamp
enum Color { RED GREEN BLUE }
enum Side { LEFT RIGHT }
type Part @shareable { width: Int! name: String colors: [Color!] stamp: Stamp inner: Inner }
type Inner @shareable { depth: Float }
input Filter { text: String = "none" n: Int color: Color! = BLUE ids: [ID!] inner: Filter stamp: Stamp }
type Spot @shareable { id: ID! side: ID! size: Int }
`;

const keyTypes: Readonly<Record<string, string>> = {
  id: 'ID!',
  code: 'String!',
  number: 'Int!',
  spot: 'Spot!',
};

interface TypeDraft {
  readonly keys: Set<string>;
  readonly interfaces: Set<string>;
  readonly fields: Map<string, string>;
}

/** The text of a service while it is being written. */
export class SubgraphDraft {
  readonly name: string;
  readonly #hasOwnRootNames: boolean;
  readonly #types = new Map<string, TypeDraft>();
  readonly #interfaces = new Map<string, string[]>();
  readonly #roots = new Map<string, string[]>();
  readonly #more: string[] = [];

  constructor(name: string, hasOwnRootNames: boolean) {
    this.name = name;
    this.#hasOwnRootNames = hasOwnRootNames;
  }

  has(type: string): boolean {
    return this.#types.has(type);
  }

  knows(type: string, field: string): boolean {
    return this.#types.get(type)?.fields.has(field) ?? false;
  }

  addKey(type: string, key: string): void {
    const { keys, fields } = this.#type(type);
    keys.add(key);
    // In another service it need not be in a key.
    for (const [name] of key.replace(/\{.*\}/, '').matchAll(/\w+/g))
      fields.set(name, `${name}: ${keyTypes[name]} @shareable`);
  }

  addField(type: string, line: string, name: string): void {
    this.#type(type).fields.set(name, line);
  }

  implement(type: string, name: string): void {
    this.#type(type).interfaces.add(name);
  }

  addInterface(name: string, line: string): void {
    this.#interfaces.set(name, [...(this.#interfaces.get(name) ?? []), line]);
  }

  addRoot(root: 'Query' | 'Mutation', line: string): void {
    this.#roots.set(root, [...(this.#roots.get(root) ?? []), line]);
  }

  add(text: string): void {
    this.#more.push(text);
  }

  print(): string {
    const roots = [...this.#roots].map(
      ([root, lines]) => `type ${this.#rootName(root)} {\n  ${lines.join('\n  ')}\n}`,
    );
    const names = [...this.#roots.keys()].map((root) => `${root.toLowerCase()}: ${this.#rootName(root)}`);
    const schema =
      this.#hasOwnRootNames && names.length > 0
        ? `schema ${link} { ${names.join(' ')} }`
        : `extend schema ${link}`;
    const interfaces = [...this.#interfaces].map(
      ([name, lines]) => `interface ${name} {\n  ${lines.join('\n  ')}\n}`,
    );
    const types = [...this.#types].map(([name, type]) => printType(name, type));
    return [schema, common, ...interfaces, ...types, ...this.#more, ...roots].join('\n');
  }

  #rootName(root: string): string {
    return this.#hasOwnRootNames ? `${root}Of${this.name}` : root;
  }

  #type(name: string): TypeDraft {
    const known = this.#types.get(name);
    if (known) return known;
    const fresh: TypeDraft = { keys: new Set(), interfaces: new Set(), fields: new Map() };
    this.#types.set(name, fresh);
    return fresh;
  }
}

function printType(name: string, { keys, interfaces, fields }: TypeDraft): string {
  const implementing = interfaces.size > 0 ? ` implements ${[...interfaces].join(' & ')}` : '';
  const keyed = [...keys].map((key) => ` @key(fields: "${key}")`).join('');
  return `type ${name}${implementing}${keyed} {\n  ${[...fields.values()].join('\n  ')}\n}`;
}
