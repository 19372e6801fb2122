import { readFileSync } from 'node:fs';

export interface AdminCredentials {
  readonly username: string;
  readonly password: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** As the server itself reads them, so that one shell serves both; else those of development. */
export function readAdminCredentials(source: Environment = process.env): AdminCredentials {
  return {
    username: source.ADMIN_USERNAME || 'admin',
    password: source.ADMIN_PASSWORD || readSecretFile(source.ADMIN_PASSWORD_FILE) || 'admin123',
  };
}

function readSecretFile(path: string | undefined): string | undefined {
  return path ? readFileSync(path, 'utf8').split('\n', 1)[0]?.trim() : undefined;
}
