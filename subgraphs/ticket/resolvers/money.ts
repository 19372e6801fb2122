/** Resolves an amount of the parent in the parent's currency. */
export function money<Parent extends { readonly currency: string }>(amountOf: (parent: Parent) => number) {
  return (parent: Parent) => ({ amount: amountOf(parent), currency: parent.currency });
}
