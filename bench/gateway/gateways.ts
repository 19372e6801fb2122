import { join } from 'node:path';
import type { Bench } from '../scenario.ts';
import { jwtSecret } from '../system/people.ts';
import { hivePackages, installPeer, mercuriusPackages } from './peers/packages.ts';
import { type RunningGateway, startGateway } from './system/running-gateway.ts';
import type { SupergraphSystem } from './system/supergraph-system.ts';

/** One row of the tables. */
export interface GatewayRow {
  readonly name: string;
  readonly about: string;
  /** What it can answer; undefined: everything. */
  readonly operations?: readonly string[];
  /** Whether the subgraphs are in its own process. */
  readonly isInProcess?: boolean;
  start(bench: Bench, system: SupergraphSystem): Promise<RunningGateway>;
}

interface OwnVariant {
  readonly name: string;
  readonly about: string;
  readonly inProcess: boolean;
  /** Of bench/gateway/servers/own-gateway.ts, and of the process: whatever else a row differs in. */
  readonly scriptArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Ours with tokens, access by coordinate, limits and masking, as the host has it in production. */
function ours({ name, about, inProcess, scriptArguments = [], environment = {} }: OwnVariant): GatewayRow {
  return {
    name,
    about,
    isInProcess: inProcess,
    start: async (bench, { supergraphFile, signedPorts, serviceSecret }) =>
      await startGateway(bench, {
        name,
        command: (port) => [
          'bench/gateway/servers/own-gateway.ts',
          ...['--port', String(port), '--supergraph', supergraphFile],
          ...(inProcess ? [] : ['--subgraphs', signedPorts.join(','), '--secret', serviceSecret]),
          ...scriptArguments,
        ],
        environment: { JWT_SECRET: jwtSecret, ...unreachedLimits, ...environment },
      }),
  };
}

/** Counted as always, and never reached. */
const unreachedLimits = {
  LIMIT_REQUESTS_PER_MINUTE: '10000000',
  LIMIT_VIEWER_REQUESTS_PER_MINUTE: '10000000',
};

function stock(name: string, about: string, inProcess: boolean): GatewayRow {
  return {
    name,
    about,
    isInProcess: inProcess,
    start: async (bench, { supergraphWithUrlsFile }) =>
      await startGateway(bench, {
        name,
        command: (port) => [
          'bench/gateway/servers/stock-gateway.ts',
          ...['--port', String(port), '--supergraph', supergraphWithUrlsFile],
          ...(inProcess ? ['--in-process'] : []),
        ],
        // It opens an exporter to its vendor otherwise.
        environment: { APOLLO_TELEMETRY_DISABLED: 'true' },
      }),
  };
}

/** @param flags beyond those that every start takes */
function hive(name: string, about: string, flags: readonly string[]): GatewayRow {
  return {
    name,
    about,
    start: async (bench, { supergraphWithUrlsFile }) => {
      const packages = await installPeer(hivePackages, bench.say);
      return await startGateway(bench, {
        name,
        command: (port) => [
          join(packages, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
          ...['supergraph', supergraphWithUrlsFile, '--host', '127.0.0.1', '--port', String(port)],
          ...flags,
        ],
      });
    },
  };
}

const direct: GatewayRow = {
  name: 'direct',
  about: 'the event subgraph itself, unsigned',
  operations: ['Q1'],
  start: async (_bench, { unsignedPorts, subgraphsPid }) => ({
    port: unsignedPorts[0] ?? 0,
    pid: subgraphsPid,
    profileFolder: undefined,
    stop: async () => {},
  }),
};

const mercurius: GatewayRow = {
  name: 'mercurius',
  about: 'Mercurius with JIT',
  start: async (bench, { unsignedPorts }) => {
    const packages = await installPeer(mercuriusPackages, bench.say);
    return await startGateway(bench, {
      name: 'mercurius',
      command: (port) => [
        'bench/gateway/peers/mercurius-gateway.ts',
        ...['--port', String(port), '--packages', packages, '--subgraphs', unsignedPorts.join(',')],
      ],
    });
  },
};

/** What all others are compared with. */
export const stockName = 'stock';

export const gateways: readonly GatewayRow[] = [
  direct,
  stock(stockName, '@apollo/gateway behind its standalone server', false),
  hive('hive-js', 'Hive Gateway, planner in JavaScript', ['--jit']),
  hive('hive-rust', 'Hive Gateway, planner in Rust', ['--hive-router-runtime']),
  mercurius,
  ours({ name: 'ours', about: 'ours, subgraphs in another process', inProcess: false }),
  ours({
    name: 'ours-unshared',
    about: 'ours, no fetch shared or joined with another',
    inProcess: false,
    environment: { FETCH_SHARING: 'off', FETCH_BATCHING: 'off' },
  }),
  ours({
    name: 'ours-apollo',
    about: 'ours, every request through Apollo Server’s pipeline',
    inProcess: false,
    scriptArguments: ['--apollo-alone'],
  }),
  ours({ name: 'ours-in-process', about: 'ours, subgraphs in its process', inProcess: true }),
  stock('stock-in-process', '@apollo/gateway, our subgraphs in its process', true),
];
