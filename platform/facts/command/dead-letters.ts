import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ConfigurationError } from '../../env.ts';
import { connectionOptions } from '../jetstream/connection-options.ts';
import { type DeadLetter, type DeadLetterChoice, DeadLetters } from '../jetstream/dead-letters.ts';
import { typeOfSubject } from '../jetstream/topology.ts';
import { UsageError } from './request.ts';

/**
 * Lists, replays or drops dead letters, and says what came of it line by line.
 * @throws ConfigurationError, and UsageError for a number that none of them has
 */
export async function treatDeadLetters(
  url: string,
  action: 'list' | 'replay' | 'drop',
  choice: DeadLetterChoice,
  say: (line: string) => void,
): Promise<void> {
  const connection = await reach(url);
  try {
    const letters = new DeadLetters(await jetstreamManager(connection, { checkAPI: false }));
    if (action === 'list') await list(letters, choice, say);
    else if (action === 'replay')
      say(`${found(await letters.replay(choice), choice)} given again to the service that gave up`);
    else say(`${found(await letters.drop(choice), choice)} dropped`);
  } finally {
    await connection.close();
  }
}

async function reach(url: string): Promise<NatsConnection> {
  try {
    return await connect({ ...connectionOptions({ url, processName: 'facts command' }), reconnect: false });
  } catch (error) {
    throw new ConfigurationError(
      `NATS_URL: the broker does not serve us: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function list(
  letters: DeadLetters,
  choice: DeadLetterChoice,
  say: (line: string) => void,
): Promise<void> {
  let count = 0;
  for await (const letter of letters.list(choice)) {
    say(lineOf(letter));
    if (choice.id !== undefined) say(letter.body);
    count += 1;
  }
  if (found(count, choice) === 0) say('no dead letters');
}

/** Whoever names one means one: none is a mistake then. */
function found(count: number, { id, service }: DeadLetterChoice): number {
  if (count > 0 || id === undefined) return count;
  const whose = service === undefined ? '' : ` of ${service}`;
  throw new UsageError(`There is no dead letter ${id}${whose}; the list shows their numbers.`);
}

function lineOf({ id, at, service, subject, deliveries, error }: DeadLetter): string {
  return [id, at.toISOString(), service, typeOfSubject(subject), `deliveries: ${deliveries}`, error].join(
    '  ',
  );
}
