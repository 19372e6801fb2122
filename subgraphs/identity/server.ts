import { systemClock } from '@tixgo/platform/clock.ts';
import { warnWithoutPublicUrl } from '@tixgo/platform/http/public-url.ts';
import { runService } from '@tixgo/platform/run-service.ts';
import { serveSubgraph } from '@tixgo/platform/subgraphs/serve-subgraph.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readIdentityProcess } from './env.ts';
import { identityHttpService } from './http.ts';
import { buildIdentitySubgraph } from './subgraph.ts';

await runService(async () => {
  const environment = readIdentityProcess();
  const { identity } = environment;
  const tokens = new AccessTokens(identity.tokens, systemClock);
  return await serveSubgraph(environment, {
    name: 'identity',
    port: identity.port,
    portVariable: 'IDENTITY_PORT',
    build: (dependencies) => buildIdentitySubgraph({ ...dependencies, environment: identity }),
    listener: async (subgraph, settings) => {
      warnWithoutPublicUrl(environment.common, settings.log);
      return await identityHttpService({ ...settings, subgraph, tokens, environment: identity });
    },
  });
});
