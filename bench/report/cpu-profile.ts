import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure, type Table } from './table.ts';

/** V8's .cpuprofile, as far as it is read here; times in microseconds. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** On the machine's monotonic clock, in microseconds, which is also the profiler's. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Where the time of the profiled threads went within the window: by package, then by function. */
export function profileTables(folder: string, label: string, window: Window): Table[] {
  const byPlace = new Map<string, number>();
  const byFunction = new Map<string, number>();
  for (const file of globSync('*.cpuprofile', { cwd: folder })) {
    const profile: CpuProfile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    addProfile(profile, window, byPlace, byFunction);
  }
  const span = window.to - window.from;
  return [
    topTable(`${label}: own CPU time by package, Node's own work on behalf of it included`, byPlace, span),
    topTable(`${label}: own CPU time by function`, byFunction, span),
  ];
}

function addProfile(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  window: Window,
  byPlace: Map<string, number>,
  byFunction: Map<string, number>,
): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  let now = startTime;
  for (const [index, id] of samples.entries()) {
    now += timeDeltas[index] ?? 0;
    const node = byId.get(id);
    if (!node || now < window.from || now > window.to) continue;
    const spent = timeDeltas[index + 1] ?? 0;
    if (node.callFrame.functionName === '(idle)') continue;
    add(byFunction, functionOf(node), spent);
    add(byPlace, placeOf(node, byId, parents), spent);
  }
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function functionOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${shortened(url)}:${lineNumber + 1}`;
}

/** The nearest package or folder of ours up the stack: what Node and V8 do is done for somebody. */
function placeOf(
  node: ProfileNode,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string {
  for (let next: ProfileNode | undefined = node; next; next = byId.get(parents.get(next.id) ?? -1)) {
    const { url } = next.callFrame;
    const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)/.exec(url)?.[1];
    if (inPackage !== undefined) return inPackage;
    if (url.startsWith('file:')) return shortened(url).split('/').slice(0, 2).join('/');
  }
  return node.callFrame.url === '' ? node.callFrame.functionName : 'node (event loop, sockets)';
}

function shortened(url: string): string {
  const root = new URL('../../', import.meta.url).href;
  return url.replace(root, '').replace(/^.*node_modules\//, '');
}

function topTable(title: string, sums: ReadonlyMap<string, number>, span: number): Table {
  const total = [...sums.values()].reduce((all, value) => all + value, 0);
  const top = [...sums].sort(([, a], [, b]) => b - a).slice(0, 20);
  return {
    title: `${title} (${figure((total / span) * 100)} % of one core busy)`,
    columns: ['where', '% of busy'],
    rows: top.map(([where, spent]) => [where, figure((spent / total) * 100)]),
  };
}
