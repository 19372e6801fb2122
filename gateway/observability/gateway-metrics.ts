import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What is said of the supergraph that is served. */
interface Served {
  readonly id: string;
  readonly documents: { readonly size: number };
}

export type Outcome = 'ok' | 'partial' | 'failed';

/** From a cached read to a deadline, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];

/** What the gateway tells Prometheus. Names come from documents that are trusted; strangers do not get to make series. */
export class GatewayMetrics {
  readonly #operations: Histogram<'operation' | 'outcome'>;
  readonly #fetches: Histogram<'subgraph' | 'outcome'>;
  readonly #rejected: Counter;
  readonly #reloads: Counter<'outcome'>;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#registry = registry;
    this.#operations = new Histogram({
      name: 'tixgo_gateway_operation_seconds',
      help: 'Time from a prepared operation to its answer, by the name of a trusted document.',
      labelNames: ['operation', 'outcome'],
      buckets,
      registers,
    });
    this.#fetches = new Histogram({
      name: 'tixgo_gateway_fetch_seconds',
      help: 'Time that a subgraph took for a fetch.',
      labelNames: ['subgraph', 'outcome'],
      buckets,
      registers,
    });
    this.#rejected = new Counter({
      name: 'tixgo_gateway_rejected_documents_total',
      help: 'Documents over a limit, or not trusted where only trusted ones are answered.',
      registers,
    });
    this.#reloads = new Counter({
      name: 'tixgo_gateway_supergraph_reloads_total',
      help: 'Other supergraphs that SUPERGRAPH_FILE said, put to work or refused.',
      labelNames: ['outcome'],
      registers,
    });
  }

  /** @param served at the moment */
  serves(served: () => Served): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'tixgo_gateway_prepared_documents',
      help: 'Documents that are kept planned and compiled.',
      registers,
      collect() {
        this.set(served().documents.size);
      },
    });
    new Gauge({
      name: 'tixgo_gateway_supergraph_info',
      help: 'The supergraph that is served, by the SHA-256 of its text.',
      labelNames: ['id'],
      registers,
      collect() {
        this.reset();
        this.set({ id: served().id }, 1);
      },
    });
  }

  reloaded(outcome: 'replaced' | 'refused'): void {
    this.#reloads.inc({ outcome });
  }

  operation(operation: string, outcome: Outcome, seconds: number): void {
    this.#operations.observe({ operation, outcome }, seconds);
  }

  fetch(subgraph: string, outcome: Outcome, seconds: number): void {
    this.#fetches.observe({ subgraph, outcome }, seconds);
  }

  /** @param streams how many are open just now */
  openStreams(streams: () => number): void {
    new Gauge({
      name: 'tixgo_gateway_open_streams',
      help: 'Subscriptions that are open in this process.',
      registers: [this.#registry],
      collect() {
        this.set(streams());
      },
    });
  }

  rejected(): void {
    this.#rejected.inc();
  }
}
