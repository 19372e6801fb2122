/** How long it is until a deadline, in whole milliseconds: what travels between processes, whose clocks differ. */
export function patienceUntil(deadline: number | undefined): number | undefined {
  return deadline === undefined ? undefined : Math.max(0, Math.floor(deadline - performance.now()));
}

/** @param arrivedAt when the call came that told of the patience, by `performance.now()` */
export function deadlineAfter(patience: number | undefined, arrivedAt: number): number | undefined {
  return patience === undefined ? undefined : arrivedAt + patience;
}
