/**
 * A B, B A, A B, ...: what drifts over the minutes falls on all variants alike.
 * @returns results by variant, in the order of the rounds
 */
export async function interleave<Variant, Result>(
  variants: readonly Variant[],
  rounds: number,
  run: (variant: Variant, round: number) => Promise<Result>,
): Promise<Map<Variant, Result[]>> {
  const results = new Map<Variant, Result[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      results.get(variant)?.push(await run(variant, round));
    }
  }
  return results;
}
