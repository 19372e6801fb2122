import pg from 'pg';
import { testDatabaseServerUrl } from './env.ts';
import type { Certificate } from './self-signed-certificate.ts';

/**
 * Lets the PostgreSQL of the tests offer TLS with this certificate, beside connections without. Others go on meanwhile.
 * @returns what takes it back
 */
export async function offerTls({ certificate, key }: Certificate): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: testDatabaseServerUrl() });
  await client.connect();
  const { rows } = await client.query('show data_directory');
  const folder: string = rows[0].data_directory;
  await writeOnServer(client, `${folder}/tixgo-test.crt`, certificate);
  await writeOnServer(client, `${folder}/tixgo-test.key`, key);
  await configure(client, { ssl_cert_file: 'tixgo-test.crt', ssl_key_file: 'tixgo-test.key', ssl: 'on' });
  return async () => {
    for (const name of ['ssl', 'ssl_cert_file', 'ssl_key_file'])
      await client.query(`alter system reset ${name}`);
    await client.query('select pg_reload_conf()');
    await client.end();
  };
}

/** By the server, which takes a key from nobody else: the file must be its own, and closed to everyone. */
async function writeOnServer(client: pg.Client, path: string, text: string): Promise<void> {
  await client.query(
    `copy (select unnest(string_to_array($$${text}$$, chr(10)))) to program 'umask 077; cat > "${path}"'`,
  );
}

async function configure(client: pg.Client, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await client.query(`alter system set ${name} = '${value}'`);
  }
  await client.query('select pg_reload_conf()');
  while ((await client.query('show ssl')).rows[0].ssl !== 'on');
}
