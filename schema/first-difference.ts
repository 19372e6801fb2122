/** Says where two texts part, with the line of each, or an end where one of them has no more. */
export function firstDifference(committed: string, composed: string): string {
  const was = committed.split('\n');
  const becomes = composed.split('\n');
  const index = becomes.findIndex((line, at) => line !== was[at]);
  const at = index < 0 ? becomes.length : index;
  return `line ${at + 1} is ${quoted(was[at])} and would be ${quoted(becomes[at])}`;
}

function quoted(line: string | undefined): string {
  return line === undefined ? 'not there' : JSON.stringify(line);
}
