/** What a document may be, whoever sends it. Fragments count as if they were written out wherever they are spread. */
export interface DocumentLimits {
  /** Lexical tokens. */
  readonly tokens: number;
  /** Fields, as often as they stand there. */
  readonly fields: number;
  /** Fields of the answer: those that stand there several times count once. */
  readonly height: number;
  /** Fields that stand there once more. */
  readonly duplicates: number;
  /** Levels of fields. */
  readonly depth: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Of a request, with the sizes of lists that its variables ask for: see `cost.ts`. */
  readonly cost: number;
}

export type LimitName = keyof DocumentLimits | 'onlyOnce';

/** What a document or a request is over. */
export interface Exceeded {
  readonly limit: LimitName;
  readonly allowed: number;
  readonly found: number;
}
