import { warnWithoutPublicUrl } from '@tixgo/platform/http/public-url.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { HostEnvironment } from '../env.ts';
import type { RunningHost } from './host.ts';

/** Says where the system is and what it keeps, honestly. */
export function announce(environment: HostEnvironment, host: RunningHost, log: Log): void {
  const { common, publicUrl, gateway } = environment;
  log.info(
    { port: host.port, identityPort: host.identityPort, graphql: `${publicUrl}/graphql` },
    'TixGo serves',
  );
  warnWithoutPublicUrl(common, log);
  if (gateway.explorer) log.info(`Explorer without internet: ${publicUrl}/explorer`);
  if (common.nodeEnv === 'development') {
    log.info(
      'Sign in as admin with admin123, unless ADMIN_USERNAME and ADMIN_PASSWORD said otherwise at the first start.',
    );
  }
  if (!host.isEmbedded) return;
  const kept = common.dataDir === 'memory' ? 'keeps nothing' : `keeps its data in ${common.dataDir}`;
  log.info(
    `The embedded database ${kept}. A killed process loses nothing; a power cut may, since it never calls fsync. Set DATABASE_URL for production.`,
  );
}
