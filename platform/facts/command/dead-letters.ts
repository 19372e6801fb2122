import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ConfigurationError } from '../../env.ts';
import { connectionOptions } from '../jetstream/connection-options.ts';
import { type DeadLetter, type DeadLetterChoice, DeadLetters } from '../jetstream/dead-letters.ts';
import { typeOfSubject } from '../jetstream/topology.ts';

/** Lists, replays or drops dead letters, and says what came of it line by line. @throws ConfigurationError */
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
      say(`${await letters.replay(choice)} given again to the service that gave up`);
    else say(`${await letters.drop(choice)} dropped`);
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
  if (count === 0) say('no dead letters');
}

function lineOf({ id, at, service, subject, deliveries, error }: DeadLetter): string {
  return [id, at.toISOString(), service, typeOfSubject(subject), `deliveries: ${deliveries}`, error].join(
    '  ',
  );
}
