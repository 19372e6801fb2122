import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  sign,
  verify,
} from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type Ed25519Jwk,
  isSignedBy,
  parseCompact,
  publicKeyOf,
  signCompact,
  signingKeyOf,
} from '../compact-jws.ts';

/** RFC 8037, appendix A: a key, its thumbprint, and a text signed with it. */
const rfc8037 = {
  jwk: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  jws: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
};

const privateKey = createPrivateKey({ key: rfc8037.jwk, format: 'jwk' });
const key = signingKeyOf(privateKey);
const other = signingKeyOf(generateKeyPairSync('ed25519').privateKey);

const base64url = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64url');
const json = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

/** The payload of a text that the key signed; undefined for any other text. */
const read = (text: string, keys = [key]) => {
  const jws = parseCompact(text);
  const signer = keys.find(({ kid }) => kid === jws?.kid);
  return jws && signer && isSignedBy(jws, publicKeyOf(signer.jwk)) ? jws.payload : undefined;
};

/** What the key's holder could sign if they wrote by another rule, so that only that rule refuses it. */
const signedAs = (header: unknown, payload: unknown = { sub: 't1' }) => {
  const signingInput = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
  return `${signingInput}.${base64url(sign(null, Buffer.from(signingInput), privateKey))}`;
};

const header = { alg: 'EdDSA', kid: key.kid };
const text = signCompact(key, { sub: 't1', num: 3, name: 'Zoë 🎟' });
const [head = '', body = '', signature = ''] = text.split('.');

describe('a signing key', () => {
  test('is named by the start of its RFC 7638 thumbprint, as RFC 8037 gives it', () => {
    expect(key.kid).toBe(rfc8037.thumbprint.slice(0, key.kid.length));
    expect(key.kid).toHaveLength(8);
  });

  test('shows its public half and nothing of the private one', () => {
    expect(key.jwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: rfc8037.jwk.x, kid: key.kid });
  });

  test.each(['x25519', 'ed448'] as const)('of %s is refused', (type) => {
    const { privateKey: foreign } = generateKeyPairSync(type as 'x25519');
    expect(() => signingKeyOf(foreign)).toThrow('not an Ed25519 key');
  });

  test('is no public one', () => {
    expect(() => signingKeyOf(createPublicKey(privateKey))).toThrow();
  });
});

describe('a public JWK', () => {
  const jwkOf = (type: 'x25519' | 'ed448') =>
    generateKeyPairSync(type as 'x25519').publicKey.export({ format: 'jwk' });
  test.each<[string, JsonWebKey]>([
    ['of X25519', jwkOf('x25519')],
    ['of Ed448', jwkOf('ed448')],
    [
      'of P-256',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as JsonWebKey,
    ],
    ['that is short of a byte', { ...key.jwk, x: key.jwk.x.slice(0, -2) }],
    ['without a key in it', { kty: 'OKP', crv: 'Ed25519' }],
  ])('%s is refused', (_what, jwk) => {
    expect(() => publicKeyOf(jwk as unknown as Ed25519Jwk)).toThrow();
  });
});

