import { ConfigurationError, type EnvironmentReader, type NodeEnvironment } from '@tixgo/platform/env.ts';
import { errorMessage } from '@tixgo/platform/error-code.ts';
import {
  readBodyLimit,
  readDeadline,
  readExplorer,
  readMaxDelay,
  readRateLimits,
} from '@tixgo/platform/http/env.ts';
import type { RateLimits } from '@tixgo/platform/http/rate-limits.ts';
import { readClientManifest, readManifest } from './document/read-manifest.ts';
import {
  type DocumentManifest,
  TrustedDocuments,
  type TrustMode,
  trustModes,
} from './document/trusted-documents.ts';
import type { DocumentLimits } from './guards/document-limits.ts';
import type { FetchSettings } from './sources/send.ts';
import type { StreamLimits } from './streams/streams.ts';

export interface GatewayEnvironment {
  readonly introspection: boolean;
  readonly explorer: boolean;
  readonly corsOrigins: readonly string[];
  /** How long a request may take before what is missing is given up, in milliseconds. */
  readonly deadline: number;
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  readonly limits: RateLimits;
  /** How late the event loop may be before requests are turned away, in milliseconds; 0 is never. */
  readonly maxDelay: number;
  readonly documentLimits: DocumentLimits;
  /** Whether a client is told which limit its document is over. */
  readonly limitsAreTold: boolean;
  readonly fetches: FetchSettings;
  readonly streams: StreamLimits;
  readonly trustedDocuments: TrustedDocuments;
  /** Whose supergraph is served, whenever it changes; undefined: the committed one. */
  readonly supergraphFile?: string | undefined;
}

/** What the client's and the portal's documents need, several times over. */
export const productionLimits: DocumentLimits = {
  tokens: 2_000,
  fields: 2_000,
  height: 500,
  duplicates: 50,
  depth: 16,
  rootFields: 20,
  aliases: 30,
  directives: 50,
  cost: 30_000,
};

/** Room to try things out, and a stop for what would hold up the process. */
const developmentLimits: DocumentLimits = {
  tokens: 10_000,
  fields: 10_000,
  height: 3_000,
  duplicates: 500,
  depth: 25,
  rootFields: 100,
  aliases: 200,
  directives: 200,
  cost: 300_000,
};

export function readGatewayEnvironment(
  reader: EnvironmentReader,
  nodeEnv: NodeEnvironment,
): GatewayEnvironment {
  const open = nodeEnv !== 'production';
  return {
    introspection: reader.toggle('INTROSPECTION', open),
    explorer: readExplorer(reader, nodeEnv),
    corsOrigins: reader.list('CORS_ORIGINS'),
    deadline: readDeadline(reader),
    bodyLimit: readBodyLimit(reader),
    limits: readRateLimits(reader, nodeEnv),
    maxDelay: readMaxDelay(reader, nodeEnv),
    documentLimits: readDocumentLimits(reader, open ? developmentLimits : productionLimits),
    limitsAreTold: open,
    supergraphFile: reader.optionalText('SUPERGRAPH_FILE'),
    trustedDocuments: readTrustedDocuments(reader, open ? 'off' : 'prefer'),
    streams: readStreamLimits(reader),
    fetches: {
      areShared: reader.toggle('FETCH_SHARING', true),
      areBatched: reader.toggle('FETCH_BATCHING', true),
    },
  };
}

function readDocumentLimits(reader: EnvironmentReader, defaults: DocumentLimits): DocumentLimits {
  const read = (name: string, usual: number) =>
    reader.integer(`LIMIT_${name}`, usual, { min: 1, max: 10_000_000 });
  return {
    tokens: read('TOKENS', defaults.tokens),
    fields: read('FIELDS', defaults.fields),
    height: read('HEIGHT', defaults.height),
    duplicates: read('DUPLICATES', defaults.duplicates),
    depth: read('DEPTH', defaults.depth),
    rootFields: read('ROOT_FIELDS', defaults.rootFields),
    aliases: read('ALIASES', defaults.aliases),
    directives: read('DIRECTIVES', defaults.directives),
    cost: read('COST', defaults.cost),
  };
}

function readStreamLimits(reader: EnvironmentReader): StreamLimits {
  return {
    streams: reader.integer('LIMIT_STREAMS', 5_000, { min: 0, max: 100_000 }),
    perViewer: reader.integer('LIMIT_VIEWER_STREAMS', 20, { min: 0, max: 100_000 }),
    buffer: reader.integer('LIMIT_STREAM_BUFFER_BYTES', 256 * 1024, { min: 1_024, max: 16 * 1024 * 1024 }),
  };
}

/** Those of our client, and of programs whose manifest the operator names. */
function readTrustedDocuments(reader: EnvironmentReader, usual: TrustMode): TrustedDocuments {
  const mode = reader.choice('TRUSTED_DOCUMENTS', [...trustModes], usual);
  const files = reader.list('TRUSTED_DOCUMENTS_MANIFESTS');
  return new TrustedDocuments(mode, [readClientManifest(), ...files.map(readNamedManifest)]);
}

function readNamedManifest(file: string): DocumentManifest {
  try {
    return readManifest(file);
  } catch (error) {
    throw new ConfigurationError(
      `TRUSTED_DOCUMENTS_MANIFESTS names ${file}, which cannot be used: ${errorMessage(error)}`,
    );
  }
}
