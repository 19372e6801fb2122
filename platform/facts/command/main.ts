import { ConfigurationError } from '../../env.ts';
import { treatDeadLetters } from './dead-letters.ts';
import { readBrokerUrl, readOutboxUrl } from './env.ts';
import { replayOutbox } from './replay.ts';
import { readRequest, UsageError } from './request.ts';

/** For people who look after a system: what is to become of facts that went wrong or astray. */
async function main(args: readonly string[]): Promise<void> {
  const request = readRequest(args, new Date());
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (request.command === 'dead')
    await treatDeadLetters(readBrokerUrl(), request.action, request.choice, say);
  else await replayOutbox(readOutboxUrl(request.service), request.service, request.from, say);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isForPeople = error instanceof UsageError || error instanceof ConfigurationError;
  process.stderr.write(`${isForPeople ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
