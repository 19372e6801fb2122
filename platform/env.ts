import { readFileSync } from 'node:fs';

/** Settings that stop the boot. The message is one line that names each variable and what it wants. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly complaints: readonly string[];

  constructor(complaints: string | readonly string[], options?: ErrorOptions) {
    const all = [complaints].flat();
    super(all.join('; '), options);
    this.complaints = all;
  }
}

/**
 * Reads settings to the last one, so that whoever starts a service for the first time hears of all that is missing or
 * wrong at once.
 * @throws ConfigurationError
 */
export function readTogether<Settings extends object>(
  readings: {
    readonly [Name in keyof Settings]: () => Settings[Name];
  },
): Settings {
  const complaints = new Set<string>();
  const entries = Object.entries<() => unknown>(readings).map(([name, read]) => {
    try {
      return [name, read()];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const complaint of error.complaints) complaints.add(complaint);
      return [name, undefined];
    }
  });
  if (complaints.size > 0) throw new ConfigurationError([...complaints]);
  return Object.fromEntries(entries) as Settings;
}

export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Only `env.ts` files call this. */
export function processEnvironment(): EnvironmentSource {
  return process.env;
}

/** Reads typed settings. An empty variable counts as unset, as Compose files write `FOO=` for "not given". */
export class EnvironmentReader {
  readonly #source: EnvironmentSource;

  constructor(source: EnvironmentSource) {
    this.#source = source;
  }

  optionalText(name: string): string | undefined {
    const value = this.#source[name]?.trim();
    return value === '' ? undefined : value;
  }

  text(name: string, fallback: string): string {
    return this.optionalText(name) ?? fallback;
  }

  integer(name: string, fallback: number, bounds: { min: number; max: number }): number {
    const text = this.optionalText(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < bounds.min || value > bounds.max) {
      throw new ConfigurationError(
        `${name} must be a whole number from ${bounds.min} to ${bounds.max}, not "${text}".`,
      );
    }
    return value;
  }

  port(name: string, fallback: number): number {
    return this.integer(name, fallback, { min: 0, max: 65535 });
  }

  flag(name: string, fallback: boolean): boolean {
    return this.choice(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  /** `on` or `off`; `true` and `false` say the same. */
  toggle(name: string, fallback: boolean): boolean {
    const value = this.choice(name, ['on', 'off', 'true', 'false'], fallback ? 'on' : 'off');
    return value === 'on' || value === 'true';
  }

  choice<const T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.optionalText(name);
    if (text === undefined) return fallback;
    const match = allowed.find((value) => value === text);
    if (match === undefined) {
      throw new ConfigurationError(`${name} must be one of ${allowed.join(', ')}, not "${text}".`);
    }
    return match;
  }

  /** Comma-separated; empty entries are dropped. */
  list(name: string, fallback: readonly string[] = []): readonly string[] {
    return entriesOf(this.optionalText(name)) ?? fallback;
  }

  /** Comma-separated, of what may have passwords in it. */
  secretList(name: string): readonly string[] {
    return entriesOf(this.optionalSecret(name)) ?? [];
  }

  optionalUrl(name: string, protocols: readonly string[]): string | undefined {
    return this.#asUrl(name, this.optionalText(name), protocols);
  }

  /** A URL that may have a password in it, so that it may also come in a file. */
  optionalSecretUrl(name: string, protocols: readonly string[]): string | undefined {
    return this.#asUrl(name, this.optionalSecret(name), protocols);
  }

  #asUrl(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
    if (text === undefined) return undefined;
    const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
    if (protocol === undefined || !protocols.includes(protocol)) {
      throw new ConfigurationError(
        `${name} must be a URL that starts with ${protocols.map((each) => `${each}//`).join(' or ')}.`,
      );
    }
    return text;
  }

