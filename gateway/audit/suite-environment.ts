import { TrustedDocuments } from '../document/trusted-documents.ts';
import { type GatewayEnvironment, productionLimits } from '../env.ts';

/** As in production, but for the schema, which suites read, and for what counts the requests of an address. */
export const suiteEnvironment: GatewayEnvironment = {
  introspection: true,
  explorer: false,
  corsOrigins: [],
  deadline: 10_000,
  bodyLimit: 262_144,
  limits: { perAddress: 0, perViewer: 0 },
  maxDelay: 0,
  documentLimits: productionLimits,
  limitsAreTold: true,
  streams: { streams: 100, perViewer: 20, buffer: 65_536 },
  fetches: { areShared: true, areBatched: true },
  trustedDocuments: new TrustedDocuments('off', []),
};
