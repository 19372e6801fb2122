import type { ServerResponse } from 'node:http';
import type { ExecutableSubgraph, SubgraphRequest } from '../graphql/subgraph.ts';
import { endWhole } from '../http/end-whole.ts';
import type { Log } from '../logging.ts';
import { acceptedTypes, acceptPostHeader, answerLine, joinedCallsType } from './joined-calls.ts';

const headers = { 'content-type': joinedCallsType, [acceptPostHeader]: acceptedTypes };

/** Runs joined calls side by side; each is answered when it is done, with what is done in the same turn of the event loop. */
export function answerJoined(
  calls: readonly SubgraphRequest[],
  subgraph: ExecutableSubgraph,
  response: ServerResponse,
  log: Log,
): void {
  let open = calls.length;
  let lines = '';
  const send = () => {
    if (lines === '') return;
    const piece = Buffer.from(lines);
    lines = '';
    if (open > 0) {
      if (!response.headersSent) response.writeHead(200, headers);
      response.write(piece);
    } else if (response.headersSent) response.end(piece);
    else endWhole(response, 200, headers, piece);
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
