import { badUserInput } from '../errors.ts';
import { isUuid } from '../ids.ts';

/** A request for one page: `after` is the sort key of the last row that the client has. */
export interface Page<Key> {
  readonly first: number;
  readonly after: Key | undefined;
}

export interface Connection<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const largestPage = 100;

/**
 * Opaque cursors of one list: they carry the list's name, so that a cursor of another list, or of the same list in
 * another order, is refused instead of paging from nowhere.
 */
export class Cursors<Key extends readonly string[]> {
  readonly #list: string;
  readonly #isKey: (values: readonly string[]) => boolean;

  /** @param isKey guards what the store will compare with: a cursor is input like any other */
  constructor(list: string, isKey: (values: readonly string[]) => boolean) {
    this.#list = list;
    this.#isKey = isKey;
  }

  encode(key: Key): string {
    return Buffer.from(JSON.stringify([this.#list, ...key])).toString('base64url');
  }

  /** @throws BAD_USER_INPUT for `first` out of 1..100 and for a cursor that this list did not make */
  page({ first, after }: PageArguments, fallback = 20): Page<Key> {
    const size = first ?? fallback;
    if (size < 1 || size > largestPage) {
      throw badUserInput('first', `first must be from 1 to ${largestPage}, not ${size}.`);
    }
    return { first: size, after: after === null || after === undefined ? undefined : this.#decode(after) };
  }

  /** @param rows one more than the page, when there is a next one */
  connection<Node>(rows: readonly Node[], page: Page<Key>, keyOf: (node: Node) => Key): Connection<Node> {
    const edges = rows.slice(0, page.first).map((node) => ({ cursor: this.encode(keyOf(node)), node }));
    return {
      edges,
      pageInfo: { hasNextPage: rows.length > page.first, endCursor: edges.at(-1)?.cursor ?? null },
    };
  }

  #decode(cursor: string): Key {
    const values = parsedStrings(cursor);
    if (values?.[0] !== this.#list || !this.#isKey(values.slice(1))) {
      throw badUserInput('after', 'after is not a cursor of this list.');
    }
    return values.slice(1) as unknown as Key;
  }
}

/** Ids sort by time (UUIDv7), so that the id alone can be the key of a list. */
export type IdKey = readonly [id: string];

/** Of a list whose rows are sorted by their ids. */
export function idCursors(list: string): Cursors<IdKey> {
  return new Cursors(list, ([id = '', ...more]) => isUuid(id) && more.length === 0);
}

function parsedStrings(cursor: string): string[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : undefined;
  } catch {
    return undefined;
  }
}
