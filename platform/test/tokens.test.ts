import { describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { bearerToken } from '../bearer.ts';
import { AccessTokens, type TokenSettings } from '../tokens.ts';

const now = new Date('2026-07-01T12:00:00.250Z');
const settings: TokenSettings = { secret: 'a'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 120 };
const tokens = (at = now, changed: Partial<TokenSettings> = {}) =>
  new AccessTokens({ ...settings, ...changed }, () => at);
const viewer = { id: 'u1', username: 'ada', role: 'SCANNER', sessionId: 's1', issuedAt: now } as const;
const { token } = tokens().issue(viewer);

const claimsOf = (text: string) => jwt.decode(text) as Record<string, unknown>;
const withoutEnd = ({ exp: _exp, ...claims }: Record<string, unknown>) => claims;
const unsigned = (claims: object) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
};

describe('an access token', () => {
  test('says who it is, to the millisecond of its making', () => {
    expect(tokens().verify(token)).toEqual({ kind: 'user', ...viewer });
  });

  test('ends after its life', () => {
    const end = new Date(now.getTime() + 120 * 60_000);
    expect(() => tokens(new Date(end.getTime() - 10)).verify(token)).not.toThrow();
    expect(() => tokens(end).verify(token)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });

  test('that was checked before ends like any other, and stands for no other', () => {
    let at = now;
    const checked = new AccessTokens(settings, () => at);
    expect(checked.verify(token)).toEqual(checked.verify(token));
    expect(() => checked.verify(`${token}a`)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    at = new Date(now.getTime() + 120 * 60_000);
    expect(() => checked.verify(token)).toThrow(/expired/);
  });

  test.each([
    ['signed with another secret', tokens(now, { secret: 'b'.repeat(32) }).issue(viewer).token],
    ['signed with another algorithm', tokens(now, { algorithm: 'HS512' }).issue(viewer).token],
    ['not signed (alg: none)', unsigned(claimsOf(token))],
    [
      'altered',
      token.replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify({ ...claimsOf(token), role: 'ADMIN' })).toString('base64url')}.`,
      ),
    ],
    ['of another issuer', jwt.sign({ ...claimsOf(token), iss: 'else' }, settings.secret)],
    ['for another audience', jwt.sign({ ...claimsOf(token), aud: 'else' }, settings.secret)],
    ['without an end', jwt.sign(withoutEnd(claimsOf(token)), settings.secret)],
    ['of an unknown role', jwt.sign({ ...claimsOf(token), role: 'ROOT' }, settings.secret)],
    ['no token', 'nonsense'],
  ])('is refused when it is %s', (_what, bad) => {
    expect(() => tokens().verify(bad)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});

describe('the Authorization header', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['  BEARER   abc.def-g_h  ', 'abc.def-g_h'],
    [undefined, undefined],
    ['', undefined],
  ])('%j carries %j', (header, expected) => {
    expect(bearerToken(header)).toBe(expected);
  });

  test.each(['Bearer', 'Bearer a b', 'Bearer Bearer abc', 'Basic abc', 'abc', 'Bearer a,b'])(
    '%j is refused',
    (header) => {
      expect(() => bearerToken(header)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    },
  );
});
