import type { NodeConnectionOptions } from '@nats-io/transport-node';

/** How often the line is tried when nothing comes over it, in milliseconds; two missing answers break it. */
const pingInterval = 10_000;

/** Who connects, and with which credentials, by the URL: a user and password, or a token alone. */
export function connectionOptions({
  url,
  processName,
}: {
  readonly url: string;
  readonly processName: string;
}): NodeConnectionOptions {
  const servers = url.split(',').map((server) => new URL(server));
  const credentials = servers.find(({ username }) => username !== '');
  return {
    servers: servers.map(({ host }) => host),
    name: processName,
    pingInterval,
    ...(credentials && credentialsOf(credentials)),
    ...(servers.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
  };
}

function credentialsOf({ username, password }: URL) {
  const user = decodeURIComponent(username);
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}
