import { decimalsIn } from '@tixgo/platform/money.ts';

/**
 * A username as mails show it. Everybody chooses their own, and mail programs make links of `evil.example`: a character
 * that nobody sees, behind what joins the parts of an address, stops them.
 */
export function nameInMail(username: string): string {
  return username.replaceAll(/[.:/@]/g, '$&\u200C');
}

/** An event as mails name it. */
export interface EventWords {
  readonly name: string;
  /** ISO 8601. */
  readonly startsAt: string;
  /** IANA name. */
  readonly timezone: string;
  readonly venue: { readonly name: string; readonly city: string | null } | null;
}

/** A ticket as mails show it. */
export interface TicketWords {
  readonly type: string;
  readonly code: string;
}

/** When and where, in the event's own time. */
export function whenAndWhere({ startsAt, timezone, venue }: EventWords): string {
  const when = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
    timeZoneName: 'short',
  }).format(new Date(startsAt));
  return [when, venue?.name, venue?.city].filter((part) => part).join(', ');
}

/** @param amount in minor units of the currency */
export function priceOf({
  amount,
  currency,
}: {
  readonly amount: number;
  readonly currency: string;
}): string {
  const decimals = decimalsIn(currency);
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(amount / 10 ** decimals);
}
