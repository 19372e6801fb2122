import { createTransport, type NodemailerError } from 'nodemailer';
import type { MailSender, SmtpServer } from '../env.ts';
import { type Letter, type MailTransport, RecipientRefused } from './letter.ts';
import { messageOf } from './message.ts';

/** How long one mail may take, in milliseconds; well below the mailer's lease, after which it would be sent twice. */
const usualPatience = 30_000;

/** Hands mails to an SMTP server. */
export class SmtpTransport implements MailTransport {
  readonly description: string;
  readonly #from: MailSender;
  readonly #mailer;
  readonly #patience: number;

  constructor(
    { host, port, secure, requireTLS, auth }: SmtpServer,
    from: MailSender,
    patience = usualPatience,
  ) {
    this.description = `Mails go to the SMTP server ${host}:${port}.`;
    this.#from = from;
    this.#patience = patience;
    this.#mailer = createTransport({
      pool: true,
      host,
      port,
      secure,
      requireTLS,
      ...(auth && { auth }),
    });
  }

  async send(letter: Letter): Promise<void> {
    const signal = AbortSignal.timeout(this.#patience);
    try {
      await this.#mailer.sendMail({ ...messageOf(letter, this.#from), signal });
    } catch (error) {
      throw isRefusal(error) ? new RecipientRefused(error.message, { cause: error }) : error;
    }
  }

  close(): void {
    this.#mailer.close({ force: true });
  }
}

/** RFC 5321, 4.2.1: 5yz is for good. Only to the recipient: a sender that is refused is a setting that can be mended. */
function isRefusal(error: unknown): error is NodemailerError {
  const { command, responseCode = 0 } = error as NodemailerError;
  return command === 'RCPT TO' && responseCode >= 500;
}
