import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/**
 * A kept-alive HTTP/1.1 connection with one request at a time, on a bare socket: a client library takes as much of a core
 * for a request as the fastest gateway does, and they share two.
 */
export class KeptConnection {
  readonly #socket: Socket;
  readonly #onAnswer: (answer: HttpAnswer) => void;
  #received: Buffer = Buffer.alloc(0);
  /** Where the answer that is arriving ends, once its head tells. */
  #end: number | undefined;

  /** @param onFailure when the connection ends before `close`, or what comes is not HTTP */
  constructor(port: number, onAnswer: (answer: HttpAnswer) => void, onFailure: (error: Error) => void) {
    this.#onAnswer = onAnswer;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', onFailure);
    this.#socket.on('end', () => onFailure(new Error('The gateway closed a connection.')));
  }

  send(request: Buffer | string): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners('end');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#end !== undefined && this.#received.length < this.#end) return;
    const answer = this.#answer();
    if (!answer) return;
    this.#received = Buffer.alloc(0);
    this.#end = undefined;
    this.#onAnswer(answer);
  }

  #answer(): HttpAnswer | undefined {
    const bytes = this.#received;
    const headLength = bytes.indexOf(headEnd);
    if (headLength < 0) return undefined;
    const head = bytes.toString('latin1', 0, headLength);
    const start = headLength + headEnd.length;
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      const body = chunkedBody(bytes, start);
      return body && { status, body };
    }
    this.#end = start + Number(length);
    return bytes.length < this.#end ? undefined : { status, body: bytes.subarray(start, this.#end) };
  }
}

/** Undefined until its last chunk is there. */
function chunkedBody(bytes: Buffer, start: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const sizeEnd = bytes.indexOf(lineEnd, at);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, sizeEnd), 16);
    const from = sizeEnd + lineEnd.length;
    const next = from + size + lineEnd.length;
    if (Number.isNaN(size)) throw new Error('The gateway answered with neither a length nor chunks.');
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(from, from + size));
    at = next;
  }
}
