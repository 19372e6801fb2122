import { readFileSync } from 'node:fs';
import type { Gateway } from '@tixgo/gateway/gateway.ts';
import * as restDocuments from '@tixgo/gateway/generated/rest-documents.ts';
import type { GatewayMetrics } from '@tixgo/gateway/observability/gateway-metrics.ts';
import { assertAnswers, assertReachable } from '@tixgo/gateway/supergraph/assert-servable.ts';
import {
  type LoadedSupergraph,
  prepareSupergraph,
  supergraphRules,
} from '@tixgo/gateway/supergraph/loaded-supergraph.ts';
import { SupergraphFile } from '@tixgo/gateway/supergraph/supergraph-file.ts';
import { identityOperations } from '@tixgo/identity/http.ts';
import { ConfigurationError } from '@tixgo/platform/env.ts';
import { errorMessage } from '@tixgo/platform/error-code.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { refreshDocument } from '@tixgo/platform/rest/rest-api.ts';
import { readSupergraphSdl } from '@tixgo/schema/supergraph-sdl.ts';
import type { HostedSystem } from './hosted-system.ts';

type System = Pick<HostedSystem, 'subgraphs' | 'sources'>;

/** What the REST doors of the host ask. */
const storedOperations = [
  ...Object.values(restDocuments).map(String),
  ...identityOperations,
  refreshDocument,
];

/**
 * The committed supergraph, or that of `file`.
 * @throws ConfigurationError for a file that cannot be served
 */
export function readSupergraph(file: string | undefined, system: System): LoadedSupergraph {
  if (file === undefined) {
    const sdl = readSupergraphSdl();
    return prepareSupergraph(sdl, supergraphRules(sdl, system.subgraphs));
  }
  try {
    return servable(readFileSync(file, 'utf8'), system);
  } catch (error) {
    throw new ConfigurationError(
      `SUPERGRAPH_FILE names ${file}, which cannot be served: ${errorMessage(error)}`,
    );
  }
}

export interface FollowedFile {
  readonly file: string;
  readonly gateway: Gateway;
  readonly system: System;
  readonly metrics: GatewayMetrics | undefined;
  readonly log: Log;
}

/** Serves what the file says from now on, whenever it says another supergraph that can be served. */
export function followSupergraphFile({ file, gateway, system, metrics, log }: FollowedFile): SupergraphFile {
  const served = gateway.supergraph().sdl;
  const replace = async (sdl: string) => {
    try {
      const next = servable(sdl, system);
      await gateway.replaceSupergraph(next);
      metrics?.reloaded('replaced');
      log.info({ file, supergraph: next.id }, 'another supergraph is served');
    } catch (error) {
      metrics?.reloaded('refused');
      throw error;
    }
  };
  const follower = new SupergraphFile({ file, served, replace, log });
  follower.start();
  return follower;
}

/** @throws naming what stands against it */
function servable(sdl: string, { subgraphs, sources }: System): LoadedSupergraph {
  const supergraph = prepareSupergraph(sdl, supergraphRules(sdl, subgraphs));
  const known = new Set(sources.map(({ name }) => name));
  assertReachable(supergraph, (name) => known.has(name));
  assertAnswers(supergraph, storedOperations);
  return supergraph;
}
