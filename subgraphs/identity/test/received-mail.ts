/** A part of a mail that is no multipart itself. */
export interface MailPart {
  readonly type: string;
  readonly filename: string | undefined;
  readonly content: string;
}

/** A mail as its receiver reads it (RFC 5322, RFC 2045), as far as the tests need it. */
export class ReceivedMail {
  readonly raw: string;
  readonly recipients: readonly string[];

  constructor(raw: string, recipients: readonly string[] = []) {
    this.raw = raw.replaceAll('\r\n', '\n');
    this.recipients = recipients;
  }

  header(name: string): string | undefined {
    const value = headerOf(this.raw, name);
    return value?.replaceAll(/=\?UTF-8\?Q\?(.*?)\?=\s*/gi, (_word, text: string) =>
      fromQuotedPrintable(text.replaceAll('_', ' ')),
    );
  }

  get parts(): MailPart[] {
    return partsOf(this.raw);
  }

  get text(): string {
    return this.#only('text/plain');
  }

  get html(): string {
    return this.#only('text/html');
  }

  #only(type: string): string {
    const [part] = this.parts.filter((each) => each.type === type);
    if (!part) throw new Error(`There is no ${type} in\n${this.raw}`);
    return part.content;
  }
}

function partsOf(entity: string): MailPart[] {
  const end = entity.indexOf('\n\n');
  const [head, body] = [entity.slice(0, end), entity.slice(end + 2)];
  const type = headerOf(head, 'Content-Type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary !== undefined)
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .flatMap((part) => partsOf(part.slice(1)));
  const filename = /filename="?([^";]+)/.exec(headerOf(head, 'Content-Disposition') ?? '')?.[1];
  return [
    {
      type: type.split(';')[0] ?? '',
      filename,
      content: decoded(body, headerOf(head, 'Content-Transfer-Encoding')),
    },
  ];
}

function headerOf(entity: string, name: string): string | undefined {
  const [head = ''] = entity.split('\n\n', 1);
  const unfolded = head.replaceAll(/\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1];
}

function decoded(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return encoding === 'quoted-printable' ? fromQuotedPrintable(body) : body;
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
