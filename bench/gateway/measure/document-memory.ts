import { figure, type Table } from '../../report/table.ts';
import type { Bench, Target } from '../../scenario.ts';
import { withOwnResources } from '../../system/own-resources.ts';
import { memoryOf } from '../../system/process-figures.ts';
import type { GatewayRow } from '../gateways.ts';
import { startGatewayLoad } from '../load/gateway-load.ts';
import { distinctDocuments } from '../operations.ts';
import type { SupergraphSystem } from '../system/supergraph-system.ts';

/** Resident memory of a gateway, in MiB, after each tenth of the documents. */
export interface DocumentMemory {
  readonly gateway: string;
  readonly documents: number;
  readonly resident: readonly number[];
}

const readings = 10;
/** Beyond what a heap breathes. */
const flatWithin = 1.1;

/** Sends documents of which no two are alike, each in its own shape, to a gateway that has just started. */
export async function documentMemory(
  bench: Bench,
  system: SupergraphSystem,
  row: GatewayRow,
): Promise<DocumentMemory> {
  return await withOwnResources(bench, async (own) => {
    const documents = bench.quick ? 5_000 : 100_000;
    bench.say(`${row.name}: ${documents} distinct documents`);
    const contender = { row, running: await row.start(own, system) };
    const load = startGatewayLoad(own, system.subgraphsPid, 50);
    const resident: number[] = [];
    for (let reading = 0; reading < readings; reading += 1) {
      await load.run(contender, distinctDocuments, { until: { requests: documents / readings } });
      resident.push(memoryOf(contender.running.pid).resident);
    }
    return { gateway: row.name, documents, resident };
  });
}

export function documentTable(memories: readonly DocumentMemory[]): Table {
  const columns = Array.from({ length: readings }, (_, index) => `${((index + 1) * 100) / readings} %`);
  return {
    title: `Resident memory (MiB) in the course of ${memories[0]?.documents ?? 0} distinct documents`,
    columns: ['gateway', ...columns],
    rows: memories.map(({ gateway, resident }) => [gateway, ...resident.map(figure)]),
  };
}

/** Flat: the second half has no higher reading than the first half, within what a heap breathes. */
export function documentTargets(memories: readonly DocumentMemory[]): Target[] {
  return memories
    .filter(({ gateway }) => gateway.startsWith('ours'))
    .map(({ gateway, documents, resident }) => {
      const half = resident.length / 2;
      const value = Math.max(...resident.slice(half)) / Math.max(...resident.slice(0, half));
      const what = `${gateway}: memory, second half of ${documents} distinct documents to the first`;
      return { what, measured: `${figure(value)}x`, wanted: `<= ${flatWithin}x`, met: value <= flatWithin };
    });
}
