import { setTimeout as sleep } from 'node:timers/promises';
import { serveJobs } from '../../load/serve-jobs.ts';
import { cpuFiguresOf, spentBetween } from '../measure/thread-figures.ts';
import { operationNamed } from '../operations.ts';
import { faultOf } from './answer-judge.ts';
import type { GatewayJob, GatewayJobResult } from './gateway-job.ts';
import { type HttpAnswer, KeptConnection } from './kept-connection.ts';
import { askedBy, requestSource } from './request-source.ts';

serveJobs(async (job: GatewayJob): Promise<GatewayJobResult> => {
  const load = new Load(job);
  const before = figures(job);
  const started = performance.now();
  await (job.perSecond === undefined ? load.closed(started) : load.open(started, job.perSecond));
  const seconds = (performance.now() - started) / 1000;
  const after = figures(job);
  load.close();
  return {
    latencies: Float64Array.from(load.latencies),
    seconds,
    firstFault: load.firstFault,
    gateway: spentBetween(before.gateway, after.gateway),
    subgraphs: spentBetween(before.subgraphs, after.subgraphs),
    generator: spentBetween(before.generator, after.generator),
  };
});

function figures({ watched }: GatewayJob) {
  return {
    gateway: cpuFiguresOf(watched.gateway),
    subgraphs: cpuFiguresOf(watched.subgraphs),
    generator: cpuFiguresOf(process.pid),
  };
}

/** An event loop that never waits, until what it returns is called. */
function stayAwake(): () => void {
  let next = setImmediate(function turn() {
    next = setImmediate(turn);
  });
  return () => clearImmediate(next);
}

interface Caller {
  readonly connection: KeptConnection;
  sequence: number;
  /** From when its latency counts. */
  since: number;
}

class Load {
  readonly latencies: number[] = [];
  firstFault: string | undefined;
  readonly #job: GatewayJob;
  readonly #operation;
  readonly #request;
  readonly #settings;
  readonly #callers: Caller[];
  readonly #idle: Caller[];
  /** Moments at which requests were due that wait for a connection. */
  readonly #due: number[] = [];
  #next: number;
  #underWay = 0;
  #onAnswer: (caller: Caller, now: number) => void = () => {};
  readonly #stopped = Promise.withResolvers<void>();

  constructor(job: GatewayJob) {
    this.#job = job;
    this.#next = job.firstSequence;
    // A connection may also break when nobody waits any more.
    this.#stopped.promise.catch(() => {});
    this.#operation = operationNamed(job.operation);
    this.#settings = { operation: this.#operation, port: job.port, tokens: job.tokens };
    this.#request = requestSource(this.#settings);
    this.#callers = Array.from({ length: job.connections }, () => this.#open());
    this.#idle = [...this.#callers];
  }

  /** Each caller sends when it has its answer; finds the best rate. */
  async closed(started: number): Promise<void> {
    const { until, firstSequence, staysAwake } = this.#job;
    const end = 'seconds' in until ? started + until.seconds * 1000 : Number.POSITIVE_INFINITY;
    const last = 'requests' in until ? firstSequence + until.requests : Number.POSITIVE_INFINITY;
    this.#onAnswer = (caller, now) => {
      if (now < end && this.#next < last) this.#send(caller, now);
      else if (this.#underWay === 0) this.#stopped.resolve();
    };
    for (const caller of this.#callers) this.#send(caller, performance.now());
    const isOver = staysAwake ? stayAwake() : undefined;
    await this.#stopped.promise.finally(isOver);
  }

  /** Requests come at a fixed rate whatever is answered, and wait for a connection from the moment they were due. */
  async open(started: number, perSecond: number): Promise<void> {
    const { until } = this.#job;
    const total = 'requests' in until ? until.requests : Math.round(until.seconds * perSecond);
    this.#onAnswer = (caller) => {
      this.#idle.push(caller);
      this.#sendDue();
    };
    for (let sequence = 0; sequence < total; ) {
      const ready = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
      for (; sequence < ready; sequence += 1) this.#due.push(started + (sequence * 1000) / perSecond);
      this.#sendDue();
      await Promise.race([sleep(1), this.#stopped.promise]);
    }
    while (this.#underWay + this.#due.length > 0) await Promise.race([sleep(1), this.#stopped.promise]);
  }

  close(): void {
    for (const { connection } of this.#callers) connection.close();
  }

  #sendDue(): void {
    while (this.#due.length > 0) {
      const caller = this.#idle.pop();
      if (!caller) return;
      this.#send(caller, this.#due.shift() ?? performance.now());
    }
  }

  #send(caller: Caller, since: number): void {
    caller.sequence = this.#next++;
    caller.since = since;
    this.#underWay += 1;
    caller.connection.send(this.#request(caller.sequence));
  }

  #open(): Caller {
    const caller: Caller = {
      connection: new KeptConnection(
        this.#job.port,
        (answer) => this.#take(caller, answer),
        (error) => this.#stopped.reject(error),
      ),
      sequence: 0,
      since: 0,
    };
    return caller;
  }

  #take(caller: Caller, answer: HttpAnswer): void {
    const now = performance.now();
    this.#underWay -= 1;
    this.latencies.push(now - caller.since);
    const sequence = askedBy(this.#settings, caller.sequence);
    this.firstFault ??= faultOf(this.#operation, answer, { sequence });
    this.#onAnswer(caller, now);
  }
}
