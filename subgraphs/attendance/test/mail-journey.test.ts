import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReceivedMail } from '@tixgo/identity/test/received-mail.ts';
import { SmtpServer } from '@tixgo/identity/test/smtp-server.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { startTestHost, type TestHost } from './host-client.ts';

let smtp: SmtpServer;
let system: TestHost;
beforeAll(async () => {
  smtp = await SmtpServer.start();
  system = await startTestHost({
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'TixGo <tickets@example.org>',
    PUBLIC_URL: 'https://tickets.example.org',
  });
});
afterAll(async () => {
  await system.close();
  await smtp.stop();
});

const data = async (query: string, variables: Record<string, unknown>, token?: string) => {
  const answer = await system.ask(query, variables, token);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
};
const register = async (username: string): Promise<string> => {
  const input = { username, password: 'test-pass-123', email: `${username}@example.org` };
  const registering = 'mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }';
  return (await data(registering, { input })).register.accessToken;
};
/** The next mails, by recipient. */
const mailed = async (count: number): Promise<ReadonlyMap<string | undefined, ReceivedMail>> => {
  while (smtp.received.length < count) await smtp.next();
  return new Map(smtp.received.splice(0).map((mail) => [mail.recipients[0], mail]));
};

async function freeEvent(): Promise<{ eventId: string; typeId: string }> {
  const eventId = newId();
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const endsAt = new Date(Date.now() + 2 * 86_400_000).toISOString();
  const event = { id: eventId, name: 'A concert', startsAt, endsAt, timezone: 'UTC' };
  const creating = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
  await data(creating, { input: event }, system.admin);
  const type = { eventId, name: 'Standing', price: { amount: 0, currency: 'EUR' }, capacity: 5 };
  const typing = 'mutation ($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }';
  return { eventId, typeId: (await data(typing, { input: type }, system.admin)).createTicketType.id };
}

test('tickets, a gift and a cancelation are mailed to those whom they are for', async () => {
  const [bea, ned] = [await register('bea'), await register('ned')];
  const { eventId, typeId } = await freeEvent();
  const input = { eventId, lines: [{ ticketTypeId: typeId, quantity: 2 }], idempotencyKey: '1' };
  const { reserveTickets: order } = await data(
    `mutation ($input: ReserveTicketsInput!) {
      reserveTickets(input: $input) { ... on Order { id tickets { id code qrSvg } } }
    }`,
    { input },
    bea,
  );
  const confirmed = (await mailed(1)).get('bea@example.org');
  expect(confirmed?.header('Subject')).toBe('Your tickets for A concert');
  for (const { code, qrSvg } of order.tickets) {
    expect(confirmed?.text).toContain(`Standing\n\n${code}`);
    expect(confirmed?.parts.map(({ content }) => content)).toContain(qrSvg);
  }

  await data(
    'mutation ($id: ID!) { transferTicket(id: $id, toUsername: "ned") { id } }',
    { id: order.tickets[0].id },
    bea,
  );
  const { myTickets } = await data('{ myTickets { edges { node { code } } } }', {}, ned);
  const given = (await mailed(1)).get('ned@example.org');
  expect(given?.text).toContain('bea gave you a ticket (Standing) for A concert');
  expect(given?.text).toContain(myTickets.edges[0].node.code);

  await data('mutation ($id: ID!) { cancelEvent(id: $id) { id } }', { id: eventId }, system.admin);
  const canceled = await mailed(2);
  for (const recipient of ['bea@example.org', 'ned@example.org']) {
    expect(canceled.get(recipient)?.header('Subject')).toBe('Canceled: A concert');
  }
});

test('a forgotten password is replaced through the gateway, and old tokens are refused', async () => {
  const before = await register('fay');
  const asking = 'mutation ($username: String!) { requestPasswordReset(username: $username) }';
  expect(await data(asking, { username: 'fay' })).toEqual({ requestPasswordReset: true });
  const mail = (await mailed(1)).get('fay@example.org');
  const [, token] =
    /https:\/\/tickets\.example\.org\/reset-password#token=([\w-]+)/.exec(mail?.text ?? '') ?? [];
  const { resetPassword } = await data(
    'mutation ($token: String!) { resetPassword(token: $token, newPassword: "another-pass") { accessToken } }',
    { token },
  );
  const me = '{ me { username } }';
  expect(await data(me, {}, resetPassword.accessToken)).toEqual({ me: { username: 'fay' } });
  const deadline = Date.now() + 1_000;
  const oldAnswer = async () => (await system.ask(me, {}, before)).errors?.[0].extensions.code;
  while ((await oldAnswer()) === undefined && Date.now() < deadline);
  expect(await oldAnswer()).toBe('UNAUTHENTICATED');
});
