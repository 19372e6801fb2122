import type { Log } from '@tixgo/platform/logging.ts';
import type { MailEnvironment } from '../env.ts';
import { FileTransport } from './file-transport.ts';
import type { MailTransport } from './letter.ts';
import { SmtpTransport } from './smtp-transport.ts';

export function openTransport({ smtp, from, folder }: MailEnvironment, log: Log): MailTransport {
  return smtp === undefined ? new FileTransport(folder, from, log) : new SmtpTransport(smtp, from);
}
