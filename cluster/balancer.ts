import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How long a replica may take to accept before the next one is tried, in milliseconds. */
const patience = 1_000;

/**
 * One address for several replicas, as a Kubernetes service or nginx is: each connection goes to the next one that takes
 * it. It looks at no request.
 */
export class Balancer {
  readonly #server: Server;
  readonly #replicas: () => readonly number[];
  readonly #open = new Set<Socket>();
  #turn = 0;

  private constructor(replicas: () => readonly number[]) {
    this.#replicas = replicas;
    this.#server = createServer((client) => void this.#serve(client));
  }

  /** @param replicas their ports, as they are at the moment */
  static async start(port: number, replicas: () => readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(replicas);
    balancer.#server.listen(port, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const replica = await this.#connect();
    if (!replica) {
      client.destroy();
      return;
    }
    this.#keep(replica);
    // Each side hears of the other's end, also of one that breaks.
    client.on('close', () => replica.destroy());
    replica.on('close', () => client.destroy());
    client.pipe(replica).pipe(client);
  }

  async #connect(): Promise<Socket | undefined> {
    const ports = this.#replicas();
    this.#turn += 1;
    for (let offset = 0; offset < ports.length; offset += 1) {
      const port = ports[(this.#turn + offset) % ports.length];
      const socket = port === undefined ? undefined : await accepted(port);
      if (socket) return socket;
    }
    return undefined;
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}

async function accepted(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  return await new Promise((resolve) => {
    const giveUp = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(patience, giveUp);
    socket.once('error', giveUp);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', giveUp);
      resolve(socket);
    });
  });
}
