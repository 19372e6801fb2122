import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';

/**
 * What trusted documents are for: nothing; to be let through without looking at limits, while others are looked at; or to
 * be the only ones that are answered.
 */
export const trustModes = ['off', 'prefer', 'only'] as const;
export type TrustMode = (typeof trustModes)[number];

/** Apollo's "persisted query manifest", as codegen and @apollo/generate-persisted-query-manifest write it. */
export interface DocumentManifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly version: 1;
  readonly operations: readonly {
    /** SHA-256 of the body, in hex. */
    readonly id: string;
    readonly name: string;
    readonly type: 'query' | 'mutation' | 'subscription';
    readonly body: string;
  }[];
}

/** Of documents that strangers sent for others to ask by hash, in characters. */
const rememberedCharacters = 1_000_000;

/** Documents of the programs that an operator trusts, and those that clients asked to be remembered. */
export class TrustedDocuments {
  readonly mode: TrustMode;
  readonly #texts = new Set<string>();
  readonly #byHash = new Map<string, string>();
  readonly #remembered = new BoundedCache<string, string>(rememberedCharacters, ({ length }) => length);

  constructor(mode: TrustMode, manifests: readonly DocumentManifest[]) {
    this.mode = mode;
    if (mode === 'off') return;
    for (const { id, body } of manifests.flatMap(({ operations }) => operations)) {
      this.#texts.add(body);
      this.#byHash.set(id, body);
    }
  }

  isTrusted(source: string): boolean {
    return this.#texts.has(source);
  }

  /** For Apollo Server's automatic persisted queries: a trusted document need not be sent first. */
  readonly store = {
    get: async (key: string) => this.#byHash.get(hashOf(key)) ?? this.#remembered.get(hashOf(key)),
    set: async (key: string, source: string) => this.#remembered.set(hashOf(key), source),
    delete: async () => false,
  };
}

/** Apollo Server puts a prefix of its own before it. */
const hashOf = (key: string): string => key.slice(-sha256Length);
const sha256Length = 64;
