import { hasRole, isUser, type Viewer } from '@tixgo/platform/viewer.ts';
import { doorStanding, type TicketRecord } from '../domain/ticket.ts';
import type { TicketCodes } from './ticket-codes.ts';

/** Its holder's and the staff's; nobody's once it is void. */
export const codeFor =
  (codes: TicketCodes) =>
  (viewer: Viewer, ticket: TicketRecord): string | null => {
    const maySee = isUser(viewer, ticket.holderId) || hasRole(viewer, 'SCANNER');
    return maySee && doorStanding(ticket) !== 'CANCELED' ? codes.codeOf(ticket) : null;
  };

/** An SVG document, or null where there is no code. */
export const qrFor =
  (codes: TicketCodes) =>
  async (viewer: Viewer, ticket: TicketRecord): Promise<string | null> => {
    const code = codeFor(codes)(viewer, ticket);
    if (code === null) return null;
    const { toString: qrCode } = await import('qrcode');
    // M: some of a screen may glare. The quiet zone of four modules is the standard's.
    return await qrCode(code, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  };
