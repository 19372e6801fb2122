import { figure } from '../../report/table.ts';
import type { Target } from '../../scenario.ts';
import { stockName } from '../gateways.ts';
import {
  type GatewayFigures,
  type OperationFigures,
  ratioOf,
  type Standing,
} from '../measure/operation-comparison.ts';
import type { Round } from '../measure/rounds.ts';
import { residentByGateway } from './gateway-tables.ts';

interface Wanted {
  readonly operations: readonly string[];
  readonly gateway: string;
  readonly against: string;
  readonly atLeast: number;
}

const compared = ['Q1', 'Q2v', 'Q3', 'Q4'];

const wantedRates: readonly Wanted[] = [
  { operations: compared, gateway: 'ours-unshared', against: stockName, atLeast: 6 },
  { operations: compared, gateway: 'ours-unshared', against: 'mercurius', atLeast: 1.2 },
  { operations: compared, gateway: 'ours', against: stockName, atLeast: 9 },
  { operations: compared, gateway: 'ours', against: 'mercurius', atLeast: 1.6 },
  { operations: compared, gateway: 'ours', against: 'hive-rust', atLeast: 4 },
  { operations: ['Q2u'], gateway: 'ours', against: 'mercurius', atLeast: 1.2 },
  { operations: compared, gateway: 'ours-in-process', against: stockName, atLeast: 12 },
  { operations: compared, gateway: 'ours-in-process', against: 'stock-in-process', atLeast: 2.5 },
];

const unsharedCpu = 1 / 6;
const p99ToStock = 0.5;
const memoryToStock = 1.2;

const words: Readonly<Record<Standing, string>> = {
  own: '',
  lowerBound: 'at least ',
  none: 'does not count: ',
};

/** Of those whose gateways took part. */
export function gatewayTargets(operations: readonly OperationFigures[]): Target[] {
  return [
    ...operations.flatMap(rateTargets),
    ...operations.flatMap(cpuTargets),
    ...operations.flatMap(waitingTargets),
    ...memoryTargets(operations),
  ];
}

function rateTargets({ operation, gateways }: OperationFigures): Target[] {
  return wantedRates
    .filter(({ operations }) => operations.includes(operation))
    .flatMap(({ gateway, against, atLeast }) => {
      const pair = pairOf(gateways, gateway, against);
      if (!pair) return [];
      const { value, standing } = ratioOf(...pair, ({ rate }: Round) => rate);
      const what = `${operation}: ${gateway} to ${against}, requests/s`;
      const measured = `${words[standing]}${figure(value)}x`;
      return [{ what, measured, wanted: `>= ${atLeast}x`, met: standing !== 'none' && value >= atLeast }];
    });
}

function cpuTargets({ operation, gateways }: OperationFigures): Target[] {
  const pair = compared.includes(operation) && pairOf(gateways, 'ours-unshared', stockName);
  if (!pair) return [];
  const { value } = ratioOf(...pair, ({ cpu }: Round) => cpu);
  const what = `${operation}: ours-unshared to ${stockName}, CPU per request`;
  return [{ what, measured: `${figure(value)}x`, wanted: '<= 1/6', met: value <= unsharedCpu }];
}

function waitingTargets({ operation, gateways }: OperationFigures): Target[] {
  const [ours, stock] = pairOf(gateways, 'ours', stockName) ?? [];
  if (!ours?.fixedRate || !stock?.fixedRate) return [];
  const value = ours.fixedRate.p99 / stock.fixedRate.p99;
  const what = `${operation}: ours to ${stockName}, p99 at the fixed rate`;
  return [{ what, measured: `${figure(value)}x`, wanted: `<= ${p99ToStock}x`, met: value <= p99ToStock }];
}

function memoryTargets(operations: readonly OperationFigures[]): Target[] {
  const residents = residentByGateway(operations);
  const [ours, stock] = [residents.get('ours'), residents.get(stockName)];
  if (ours === undefined || stock === undefined) return [];
  const value = ours / stock;
  const what = `ours to ${stockName}, resident memory`;
  return [
    { what, measured: `${figure(value)}x`, wanted: `<= ${memoryToStock}x`, met: value <= memoryToStock },
  ];
}

function pairOf(
  gateways: readonly GatewayFigures[],
  over: string,
  under: string,
): [GatewayFigures, GatewayFigures] | undefined {
  const find = (name: string) => gateways.find(({ gateway }) => gateway === name);
  const [one, other] = [find(over), find(under)];
  return one && other && [one, other];
}
