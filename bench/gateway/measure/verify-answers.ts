import { verify } from '../../scenario.ts';
import { faultOf } from '../load/answer-judge.ts';
import type { HttpAnswer } from '../load/kept-connection.ts';
import { type Ask, doorQuery, type Operation } from '../operations.ts';

/** Where a gateway answers, and for whom it is asked. */
export interface Asked {
  readonly name: string;
  readonly port: number;
  readonly token: string;
}

/** Asked for before anything is timed: as many, spread over all that may be asked. */
const samples = 25;

/** @throws unless a gateway answers an operation with exactly what the data says, and a mutation changes it */
export async function verifyAnswers(asked: Asked, operation: Operation): Promise<void> {
  const before = operation.isMutation ? await doorCount(asked) : 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const sequence = sample * 131;
    const answer = await post(asked, operation.ask(sequence));
    const fault = faultOf(operation, answer, { sequence, compare: true });
    verify(fault === undefined, `${asked.name}: ${fault}`);
  }
  if (operation.isMutation) await verifyDoor(asked, before, samples);
}

/** @throws unless so many mutations were made since the door had this count: none lost, shared or doubled */
export async function verifyDoor(asked: Asked, before: number, made: number): Promise<void> {
  const counted = (await doorCount(asked)) - before;
  verify(counted === made, `${asked.name} answered ${made} check-ins, and ${counted} were made`);
}

export async function doorCount(asked: Asked): Promise<number> {
  const { body } = await post(asked, doorQuery);
  const { data } = JSON.parse(body.toString());
  return data.event.summary.attendance.totalCheckedIn;
}

async function post({ port, token }: Asked, ask: Ask): Promise<HttpAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(ask),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}
