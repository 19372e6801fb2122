import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { MailEnvironment } from '../env.ts';
import { testEnvironment } from './identity-system.ts';
import { ReceivedMail } from './received-mail.ts';

/** A server that takes mails by SMTP (RFC 5321) and does with them what a test wants. */
export class SmtpServer {
  readonly received: ReceivedMail[] = [];
  /** Answers in place of its own, by command; `.` is the end of a mail. */
  readonly answers = new Map<string, string>();
  /** Commands that it hangs up on. */
  readonly hangsUpOn = new Set<string>();
  /** What it was told, by command. */
  readonly commands: string[] = [];
  /** Told of a client that it leaves waiting at the end of a mail. */
  #hangs: (() => void) | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: ((mail: ReceivedMail) => void)[] = [];

  static async start(port = 0): Promise<SmtpServer> {
    const server = new SmtpServer();
    await new Promise<void>((resolve) => server.#server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  constructor() {
    this.#server = createServer((socket) => void this.#serve(socket).catch(() => socket.destroy()));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** For identity to send to it. */
  get mail(): MailEnvironment {
    return mailBy(this.port);
  }

  /** Whom it took mails for, in the order of their names. */
  get recipients(): string[] {
    return this.received.flatMap(({ recipients }) => recipients).sort();
  }

  /** It never answers the end of a mail from now on; resolves once a client waits for that. */
  async hang(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hangs = resolve;
    });
  }

  /** The next mail that comes. */
  async next(): Promise<ReceivedMail> {
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    const say = (line: string) => socket.write(`${line}\r\n`);
    let recipients: string[] = [];
    let body: string[] | undefined;
    say('220 test');
    for await (const line of createInterface({ input: socket })) {
      if (body && line !== '.') {
        body.push(line.replace(/^\./, ''));
        continue;
      }
      const command = line.split(/[ :]/, 1)[0] ?? '';
      this.commands.push(command);
      if (this.hangsUpOn.has(command)) return void socket.destroy();
      const own = this.answers.get(command);
      if (command === 'RCPT') recipients.push(/<(.*)>/.exec(line)?.[1] ?? '');
      if (command === 'MAIL') recipients = [];
      if (command === 'DATA' && !own) body = [];
      if (command === '.') {
        if (this.#hangs) return this.#hangs();
        if (!own) this.#take(new ReceivedMail((body ?? []).join('\n'), recipients));
        body = undefined;
      }
      say(own ?? (command === 'DATA' ? '354 go on' : command === 'QUIT' ? '221 bye' : '250 fine'));
    }
  }

  #take(mail: ReceivedMail): void {
    this.received.push(mail);
    this.#waiting.shift()?.(mail);
  }
}

/** Settings to send to a port of this machine, whether or not anybody listens there. */
export function mailBy(port: number): MailEnvironment {
  const smtp = { host: '127.0.0.1', port, secure: false, requireTLS: false, auth: undefined };
  return { ...testEnvironment.mail, smtp };
}