  /** The value of `NAME`, or the first line of the file that `NAME_FILE` points at, as Docker secrets are given. */
  optionalSecret(name: string): string | undefined {
    const inline = this.optionalText(name);
    const file = this.optionalText(`${name}_FILE`);
    if (file === undefined) return inline;
    if (inline !== undefined) throw new ConfigurationError(`Set ${name} or ${name}_FILE, not both.`);
    try {
      return readFileSync(file, 'utf8').split('\n', 1)[0]?.trim() || undefined;
    } catch {
      throw new ConfigurationError(`${name}_FILE points at "${file}", which cannot be read.`);
    }
  }
}

function entriesOf(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

const nodeEnvironments = ['development', 'test', 'production'] as const;
export type NodeEnvironment = (typeof nodeEnvironments)[number];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where spans go. */
export interface TracingEnvironment {
  /** A collector that speaks OTLP over HTTP. */
  readonly endpoint: string;
  /** How many of all traces are kept, 0 to 1. */
  readonly ratio: number;
}

/** What every process of the system reads in the same way. */
export interface CommonEnvironment {
  readonly nodeEnv: NodeEnvironment;
  readonly host: string;
  /** A folder, or `memory` to keep nothing. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** The one that gave it: `DATABASE_URL`, or the service's own. */
  readonly databaseVariable: string;
  readonly databasePoolSize: number;
  /** Whether the process brings its schemas up to date at the start. */
  readonly migrates: boolean;
  readonly logLevel: LogLevel;
  /** How browsers reach the system; undefined when not given. */
  readonly publicUrl: string | undefined;
  /** How long it goes on serving when it is told to stop, in milliseconds; of 25 s something is left for the rest. */
  readonly drainTime: number;
  /** Undefined: nothing is traced. */
  readonly tracing?: TracingEnvironment | undefined;
}

export function readCommonEnvironment(reader: EnvironmentReader): CommonEnvironment {
  const nodeEnv = reader.choice('NODE_ENV', nodeEnvironments, 'development');
  // A balancer that asks once a second has looked elsewhere by then.
  const drainSeconds = nodeEnv === 'production' ? 2 : 0;
  return {
    nodeEnv,
    host: reader.text('HOST', '127.0.0.1'),
    dataDir: reader.text('DATA_DIR', '.data'),
    databaseUrl: readDatabaseUrl(reader, 'DATABASE_URL'),
    databaseVariable: 'DATABASE_URL',
    databasePoolSize: reader.integer('DATABASE_POOL_SIZE', 10, { min: 1, max: 200 }),
    migrates: reader.choice('MIGRATE', ['on', 'off'], 'on') === 'on',
    logLevel: reader.choice('LOG_LEVEL', logLevels, 'info'),
    publicUrl: reader.optionalUrl('PUBLIC_URL', ['http:', 'https:']),
    drainTime: reader.integer('DRAIN_SECONDS', drainSeconds, { min: 0, max: 15 }) * 1_000,
    tracing: readTracing(reader),
  };
}

function readTracing(reader: EnvironmentReader): TracingEnvironment | undefined {
  const endpoint = reader.optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  const text = reader.text('OTEL_TRACES_SAMPLER_ARG', '1');
  const ratio = Number(text);
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new ConfigurationError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${text}".`);
  }
  return endpoint === undefined ? undefined : { endpoint, ratio };
}

/** As `common`, with the database that the service has to itself; undefined when it is given none. */
export function readOwnDatabase(
  reader: EnvironmentReader,
  service: string,
  common: CommonEnvironment,
): CommonEnvironment | undefined {
  const databaseVariable = `${service.toUpperCase()}_DATABASE_URL`;
  const databaseUrl = readDatabaseUrl(reader, databaseVariable);
  return databaseUrl === undefined ? undefined : { ...common, databaseUrl, databaseVariable };
}

function readDatabaseUrl(reader: EnvironmentReader, name: string): string | undefined {
  return reader.optionalSecretUrl(name, ['postgres:', 'postgresql:']);
}
