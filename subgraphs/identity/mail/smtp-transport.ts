import type { NodemailerError } from 'nodemailer';
import type { MailSender, SmtpServer } from '../env.ts';
import { type Letter, type MailTransport, RecipientRefused } from './letter.ts';
import { messageOf } from './message.ts';

/** How long one mail may take, in milliseconds; well below the mailer's lease, after which it would be sent twice. */
const usualPatience = 30_000;

/** Hands mails to an SMTP server. */
export class SmtpTransport implements MailTransport {
  readonly description: string;
  readonly #server: SmtpServer;
  readonly #from: MailSender;
  readonly #patience: number;
  readonly #closing = new AbortController();
  #mailer: ReturnType<typeof connectionsTo> | undefined;

  constructor(server: SmtpServer, from: MailSender, patience = usualPatience) {
    this.description = `Mails go to the SMTP server ${server.host}:${server.port}.`;
    this.#server = server;
    this.#from = from;
    this.#patience = patience;
  }

  async send(letter: Letter): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(this.#patience), this.#closing.signal]);
    this.#mailer ??= connectionsTo(this.#server);
    const mailer = await this.#mailer;
    try {
      await mailer.sendMail({ ...messageOf(letter, this.#from), signal });
    } catch (error) {
      throw isRefusal(error) ? new RecipientRefused(error.message, { cause: error }) : error;
    }
  }

  close(): void {
    this.#closing.abort();
    void this.#mailer?.then((mailer) => mailer.close({ force: true }));
  }
}

/** The library comes with the first mail: it takes five megabytes. */
async function connectionsTo({ host, port, secure, requireTLS, auth }: SmtpServer) {
  const { createTransport } = await import('nodemailer');
  return createTransport({ pool: true, host, port, secure, requireTLS, ...(auth && { auth }) });
}

/** RFC 5321, 4.2.1: 5yz is for good. Only to the recipient: a sender that is refused is a setting that can be mended. */
function isRefusal(error: unknown): error is NodemailerError {
  const { command, responseCode = 0 } = error as NodemailerError;
  return command === 'RCPT TO' && responseCode >= 500;
}
