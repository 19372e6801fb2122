import { interleave } from '../../load/interleave.ts';
import { median, percentile } from '../../report/statistics.ts';
import type { Bench } from '../../scenario.ts';
import { stockName } from '../gateways.ts';
import type { Contender, GatewayLoad } from '../load/gateway-load.ts';
import type { Operation } from '../operations.ts';
import { isOwnRate, type Round, roundOf } from './rounds.ts';

/** What was seen of one gateway with one operation. */
export interface GatewayFigures {
  readonly gateway: string;
  readonly rounds: readonly Round[];
  /** At the fixed rate, in milliseconds; undefined where that was not asked, or there is none. */
  readonly fixedRate: { readonly p50: number; readonly p99: number } | undefined;
}

export interface OperationFigures {
  readonly operation: string;
  readonly about: string;
  /** 60 % of stock's best, in requests a second; undefined when stock does not take part. */
  readonly perSecond: number | undefined;
  readonly gateways: readonly GatewayFigures[];
}

export interface Timing {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly fixedRateSeconds: number;
}

const fixedShare = 0.6;
const fixedRateRounds = 2;

export async function compareOperation(
  bench: Bench,
  load: GatewayLoad,
  { operation, contenders, timing }: Comparison,
): Promise<OperationFigures> {
  const { rounds: count, seconds, warmUpSeconds } = timing;
  bench.say(`${operation.name} (${operation.about}): warming up, then ${count} rounds of ${seconds} s`);
  for (const contender of contenders)
    await load.run(contender, operation, { until: { seconds: warmUpSeconds } });
  const rounds = await interleave(contenders, count, async (contender) =>
    roundOf(await load.run(contender, operation, { until: { seconds } }), contender),
  );
  const stock = contenders.find(({ row }) => row.name === stockName);
  const perSecond = stock && Math.floor(median(ratesOf(rounds.get(stock) ?? [])) * fixedShare);
  const fixed = await atFixedRate(bench, load, { operation, contenders, timing }, perSecond);
  return {
    operation: operation.name,
    about: operation.about,
    perSecond,
    gateways: contenders.map((contender) => ({
      gateway: contender.row.name,
      rounds: rounds.get(contender) ?? [],
      fixedRate: fixed.get(contender),
    })),
  };
}

export interface Comparison {
  readonly operation: Operation;
  readonly contenders: readonly Contender[];
  readonly timing: Timing;
}

/** What people wait for each gateway at one and the same rate. */
async function atFixedRate(
  bench: Bench,
  load: GatewayLoad,
  { operation, contenders, timing }: Comparison,
  perSecond: number | undefined,
): Promise<Map<Contender, NonNullable<GatewayFigures['fixedRate']>>> {
  if (perSecond === undefined) return new Map();
  bench.say(`${operation.name}: ${perSecond} requests/s, a fixed rate`);
  const until = { seconds: timing.fixedRateSeconds };
  const results = await interleave(contenders, fixedRateRounds, async (contender) => {
    const { latencies } = await load.run(contender, operation, { until, perSecond });
    return latencies;
  });
  return new Map(
    [...results].map(([contender, rounds]) => {
      const latencies = rounds.flatMap((round) => [...round]);
      return [contender, { p50: percentile(latencies, 50), p99: percentile(latencies, 99) }];
    }),
  );
}

function ratesOf(rounds: readonly Round[]): number[] {
  return rounds.map(({ rate }) => rate);
}

/**
 * What a ratio of rates says: `own` comes of rounds in which both gateways were what held the load up; in those of
 * `lowerBound` the one below was, so that the other might have been better still; `none` says nothing.
 */
export type Standing = 'own' | 'lowerBound' | 'none';

export interface Ratio {
  readonly value: number;
  readonly standing: Standing;
}

/** The median over the rounds of how two gateways compare within a round; of the rounds that say most. */
export function ratioOf(
  over: GatewayFigures,
  under: GatewayFigures,
  figure: (round: Round) => number,
): Ratio {
  const pairs = over.rounds.flatMap((round, index) => {
    const other = under.rounds[index];
    return other ? [{ ratio: figure(round) / figure(other), standing: standingOf(round, other) }] : [];
  });
  const standings: readonly Standing[] = ['own', 'lowerBound', 'none'];
  const standing = standings.find((best) => pairs.some((pair) => pair.standing === best)) ?? 'none';
  const counted = pairs.filter((pair) => pair.standing === standing);
  return { value: median(counted.map(({ ratio }) => ratio)), standing };
}

function standingOf(over: Round, under: Round): Standing {
  if (!isOwnRate(under)) return 'none';
  return isOwnRate(over) ? 'own' : 'lowerBound';
}

/** The rounds that count: those in which the gateway was what held the load up, or all if there is none. */
export function countedRounds({ rounds }: GatewayFigures): readonly Round[] {
  const own = rounds.filter(isOwnRate);
  return own.length > 0 ? own : rounds;
}
