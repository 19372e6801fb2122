import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import type { Bench } from '../../scenario.ts';
import { temporaryFolder } from '../../system/temporary-folder.ts';
import { type SubgraphName, subgraphNames } from '../subgraphs/subgraphs.ts';
import { composeBenchSupergraph, withUrls } from '../supergraph.ts';
import { keepFromFirstCore } from './cores.ts';
import { startGateway } from './running-gateway.ts';

/** What stands behind every gateway. */
export interface SupergraphSystem {
  /** Without addresses; and with those of the unsigned doors. */
  readonly supergraphFile: string;
  readonly supergraphWithUrlsFile: string;
  /** Of the one process of all subgraphs. */
  readonly subgraphsPid: number;
  readonly signedPorts: readonly number[];
  readonly unsignedPorts: readonly number[];
  readonly serviceSecret: string;
}

export async function startSubgraphs(bench: Bench): Promise<SupergraphSystem> {
  const serviceSecret = randomBytes(32).toString('hex');
  const signedPorts: number[] = [];
  const unsignedPorts: number[] = [];
  for (const _name of subgraphNames) {
    signedPorts.push(await findFreePort());
    unsignedPorts.push(await findFreePort());
  }
  const first = unsignedPorts[0] ?? 0;
  const ports = signedPorts.flatMap((port, index) => [port, unsignedPorts[index]]).join(',');
  const script = 'bench/gateway/servers/subgraphs-server.ts';
  const { pid } = await startGateway(
    { ...bench, profiles: undefined },
    { name: 'subgraphs', port: first, command: () => [script, '--secret', serviceSecret, '--ports', ports] },
  );
  keepFromFirstCore(pid);
  const folder = await temporaryFolder(bench.resources);
  const supergraphSdl = composeBenchSupergraph();
  const place = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  return {
    supergraphFile: place('supergraph.graphql', supergraphSdl),
    supergraphWithUrlsFile: place(
      'supergraph-with-urls.graphql',
      withUrls(supergraphSdl, urlsOf(unsignedPorts)),
    ),
    subgraphsPid: pid,
    signedPorts,
    unsignedPorts,
    serviceSecret,
  };
}

function urlsOf(ports: readonly number[]): Record<SubgraphName, string> {
  const url = (name: SubgraphName) => `http://127.0.0.1:${ports[subgraphNames.indexOf(name)]}/graphql`;
  return { event: url('event'), attendance: url('attendance'), identity: url('identity') };
}
