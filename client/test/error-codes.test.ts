import { expect, test } from '@jest/globals';
import { errorCatalogue, protocolCodes } from '@tixgo/platform/errors.ts';
import { asServerCode, clientCodes, serverCodes } from '../error-codes.ts';

test("The client's codes are those of the catalogue and of the protocol, no more and no less", () => {
  const told = [...Object.keys(errorCatalogue), ...Object.keys(protocolCodes)];

  expect([...serverCodes].sort()).toEqual(told.sort());
});

test('A server cannot say what only the client says', () => {
  for (const code of clientCodes) expect(asServerCode(code)).toBe('UNKNOWN_ERROR');
});
