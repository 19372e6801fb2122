import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@tixgo/platform/logging.ts';
import type { MailSender } from '../env.ts';
import type { Letter, MailTransport } from './letter.ts';
import { messageOf } from './message.ts';

/** Writes mails into a folder that only this user reads: they open accounts and doors. */
export class FileTransport implements MailTransport {
  readonly description: string;
  readonly #folder: string | undefined;
  readonly #from: MailSender;
  readonly #log: Log;
  #opened: Promise<string> | undefined;

  /** @param folder undefined: one of the system's temporary ones, made with the first mail */
  constructor(folder: string | undefined, from: MailSender, log: Log) {
    this.#folder = folder;
    this.#from = from;
    this.#log = log;
    const place = folder ?? 'a temporary folder, which the log names with the first';
    this.description = `SMTP_URL is not set: mails are not sent, but written as files to ${place}.`;
  }

  async send(letter: Letter): Promise<void> {
    const folder = await this.#open();
    // Five megabytes, of which a system that writes no mail has no use.
    const { createTransport } = await import('nodemailer');
    const composer = createTransport({ streamTransport: true, buffer: true });
    const { message } = await composer.sendMail(messageOf(letter, this.#from));
    const time = letter.writtenAt.toISOString().replaceAll(/[-:.]/g, '');
    const file = join(folder, `${time}-${letter.template}-${letter.id}.eml`);
    // Placed whole: whoever watches the folder never reads half a mail.
    await writeFile(`${file}.part`, message, { mode: 0o600 });
    await rename(`${file}.part`, file);
  }

  close(): void {}

  async #open(): Promise<string> {
    this.#opened ??= this.#make();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #make(): Promise<string> {
    if (this.#folder !== undefined) {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      return this.#folder;
    }
    const folder = await mkdtemp(join(tmpdir(), 'tixgo-mail-'));
    this.#log.info(`Mails are written to ${folder}.`);
    return folder;
  }
}
