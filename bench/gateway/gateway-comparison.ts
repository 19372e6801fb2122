import { monotonicMicroseconds, profileTables, type Window } from '../report/cpu-profile.ts';
import type { Table } from '../report/table.ts';
import type { Bench, ScenarioReport } from '../scenario.ts';
import { withOwnResources } from '../system/own-resources.ts';
import type { GatewayRow } from './gateways.ts';
import { type Contender, type GatewayLoad, startGatewayLoad } from './load/gateway-load.ts';
import {
  type DocumentMemory,
  documentMemory,
  documentTable,
  documentTargets,
} from './measure/document-memory.ts';
import { compareOperation, type OperationFigures, type Timing } from './measure/operation-comparison.ts';
import { verifyAnswers } from './measure/verify-answers.ts';
import type { Operation } from './operations.ts';
import { memoryTable, operationTable } from './report/gateway-tables.ts';
import { gatewayTargets } from './report/gateway-targets.ts';
import { type SupergraphSystem, startSubgraphs } from './system/supergraph-system.ts';

export interface GatewayComparison {
  readonly rows: readonly GatewayRow[];
  readonly operations: readonly Operation[];
  /** Those that get documents of which no two are alike. */
  readonly documentRows: readonly GatewayRow[];
  /** Different people who ask in turn. */
  readonly viewers: number;
}

export interface GatewayReport extends ScenarioReport {
  /** Every round, for those who want to look closer than the tables do. */
  readonly operations: readonly OperationFigures[];
  readonly documentMemories: readonly DocumentMemory[];
}

const timings: Readonly<Record<'quick' | 'whole', Timing>> = {
  quick: { rounds: 2, seconds: 1, warmUpSeconds: 1, fixedRateSeconds: 1 },
  whole: { rounds: 7, seconds: 4, warmUpSeconds: 4, fixedRateSeconds: 5 },
};

/** Times gateways in turn on the same subgraphs, once each has answered every operation rightly. */
export async function compareGateways(bench: Bench, comparison: GatewayComparison): Promise<GatewayReport> {
  const system = await startSubgraphs(bench);
  const { operations, profiles } = await withOwnResources(bench, (own) => timeAll(own, system, comparison));
  const documentMemories: DocumentMemory[] = [];
  for (const row of comparison.documentRows)
    documentMemories.push(await documentMemory({ ...bench, profiles: undefined }, system, row));
  return {
    tables: [
      ...operations.map(operationTable),
      ...(operations.length > 0 ? [memoryTable(operations)] : []),
      ...(documentMemories.length > 0 ? [documentTable(documentMemories)] : []),
      ...profiles,
    ],
    targets: [...gatewayTargets(operations), ...documentTargets(documentMemories)],
    operations,
    documentMemories,
  };
}

interface Timed {
  readonly operations: readonly OperationFigures[];
  readonly profiles: readonly Table[];
}

async function timeAll(
  bench: Bench,
  system: SupergraphSystem,
  { rows, operations, viewers }: GatewayComparison,
): Promise<Timed> {
  const contenders: Contender[] = [];
  for (const row of operations.length > 0 ? rows : [])
    contenders.push({ row, running: await row.start(bench, system) });
  const load = startGatewayLoad(bench, system.subgraphsPid, viewers);
  await verifyAll(bench, load, contenders, operations);
  const figures: OperationFigures[] = [];
  const from = monotonicMicroseconds();
  for (const operation of operations)
    figures.push(
      await compareOperation(bench, load, {
        operation,
        contenders: thoseFor(operation, contenders),
        timing: bench.quick ? timings.quick : timings.whole,
      }),
    );
  return {
    operations: figures,
    profiles: await profilesOf(contenders, { from, to: monotonicMicroseconds() }),
  };
}

function thoseFor({ name }: Operation, contenders: readonly Contender[]): Contender[] {
  return contenders.filter(({ row }) => row.operations?.includes(name) ?? true);
}

/** @throws when a gateway answers anything but what the data says */
async function verifyAll(
  bench: Bench,
  load: GatewayLoad,
  contenders: readonly Contender[],
  operations: readonly Operation[],
): Promise<void> {
  for (const operation of operations) {
    for (const contender of thoseFor(operation, contenders))
      await verifyAnswers(load.asked(contender, operation), operation);
  }
  bench.say(`${contenders.length} gateways answer ${operations.length} operations alike, and rightly`);
}

/** Node writes a profile when a process ends. */
async function profilesOf(contenders: readonly Contender[], window: Window): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { row, running } of contenders) {
    if (running.profileFolder === undefined) continue;
    await running.stop();
    tables.push(...profileTables(running.profileFolder, row.name, window));
  }
  return tables;
}
