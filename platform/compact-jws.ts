import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A public JWK of an Ed25519 key (RFC 8037), named by the start of its thumbprint. */
export interface Ed25519Jwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: Ed25519Jwk;
}

/** A compact JWS (RFC 7515) taken apart, not verified yet. */
export interface ParsedJws {
  readonly kid: string;
  readonly payload: unknown;
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** Of 43 characters of the thumbprint these tell the keys of one system apart. */
const kidLength = 8;

/** @throws for anything but a private Ed25519 key */
export function signingKeyOf(privateKey: KeyObject): SigningKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('The key is not an Ed25519 key.');
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = thumbprint(x).slice(0, kidLength);
  return { kid, privateKey, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid } };
}

/** RFC 7638: the members that RFC 8037 requires, in the order of their names. */
function thumbprint(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
}

/** @throws for a JWK that is no Ed25519 key */
export function publicKeyOf(jwk: Ed25519Jwk): KeyObject {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The key is not an Ed25519 key.');
  return key;
}

/** Ed25519 signs the same bytes alike each time, so that a code need not be stored to stay the same. */
export function signCompact(key: SigningKey, payload: object): string {
  const header = base64url(JSON.stringify({ alg: 'EdDSA', kid: key.kid }));
  const signingInput = `${header}.${base64url(JSON.stringify(payload))}`;
  return `${signingInput}.${sign(null, Buffer.from(signingInput), key.privateKey).toString('base64url')}`;
}

/** Undefined for what is no compact JWS with EdDSA and a key id. */
export function parseCompact(text: string): ParsedJws | undefined {
  const [header = '', payload = '', signature = '', ...more] = text.split('.');
  const head = parsedObject(header);
  if (more.length > 0 || head?.alg !== 'EdDSA' || typeof head.kid !== 'string') return undefined;
  // RFC 7515, 4.1.11, and RFC 7797: they name what a reader must understand, and none of it is understood here.
  if ('crit' in head || 'b64' in head) return undefined;
  const bytes = Buffer.from(signature, 'base64url');
  const body = parsedObject(payload);
  // One text for one signature: lax decoding would let several through.
  if (!body || bytes.length !== 64 || bytes.toString('base64url') !== signature) return undefined;
  return { kid: head.kid, payload: body, signingInput: `${header}.${payload}`, signature: bytes };
}

export function isSignedBy({ signingInput, signature }: ParsedJws, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(signingInput), publicKey, signature);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function parsedObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
