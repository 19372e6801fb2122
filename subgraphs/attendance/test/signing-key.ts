import { generateKeyPairSync } from 'node:crypto';

/** As TICKET_SIGNING_KEYS takes it. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}
