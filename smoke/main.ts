import { Deployment } from './deployment.ts';
import { readAdminCredentials } from './env.ts';
import { accounts } from './journeys/accounts.ts';
import { badInput } from './journeys/bad-input.ts';
import { buying } from './journeys/buying.ts';
import { calledOffSale } from './journeys/called-off-sale.ts';
import { cancellation } from './journeys/cancellation.ts';
import { cleanUp } from './journeys/clean-up.ts';
import { declinedCard } from './journeys/declined-card.ts';
import { door } from './journeys/door.ts';
import { events } from './journeys/events.ts';
import { health } from './journeys/health.ts';
import { importedTickets } from './journeys/imported-tickets.ts';
import { proposals } from './journeys/proposals.ts';
import { reentry } from './journeys/reentry.ts';
import { refund } from './journeys/refund.ts';
import { resale } from './journeys/resale.ts';
import { roles } from './journeys/roles.ts';
import { transfer } from './journeys/transfer.ts';
import { unpaidOrder } from './journeys/unpaid-order.ts';
import { runJourneys } from './runner.ts';
import { readSettings, type SmokeSettings, UsageError } from './settings.ts';

const withoutMoney = [
  health,
  accounts,
  roles,
  events,
  proposals,
  door,
  reentry,
  badInput,
  cancellation,
  unpaidOrder,
  importedTickets,
];
const sales = [buying, declinedCard, transfer, resale, refund, calledOffSale];

/** @returns the exit code: 0 when every step held */
async function main(args: readonly string[]): Promise<number> {
  const settings = readSettings(args, readAdminCredentials());
  const obstacle = await findObstacle(settings);
  if (obstacle !== undefined) {
    console.error(obstacle);
    return 1;
  }
  console.log(`TixGo at ${settings.url}`);
  const journeys = [...withoutMoney, ...(settings.sales ? sales : []), cleanUp];
  const { failed } = await runJourneys(journeys, new Deployment(settings), (line) => console.log(line));
  return failed === 0 ? 0 : 1;
}

/** Why no journey needs to set out; undefined when something answers. */
async function findObstacle({ url }: SmokeSettings): Promise<string | undefined> {
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code: unknown = cause instanceof Error ? (Reflect.get(cause, 'code') ?? cause.message) : cause;
    return `${url} cannot be reached (${code}). Is TixGo running there? Give another address with --url.`;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
