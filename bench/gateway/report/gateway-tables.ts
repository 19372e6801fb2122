import { median } from '../../report/statistics.ts';
import { figure, type Table } from '../../report/table.ts';
import { stockName } from '../gateways.ts';
import {
  countedRounds,
  type GatewayFigures,
  type OperationFigures,
  ratioOf,
  type Standing,
} from '../measure/operation-comparison.ts';
import { isOwnRate, type Round } from '../measure/rounds.ts';

export function operationTable({ operation, about, perSecond, gateways }: OperationFigures): Table {
  const stock = gateways.find(({ gateway }) => gateway === stockName);
  return {
    title: `${operation}: ${about}`,
    columns: [
      'gateway',
      'requests/s',
      'to stock',
      'CPU us',
      'CPU to stock',
      perSecond === undefined ? 'p99 ms' : `p99 ms at ${perSecond}/s`,
      'gateway busy',
      'had no core',
      'subgraphs busy',
      'generator busy',
      'held up by',
    ],
    rows: gateways.map((figures) => rowOf(figures, stock)),
  };
}

/** Before a figure: what is at least so much, and what says nothing. */
const marks: Readonly<Record<Standing, string>> = { own: '', lowerBound: '>', none: '?' };

function rowOf(figures: GatewayFigures, stock: GatewayFigures | undefined): string[] {
  const rounds = countedRounds(figures);
  const typical = (of: (round: Round) => number) => median(rounds.map(of));
  const bound = boundBy(figures);
  const rates = stock && stock !== figures && ratioOf(figures, stock, ({ rate }) => rate);
  const cpus = stock && stock !== figures && ratioOf(figures, stock, ({ cpu }) => cpu);
  return [
    figures.gateway,
    `${bound === 'gateway' ? '' : '>'}${figure(typical(({ rate }) => rate))}`,
    rates ? `${marks[rates.standing]}${figure(rates.value)}x` : '',
    figure(typical(({ cpu }) => cpu)),
    cpus ? `${figure(cpus.value)}x` : '',
    figures.fixedRate === undefined ? '-' : figure(figures.fixedRate.p99),
    percent(typical(({ busy }) => busy.gateway)),
    percent(typical(({ waited }) => waited)),
    percent(typical(({ busy }) => busy.subgraphs)),
    percent(typical(({ busy }) => busy.generator)),
    bound,
  ];
}

/** What kept the rate where it was: a rate that is not the gateway's own is a lower bound. */
export function boundBy(figures: GatewayFigures): string {
  if (figures.rounds.some(isOwnRate)) return 'gateway';
  const rounds = countedRounds(figures);
  const busiest = (name: 'subgraphs' | 'generator') => median(rounds.map(({ busy }) => busy[name]));
  if (busiest('subgraphs') >= 0.9) return 'subgraphs';
  if (busiest('generator') >= 0.9) return 'generator';
  return 'cores shared';
}

const percent = (share: number) => `${figure(share * 100)} %`;

/** Of each gateway, after all that it was asked. */
export function memoryTable(operations: readonly OperationFigures[]): Table {
  const residents = residentByGateway(operations);
  const stock = residents.get(stockName);
  return {
    title: 'Resident memory after the rounds of load (MiB, the most of all readings)',
    columns: ['gateway', 'resident', 'to stock'],
    rows: [...residents].map(([gateway, resident]) => [
      gateway,
      figure(resident),
      stock === undefined || gateway === stockName ? '' : `${figure(resident / stock)}x`,
    ]),
  };
}

export function residentByGateway(operations: readonly OperationFigures[]): Map<string, number> {
  const residents = new Map<string, number>();
  for (const { gateway, rounds } of operations.flatMap(({ gateways }) => gateways)) {
    const most = Math.max(residents.get(gateway) ?? 0, ...rounds.map(({ resident }) => resident));
    residents.set(gateway, most);
  }
  return residents;
}
