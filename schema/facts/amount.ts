/** An amount of money between services. */
export interface Amount {
  /** In minor units, a whole number from 0. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}
