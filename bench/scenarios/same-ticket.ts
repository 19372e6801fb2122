import type { JobResult } from '../load/job.ts';
import { startHttpGenerator } from '../load/worker-process.ts';
import { figure } from '../report/table.ts';
import { type Scenario, verify } from '../scenario.ts';
import { countAttendance, createEvent } from '../system/events.ts';
import { startHost } from '../system/host.ts';
import { people, tokensOf } from '../system/people.ts';
import { startPostgres } from '../system/postgres.ts';

const simultaneous = 500;

export const sameTicket: Scenario = {
  name: 'same-ticket',
  about: `${simultaneous} check-ins of one ticket at once: one is accepted, the others name it`,
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const environment = { DATABASE_URL: await postgres.createDatabase('door') };
    const first = await startHost(bench, { environment });
    const second = await startHost(bench, { environment });
    const generator = startHttpGenerator(bench);
    const tokens = tokensOf(people('SCANNER', 20));
    const scanAll = async (origins: readonly string[], eventId: string, ticketId: string) =>
      await generator.run({
        origins,
        tokens,
        operation: { kind: 'scan', eventId, series: '', ticketId },
        pace: { kind: 'closed', callers: simultaneous },
        until: { requests: simultaneous },
      });
    const rows: string[][] = [];
    for (const origins of [[first.origin], [first.origin, second.origin]]) {
      const eventId = `at-${origins.length}`;
      await createEvent(first.origin, eventId);
      for (let ticket = 1; ticket <= (bench.quick ? 2 : 10); ticket += 1) {
        const result = await scanAll(origins, eventId, `ticket-${ticket}`);
        verifyOneWinner(result);
        await verifyCounts(first.origin, eventId, ticket);
        rows.push([
          `${origins.length}`,
          `${ticket}`,
          '1',
          `${result.refusedFor.length}`,
          figure(result.seconds),
        ]);
      }
    }
    return {
      tables: [
        {
          title: `${simultaneous} simultaneous check-ins of one ticket, PostgreSQL`,
          columns: ['hosts on the database', 'ticket', 'accepted', 'refused, naming it', 'seconds'],
          rows,
        },
      ],
      targets: [],
    };
  },
};

function verifyOneWinner({ accepted, refusedFor }: JobResult): void {
  verify(accepted.length === 1, `${accepted.length} of ${simultaneous} scans of one ticket were accepted`);
  verify(refusedFor.length === simultaneous - 1, `${refusedFor.length} scans were refused`);
  const [winner] = accepted;
  verify(
    refusedFor.every((id) => id === winner?.id),
    'a refusal names another check-in than the accepted one',
  );
}

async function verifyCounts(origin: string, eventId: string, tickets: number): Promise<void> {
  const { totalCheckedIn, logged, refused } = await countAttendance(origin, eventId);
  verify(totalCheckedIn === tickets, `${totalCheckedIn} tickets are checked in, not ${tickets}`);
  verify(logged === tickets, `${logged} check-ins are in the log, not ${tickets}`);
  verify(refused === tickets * (simultaneous - 1), `${refused} scans are counted as refused`);
}
