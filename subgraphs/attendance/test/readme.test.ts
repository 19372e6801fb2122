import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { startTestHost, type TestHost } from './host-client.ts';

const page = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```graphql\n(.*?)^```/gms)].map(([, text]) => String(text));
const blockOf = (name: string) => blocks.find((text) => text.includes(` ${name} {`)) ?? '';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ DEMO_DATA: 'true' });
}, 60_000);
afterAll(() => host.close());

test('each block of the README is one operation with a name, as explorers run them', () => {
  expect(blocks.length).toBeGreaterThan(7);
  for (const block of blocks) {
    const { definitions } = parse(block);
    expect(definitions).toMatchObject([
      { kind: Kind.OPERATION_DEFINITION, name: { value: expect.any(String) } },
    ]);
  }
});

test('the first queries answer what the README says', async () => {
  const { data } = await host.ask(blockOf('SignIn'));
  const token = data.login.accessToken;
  const letIn = async () => (await host.ask(blockOf('LetIn'), {}, token)).data.checkIn;
  expect(await letIn()).toMatchObject({ checkedInBy: { username: 'admin' } });
  expect(await letIn()).toMatchObject({ reason: 'ALREADY_REDEEMED' });
  const came = await host.ask(blockOf('WhoCame'), {}, token);
  expect(came.errors).toBeUndefined();
  expect(came.data.event.summary.attendance.totalCheckedIn).toBeGreaterThan(0);
});

test('a newcomer buys tickets block by block, with the ids that the answers have', async () => {
  const { data: registered } = await host.ask(blockOf('BecomeBuyer'));
  expect(registered.register.user).toEqual({ username: 'bea' });
  const { accessToken: token } = await host.login('bea', 'a password');
  const { data: sold } = await host.ask(blockOf('WhatIsSold'));
  const [type] = sold.event.ticketTypes;
  const ask = async (name: string, placeholder: string, id: string) =>
    await host.ask(blockOf(name).replace(placeholder, id), {}, token);
  const { data: reserved } = await ask('Reserve', 'ID OF THE TYPE', type.id);
  expect(reserved.reserveTickets).toMatchObject({ __typename: 'Order', status: 'PENDING' });
  const { data: paid } = await ask('Pay', 'ID OF THE ORDER', reserved.reserveTickets.id);
  expect(paid.payOrder).toEqual({ __typename: 'Payment', status: 'SUCCEEDED' });
  const mine = async () => (await host.ask(blockOf('MyTickets'), {}, token)).data.myTickets.edges;
  while ((await mine()).length < 2) await setTimeout(20);
  expect((await mine())[0].node).toMatchObject({ status: 'VALID', code: expect.any(String) });
});
