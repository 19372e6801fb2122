import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isSignedBy, parseCompact, publicKeyOf, signCompact, signingKeyOf } from '../compact-jws.ts';

const key = signingKeyOf(
  createPrivateKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
    format: 'jwk',
  }),
);
const text = signCompact(key, { sub: 't1' });
const [head = '', body = '', signature = ''] = text.split('.');

const isAccepted = (given: string) => {
  const jws = parseCompact(given);
  return jws !== undefined && isSignedBy(jws, publicKeyOf(key.jwk));
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The same bytes by another last character: its low bits stand for nothing, and decoders drop them. */
const respelled = (part: string) => {
  const spelling = [...alphabet].map((last) => part.slice(0, -1) + last);
  const bytes = Buffer.from(part, 'base64url');
  return spelling.filter((each) => each !== part && Buffer.from(each, 'base64url').equals(bytes));
};

/** The order of the curve's group (RFC 8032, 5.1): a signature whose S is larger by it holds in lax verifiers. */
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const withLargerS = (part: string) => {
  const bytes = Buffer.from(part, 'base64url');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + groupOrder;
  const larger = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([bytes.subarray(0, 32), larger]).toString('base64url');
};

describe('one text stands for one signature:', () => {
  test('as it was signed it is accepted', () => {
    expect(isAccepted(text)).toBe(true);
  });

  test.each([
    ['its signature padded', `${head}.${body}.${signature}==`],
    ['its header padded', `${head}=.${body}.${signature}`],
    ['its payload padded', `${head}.${body}==.${signature}`],
    ['its signature in the alphabet of plain base64', `${head}.${body}.${plainBase64(signature)}`],
    ['a blank in its signature', `${head}.${body}.${signature.slice(0, 40)} ${signature.slice(40)}`],
    ['a line feed behind it', `${text}\n`],
    ['a blank before it', ` ${text}`],
    ['a line feed in its header', `${head.slice(0, 4)}\n${head.slice(4)}.${body}.${signature}`],
    ['what is no base64url in its payload', `${head}.${body}!.${signature}`],
    ['S of its signature larger by the group order', `${head}.${body}.${withLargerS(signature)}`],
  ])('%s it is refused', (_what, given) => {
    expect(given).not.toBe(text);
    expect(isAccepted(given)).toBe(false);
  });

  test('in another spelling of the same bytes it is refused', () => {
    const spellings = [
      ...respelled(signature).map((each) => `${head}.${body}.${each}`),
      ...respelled(body).map((each) => `${head}.${each}.${signature}`),
      ...respelled(head).map((each) => `${each}.${body}.${signature}`),
    ];
    expect(spellings.length).toBeGreaterThanOrEqual(15);
    expect(spellings.filter(isAccepted)).toEqual([]);
  });

  test('the signature is not even tried when it is spelled otherwise', () => {
    expect(respelled(signature).map((each) => parseCompact(`${head}.${body}.${each}`))).toEqual(
      Array(15).fill(undefined),
    );
    expect(parseCompact(`${head}.${body}.${signature}==`)).toBeUndefined();
  });
});

describe('what is no compact JWS is none, and no exception:', () => {
  const million = 1_000_000;
  test.each([
    ['nothing', ''],
    ['dots', '..'],
    ['a ticket id', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['one part', head],
    ['two parts', `${head}.${body}`],
    ['four parts', `${text}.${signature}`],
    ['a dot behind it', `${text}.`],
    ['no header', `.${body}.${signature}`],
    ['no payload', `${head}..${signature}`],
    ['no signature', `${head}.${body}.`],
    ['a signature that is short of a byte', `${head}.${body}.${signature.slice(0, -2)}`],
    ['a signature with a byte too many', `${head}.${body}.${signature}AA`],
    ['a header that is no JSON', `${encoded('{"alg":"EdDSA"')}.${body}.${signature}`],
    ['a payload that is no JSON', `${head}.${encoded('t1')}.${signature}`],
    ['the JSON serialization', JSON.stringify({ payload: body, protected: head, signature })],
    ['a lone surrogate', `${head}\uD800.${body}.${signature}\uDC00`],
    ['ten million characters', 'a'.repeat(10 * million)],
    ['a million dots', '.'.repeat(million)],
    ['a million brackets', `${encoded('['.repeat(million))}.${body}.${signature}`],
    ['a signature of a million characters', `${head}.${body}.${'A'.repeat(million)}`],
  ])('%s', (_what, given) => {
    expect(parseCompact(given)).toBeUndefined();
  });

  test('a payload of a million characters is one, as whoever reads it bounds what they take', () => {
    const long = signCompact(key, { sub: 'x'.repeat(million) });
    expect(isAccepted(long)).toBe(true);
    expect(isAccepted(`${long}A`)).toBe(false);
  });
});

function encoded(plain: string): string {
  return Buffer.from(plain).toString('base64url');
}

function plainBase64(part: string): string {
  return part.replaceAll('-', '+').replaceAll('_', '/');
}
