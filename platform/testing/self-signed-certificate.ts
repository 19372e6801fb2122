import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** In PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const day = 24 * 60 * 60 * 1000;

/** Node makes keys but no certificates, and a machine for tests may lack openssl: X.509 in DER, as RFC 5280 has it. */
export function selfSignedCertificate(host: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = toBeSigned(host, publicKey);
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, ecdsaWithSha256, element(0x03, Buffer.from([0]), signature));
  const base64 = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function toBeSigned(host: string, publicKey: KeyObject): Buffer {
  const commonName = element(0x0c, Buffer.from(host));
  const name = sequence(element(0x31, sequence(objectId('550403'), commonName)));
  const validity = sequence(utcTime(Date.now() - day), utcTime(Date.now() + day));
  const isAuthority = sequence(element(0x01, Buffer.from([0xff])));
  const names = sequence(element(0x82, Buffer.from(host)));
  const extensions = sequence(extension('551d13', isAuthority), extension('551d11', names));
  return sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    element(0xa3, extensions),
  );
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), element(0x04, value));
}

function utcTime(moment: number): Buffer {
  const digits = new Date(moment).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`));
}

function objectId(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, ...parts);
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
