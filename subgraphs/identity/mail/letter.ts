import type { MailTemplate } from '../domain/mail.ts';
import type { MailText } from './layout.ts';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

/** What a mail says. */
export interface LetterContent extends MailText {
  readonly attachments: readonly Attachment[];
}

export interface Letter extends LetterContent {
  /** The row's, which makes its Message-ID: the same however often it is sent. */
  readonly id: string;
  readonly template: MailTemplate;
  readonly to: string;
  readonly writtenAt: Date;
}

export interface MailTransport {
  /** What becomes of mails, for the log. */
  readonly description: string;
  /** Resolves once whoever carries it on has it. @throws RecipientRefused when trying again is of no use */
  send(letter: Letter): Promise<void>;
  /** Ends what is under way. */
  close(): void;
}

/** The recipient's server does not take mail for them, and says that it will not. */
export class RecipientRefused extends Error {
  override readonly name = 'RecipientRefused';
}
