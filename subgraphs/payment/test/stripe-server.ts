import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly client_secret: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  status: string;
  last_payment_error: object | null;
}

interface Refund {
  readonly id: string;
  readonly payment_intent: string;
  readonly amount: number;
  readonly metadata: { readonly refundId: string | null; readonly idempotencyKey?: string | null };
  status: string;
  readonly failure_reason?: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refusal = (status: number, error: object): Answer => ({ status, body: { error } });
const notThere = refusal(404, {
  type: 'invalid_request_error',
  code: 'resource_missing',
  message: 'No such.',
});

/** Speaks as much of Stripe's API as payments need: forms in, JSON out, idempotency keys honoured. */
export class StripeServer {
  readonly intents = new Map<string, Intent>();
  readonly refunds: Refund[] = [];
  /** What becomes of the next refunds that are made. */
  refundStatus = 'succeeded';
  readonly disputes = new Map<string, { payment_intent: string; status: string }>();
  readonly requests: Request[] = [];
  /** What the next confirmation does beside its method: charge, and then not say so. */
  dropNextAnswer = false;
  /** How many requests are answered with 500, unprocessed. */
  failures = 0;
  readonly #answers = new Map<string, Answer>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  intentOf(orderId: string): Intent | undefined {
    return [...this.intents.values()].findLast(({ metadata }) => metadata.orderId === orderId);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(message);
    this.requests.push(request);
    const { status, body } = await this.#once(request);
    if (this.dropNextAnswer && request.path.endsWith('/confirm')) {
      this.dropNextAnswer = false;
      // Long after what the test's service waits for an answer.
      await setTimeout(3_000, undefined, { ref: false });
    }
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' });
    response.end(JSON.stringify(body));
  }

  async #once(request: Request): Promise<Answer> {
    if (this.failures > 0) {
      this.failures -= 1;
      return refusal(500, { type: 'api_error', message: 'Down.' });
    }
    const known = request.key === undefined ? undefined : this.#answers.get(request.key);
    if (known) return known;
    const answer = this.#answer(request);
    if (request.key !== undefined && request.method === 'POST') {
      // As it was answered then, whatever becomes of it.
      this.#answers.set(request.key, structuredClone(answer));
    }
    return answer;
  }

  #answer({ method, path, form }: Request): Answer {
    const [, , resource, id = '', action] = path.split('/');
    if (resource === 'refunds') return method === 'GET' ? this.#listRefunds() : this.#refund(form);
    if (resource === 'disputes') {
      const dispute = this.disputes.get(id);
      return dispute ? { status: 200, body: { id, object: 'dispute', ...dispute } } : notThere;
    }
    if (method === 'POST' && id === '') return this.#open(form);
    const intent = this.intents.get(id);
    if (!intent) return notThere;
    if (action === 'confirm') return confirm(intent, form.get('payment_method') ?? '');
    if (action === 'cancel') return cancel(intent);
    return { status: 200, body: intent };
  }

  #open(form: URLSearchParams): Answer {
    const id = `pi_${this.intents.size + 1}`;
    const intent: Intent = {
      id,
      object: 'payment_intent',
      client_secret: `${id}_secret_x`,
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      metadata: {
        orderId: form.get('metadata[orderId]') ?? '',
        paymentId: form.get('metadata[paymentId]') ?? '',
      },
      status: 'requires_payment_method',
      last_payment_error: null,
    };
    this.intents.set(id, intent);
    return { status: 200, body: { ...intent } };
  }

  #listRefunds(): Answer {
    return { status: 200, body: { object: 'list', data: this.refunds, has_more: false } };
  }

  #refund(form: URLSearchParams): Answer {
    const intent = this.intents.get(form.get('payment_intent') ?? '');
    const amount = Number(form.get('amount'));
    const refunded = this.refunds
      .filter((refund) => refund.payment_intent === intent?.id && refund.status !== 'failed')
      .reduce((sum, refund) => sum + refund.amount, 0);
    if (!intent || refunded + amount > intent.amount) {
      return refusal(400, { type: 'invalid_request_error', code: 'charge_disputed', message: 'No.' });
    }
    const refund = {
      id: `re_${this.refunds.length + 1}`,
      object: 'refund',
      payment_intent: intent.id,
      amount,
      metadata: {
        refundId: form.get('metadata[refundId]'),
        idempotencyKey: form.get('metadata[idempotencyKey]'),
      },
      status: this.refundStatus,
      ...(this.refundStatus === 'failed' && { failure_reason: 'expired_or_canceled_card' }),
    };
    this.refunds.push(refund);
    return { status: 200, body: refund };
  }
}

function confirm(intent: Intent, method: string): Answer {
  if (!intent.status.startsWith('requires_')) {
    const code = 'payment_intent_unexpected_state';
    return refusal(400, { type: 'invalid_request_error', code, message: 'No.' });
  }
  if (method === 'pm_nobody') {
    const error = { type: 'invalid_request_error', code: 'resource_missing', param: 'payment_method' };
    return refusal(400, { ...error, message: 'No such PaymentMethod.' });
  }
  const decline_code = method.startsWith('pm_declined_') ? method.slice('pm_declined_'.length) : undefined;
  if (decline_code !== undefined) {
    const error = { type: 'card_error', code: 'card_declined', decline_code };
    intent.last_payment_error = error;
    return refusal(402, { ...error, message: 'Declined.', payment_intent: { ...intent } });
  }
  if (method === 'pm_expired') {
    const error = { type: 'card_error', code: 'expired_card' };
    intent.last_payment_error = error;
    return refusal(402, { ...error, message: 'Declined.', payment_intent: { ...intent } });
  }
  const statuses: Record<string, string> = { pm_3ds: 'requires_action', pm_slow: 'processing' };
  intent.status = statuses[method] ?? 'succeeded';
  return { status: 200, body: { ...intent } };
}

function cancel(intent: Intent): Answer {
  if (!intent.status.startsWith('requires_')) {
    const code = 'payment_intent_unexpected_state';
    return refusal(400, { type: 'invalid_request_error', code, message: 'No.' });
  }
  intent.status = 'canceled';
  return { status: 200, body: { ...intent } };
}

async function read(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const key = message.headers['idempotency-key'];
  return {
    method: message.method ?? '',
    path: (message.url ?? '').split('?', 1)[0] ?? '',
    form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
    key: typeof key === 'string' ? key : undefined,
    authorization: message.headers.authorization,
  };
}
