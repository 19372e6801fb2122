import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setInterval as every } from 'node:timers/promises';

/** How long a replica may take to accept before the next one is tried, in milliseconds. */
const patience = 1_000;
/** How often each is asked whether it is ready, in milliseconds: several times while one drains. */
const checkInterval = 400;

/**
 * One address for several replicas, as a Kubernetes service or nginx is: each connection goes to the next one that is
 * ready and takes it, or, when none is ready, to any that takes it. It looks at no request.
 */
export class Balancer {
  readonly #server: Server;
  readonly #replicas: () => readonly number[];
  readonly #open = new Set<Socket>();
  readonly #unready = new Set<number>();
  readonly #stopped = new AbortController();
  readonly #checking: Promise<void>;
  #turn = 0;

  private constructor(replicas: () => readonly number[]) {
    this.#replicas = replicas;
    this.#server = createServer((client) => void this.#serve(client));
    this.#checking = this.#check();
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
    this.#stopped.abort();
    await this.#checking;
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
    this.#turn = (this.#turn + 1) % Math.max(ports.length, 1);
    const inTurn = [...ports.slice(this.#turn), ...ports.slice(0, this.#turn)];
    const isReady = (port: number) => !this.#unready.has(port);
    const lastResort = inTurn.filter((port) => !isReady(port));
    for (const port of [...inTurn.filter(isReady), ...lastResort]) {
      const socket = await accepted(port);
      if (socket) return socket;
    }
    return undefined;
  }

  /** One that drains still takes connections; by the time at which it takes none, none is to be on its way to it. */
  async #check(): Promise<void> {
    const { signal } = this.#stopped;
    try {
      for await (const _ of every(checkInterval, undefined, { signal, ref: false })) await this.#checkOnce();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #checkOnce(): Promise<void> {
    const ports = this.#replicas();
    // There is no other to go to.
    if (ports.length < 2) return;
    const answers = await Promise.all(ports.map(async (port) => [port, await isReady(port)] as const));
    this.#unready.clear();
    for (const [port, ready] of answers) if (!ready) this.#unready.add(port);
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}

async function isReady(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(patience);
  const answer = await fetch(`http://127.0.0.1:${port}/ready`, { signal }).catch(() => undefined);
  await answer?.text().catch(() => undefined);
  return answer?.ok ?? false;
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
