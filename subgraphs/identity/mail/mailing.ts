import type { Log } from '@tixgo/platform/logging.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import type { MailEnvironment } from '../env.ts';
import type { IdentityServices } from '../service/identity-services.ts';
import type { ComposingDependencies } from './compose-mail.ts';
import { Mailer } from './mailer.ts';
import { openTransport } from './open-transport.ts';

export interface MailingDependencies extends Omit<ComposingDependencies, 'portalUrl'> {
  readonly services: Pick<IdentityServices, 'beginNextReset'>;
  readonly environment: MailEnvironment;
  readonly log: Log;
}

export interface Mailing {
  readonly mailer: Mailer;
  start(): void;
  stop(): Promise<void>;
}

/** In milliseconds. */
const interval = 1_000;
const cleaningInterval = 60 * 60_000;

/** All that mails need, and what sends them by itself. */
export function buildMailing({ services, environment, log, ...composing }: MailingDependencies): Mailing {
  const transport = openTransport(environment, log);
  const mailer = new Mailer({ ...composing, portalUrl: environment.portalUrl, transport, log });
  const works = [
    { name: 'beginning password resets', interval, work: services.beginNextReset },
    { name: 'sending mails', interval, work: () => mailer.sendDue() },
    { name: 'forgetting old mails', interval: cleaningInterval, work: () => mailer.forgetOld() },
  ].map((work) => new RepeatedWork({ ...work, log }));
  return {
    mailer,
    start: () => {
      log.info(transport.description);
      for (const work of works) work.start();
    },
    stop: async () => {
      const stopped = Promise.all(works.map((work) => work.stop()));
      // Before they are waited for: one may be with a server that hangs.
      transport.close();
      await stopped;
    },
  };
}
