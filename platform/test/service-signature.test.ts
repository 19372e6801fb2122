import { describe, expect, test } from '@jest/globals';
import { signCall, type UnverifiedCall, verifyCall } from '../service-signature.ts';
import { userViewer } from '../testing/ask.ts';

const secret = 's'.repeat(32);
const at = (time: number) => () => new Date(time);
const viewer = userViewer('SCANNER');
const call = {
  method: 'POST',
  path: '/graphql',
  body: '{"query":"{a}"}',
  caller: { viewer, address: '10.0.0.1', userAgent: 'scanner' },
};
const headers = signCall(call, secret, at(1_000_000));
const received: UnverifiedCall = { method: 'POST', path: '/graphql', body: call.body, headers };

describe('a call between services', () => {
  test('carries for whom it is made', () => {
    expect(verifyCall(received, secret, at(1_001_000))).toEqual(call.caller);
  });

  const other = signCall({ ...call, caller: { viewer: userViewer('ADMIN') } }, secret, at(1_000_000));
  test.each<[string, Partial<UnverifiedCall>]>([
    ['is not signed', { headers: {} }],
    ['has no viewer', { headers: { ...headers, 'tixgo-caller': undefined } }],
    ["has somebody else's viewer", { headers: { ...headers, 'tixgo-caller': other['tixgo-caller'] } }],
    ['has another body', { body: '{"query":"{b}"}' }],
    ['goes to another path', { path: '/admin' }],
    ['uses another method', { method: 'GET' }],
    ['has a signature that is no signature', { headers: { ...headers, 'tixgo-signature': 't=1,v1=zz' } }],
  ])('is refused when it %s', (_what, change) => {
    expect(() => verifyCall({ ...received, ...change }, secret, at(1_000_000))).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
  });

  test.each([-31_000, 31_000])('is refused %i ms off', (late) => {
    expect(() => verifyCall(received, secret, at(1_000_000 + late))).toThrow(/does not hold/);
  });

  test('is refused under another secret', () => {
    expect(() => verifyCall(received, 't'.repeat(32), at(1_000_000))).toThrow(/does not hold/);
  });
});