describe('a signed text', () => {
  test('is read as it was written, by its key', () => {
    expect(read(text)).toEqual({ sub: 't1', num: 3, name: 'Zoë 🎟' });
    expect(parseCompact(text)).toMatchObject({ kid: key.kid, signingInput: `${head}.${body}` });
  });

  test('is the same each time', () => {
    expect(signCompact(key, { sub: 't1', num: 3, name: 'Zoë 🎟' })).toBe(text);
    expect(signCompact(key, { sub: 't1', num: 4, name: 'Zoë 🎟' })).not.toBe(text);
  });

  test('is what another implementation of RFC 7515 and RFC 8037 reads', () => {
    const { kty, crv, x } = key.jwk;
    const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
    expect(text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
    expect([json(head), json(body)]).toEqual([header, { sub: 't1', num: 3, name: 'Zoë 🎟' }]);
    expect(verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
  });

  test('of another implementation is read as well', () => {
    expect(read(signedAs({ kid: key.kid, typ: 'JWT', alg: 'EdDSA' }))).toEqual({ sub: 't1' });
  });

  test('that RFC 8037 gives is its key’s, and refused as a code, for it names no key', () => {
    const [protectedHeader, payload, signed = ''] = rfc8037.jws.split('.');
    const jws = {
      kid: key.kid,
      payload,
      signingInput: `${protectedHeader}.${payload}`,
      signature: Buffer.from(signed, 'base64url'),
    };
    expect(isSignedBy(jws, publicKeyOf(key.jwk))).toBe(true);
    expect(isSignedBy({ ...jws, signingInput: `${jws.signingInput}x` }, publicKeyOf(key.jwk))).toBe(false);
    expect(isSignedBy(jws, publicKeyOf(other.jwk))).toBe(false);
    expect(parseCompact(rfc8037.jws)).toBeUndefined();
  });
});

describe('a text is refused', () => {
  test('when any one character of it is another', () => {
    const changed = [...text].map((character, index) => {
      const replacement = character === 'A' ? 'B' : 'A';
      return text.slice(0, index) + replacement + text.slice(index + 1);
    });
    expect(changed.filter((forged) => read(forged) !== undefined)).toEqual([]);
  });

  test.each([
    ['under a key that nobody knows', signCompact(other, { sub: 't1' })],
    ['when another key signed in its name', signCompact({ ...other, kid: key.kid }, { sub: 't1' })],
    ['with the payload of another', `${head}.${signCompact(key, { sub: 't2' }).split('.')[1]}.${signature}`],
    ['with the signature of another', `${head}.${body}.${signCompact(key, { sub: 't2' }).split('.')[2]}`],
  ])('%s', (_what, forged) => {
    expect(read(forged)).toBeUndefined();
    expect(read(forged, [key, { ...other, kid: key.kid }])).toBeUndefined();
  });

  const publicBytes = Buffer.from(key.jwk.x, 'base64url');
  const hmacInput = `${base64url(JSON.stringify({ ...header, alg: 'HS256' }))}.${body}`;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ecInput = `${base64url(JSON.stringify({ ...header, alg: 'ES256' }))}.${body}`;
  const ecSignature = sign('sha256', Buffer.from(ecInput), { key: ec, dsaEncoding: 'ieee-p1363' });
  test.each([
    ['none, unsigned', `${base64url(JSON.stringify({ ...header, alg: 'none' }))}.${body}.`],
    ['none, signed', signedAs({ ...header, alg: 'none' })],
    ['HS256', signedAs({ ...header, alg: 'HS256' })],
    [
      'HS256 by the public key',
      `${hmacInput}.${createHmac('sha256', publicBytes).update(hmacInput).digest('base64url')}`,
    ],
    ['ES256', signedAs({ ...header, alg: 'ES256' })],
    ['ES256, signed so', `${ecInput}.${base64url(ecSignature)}`],
    ['another case', signedAs({ ...header, alg: 'EDDSA' })],
    ['a list', signedAs({ ...header, alg: ['EdDSA'] })],
    ['none given', signedAs({ kid: key.kid })],
  ])('with the algorithm %s', (_alg, forged) => {
    expect(parseCompact(forged)).toBeUndefined();
  });

  test.each([
    ['a header without a key id', signedAs({ alg: 'EdDSA' })],
    ['a key id that is a number', signedAs({ ...header, kid: 7 })],
    ['a key id that is null', signedAs({ ...header, kid: null })],
    ['a header that says what must be understood', signedAs({ ...header, crit: ['exp'], exp: 1 })],
    ['an empty list of what must be understood', signedAs({ ...header, crit: [] })],
    ['a payload that is not encoded (RFC 7797)', signedAs({ ...header, b64: false, crit: ['b64'] })],
    ['b64 of which crit does not tell', signedAs({ ...header, b64: false })],
    ['a header that is null', signedAs(null)],
    ['a header that is a list', signedAs([header])],
    ['a header that is a text', signedAs('EdDSA')],
    ['a payload that is null', signedAs(header, null)],
    ['a payload that is a text', signedAs(header, 't1')],
    ['a payload that is a number', signedAs(header, 1)],
  ])('with %s', (_what, forged) => {
    expect(parseCompact(forged)).toBeUndefined();
  });
});
