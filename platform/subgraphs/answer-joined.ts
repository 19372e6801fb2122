import type { ServerResponse } from 'node:http';
import type { ExecutableSubgraph, SubgraphRequest } from '../graphql/subgraph.ts';
import type { Log } from '../logging.ts';
import { acceptedTypes, acceptPostHeader, answerLine, joinedCallsType } from './joined-calls.ts';

/** Runs joined calls side by side; each is answered when it is done, with what is done in the same turn of the event loop. */
export function answerJoined(
  calls: readonly SubgraphRequest[],
  subgraph: ExecutableSubgraph,
  response: ServerResponse,
  log: Log,
): void {
  response.writeHead(200, { 'content-type': joinedCallsType, [acceptPostHeader]: acceptedTypes });
  let open = calls.length;
  let lines = '';
  const send = () => {
    if (lines === '') return;
    if (open === 0) response.end(lines);
    else response.write(lines);
    lines = '';
  };
  for (const [index, call] of calls.entries()) {
    void answerInLine(call, index, subgraph, log).then((line) => {
      open -= 1;
      const isFirst = lines === '';
      lines += line;
      if (open === 0) send();
      else if (isFirst) setImmediate(send);
    });
  }
}

async function answerInLine(
  call: SubgraphRequest,
  index: number,
  subgraph: ExecutableSubgraph,
  log: Log,
): Promise<string> {
  try {
    return answerLine(index, await subgraph.execute(call));
  } catch (error) {
    log.error({ err: error, requestId: call.requestId }, 'unexpected error');
    return answerLine(index, null);
  }
}
