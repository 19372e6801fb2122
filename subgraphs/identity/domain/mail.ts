export const mailTemplates = [
  'password-reset',
  'order-confirmed',
  'event-canceled',
  'ticket-received',
] as const;
export type MailTemplate = (typeof mailTemplates)[number];

/**
 * What a mail is about, as it is kept until it goes out. Names and ticket codes are not kept: they are asked for then,
 * so that nothing stands here that opens a door.
 */
export interface MailSubjects {
  readonly 'password-reset': { readonly seed: string };
  readonly 'order-confirmed': { readonly eventId: string; readonly orderId: string };
  readonly 'event-canceled': { readonly eventId: string };
  readonly 'ticket-received': {
    readonly eventId: string;
    readonly ticketId: string;
    readonly fromUserId: string;
  };
}

export type MailSubject = {
  readonly [Template in MailTemplate]: { readonly template: Template; readonly data: MailSubjects[Template] };
}[MailTemplate];

export type MailRecord = MailSubject & {
  readonly id: string;
  readonly recipientId: string;
  readonly address: string;
  readonly createdAt: Date;
  /** How often it was taken to be sent. */
  readonly attempts: number;
};

const second = 1_000;
const hour = 60 * 60 * second;
/** In milliseconds: what could not be sent for this long is given up. */
const patience = 24 * hour;

/** When to try again after so many attempts: 30 s, 1 min, 2 min, up to an hour; undefined once it is given up. */
export function nextAttempt(attempts: number, createdAt: Date, now: Date): Date | undefined {
  if (now.getTime() - createdAt.getTime() >= patience) return undefined;
  return new Date(now.getTime() + Math.min(30 * second * 2 ** (attempts - 1), hour));
}
