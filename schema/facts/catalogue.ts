import {
  ATTENDANCE_CHANGED,
  ATTENDANCE_STARTED,
  type AttendanceChanged,
  type AttendanceStarted,
  TICKETS_ADMITTED,
  type TicketsAdmitted,
} from './attendance.ts';
import { EVENT_CHANGED, EVENT_DELETED, type EventChanged, type EventDeleted } from './event.ts';
import { USER_ACCESS_CHANGED, type UserAccessChanged } from './identity.ts';
import { TICKET_NOTICE, type TicketNotice } from './notice.ts';
import {
  PAYMENT_DISPUTED,
  PAYMENT_FAILED,
  PAYMENT_REFUND_FAILED,
  PAYMENT_REFUND_REQUESTED,
  PAYMENT_REFUNDED,
  PAYMENT_STARTED,
  PAYMENT_SUCCEEDED,
  type PaymentDisputed,
  type PaymentFailed,
  type PaymentRefunded,
  type PaymentRefundFailed,
  type PaymentRefundRequested,
  type PaymentStarted,
  type PaymentSucceeded,
} from './payment.ts';
import {
  ORDER_CHANGED,
  ORDER_REFUND_DECLINED,
  ORDER_REFUND_DUE,
  type OrderChanged,
  type OrderRefundDeclined,
  type OrderRefundDue,
  SALES_STARTED,
  type SalesStarted,
  TICKET_CHANGED,
  TICKET_KEY_ADDED,
  type TicketChanged,
  type TicketKeyAdded,
} from './ticket.ts';

/** Every fact that crosses from one service to another: its type and what it carries. */
export interface FactCatalogue {
  [ATTENDANCE_CHANGED]: AttendanceChanged;
  [ATTENDANCE_STARTED]: AttendanceStarted;
  [EVENT_CHANGED]: EventChanged;
  [EVENT_DELETED]: EventDeleted;
  [ORDER_CHANGED]: OrderChanged;
  [ORDER_REFUND_DECLINED]: OrderRefundDeclined;
  [ORDER_REFUND_DUE]: OrderRefundDue;
  [PAYMENT_DISPUTED]: PaymentDisputed;
  [PAYMENT_FAILED]: PaymentFailed;
  [PAYMENT_REFUND_FAILED]: PaymentRefundFailed;
  [PAYMENT_REFUND_REQUESTED]: PaymentRefundRequested;
  [PAYMENT_REFUNDED]: PaymentRefunded;
  [PAYMENT_STARTED]: PaymentStarted;
  [PAYMENT_SUCCEEDED]: PaymentSucceeded;
  [SALES_STARTED]: SalesStarted;
  [TICKET_CHANGED]: TicketChanged;
  [TICKET_KEY_ADDED]: TicketKeyAdded;
  [TICKET_NOTICE]: TicketNotice;
  [TICKETS_ADMITTED]: TicketsAdmitted;
  [USER_ACCESS_CHANGED]: UserAccessChanged;
}

export type FactType = keyof FactCatalogue;

/**
 * Version of each payload's shape. A newer one only adds fields, and a consumer reads those that it knows and ignores
 * the rest, so that releases can run side by side. What an older consumer would misread is another type, told beside the
 * old one until nobody hears that any more; and consumers of a type are rolled out before anyone tells it, because one
 * that does not know it acknowledges it.
 */
export const factVersions: Readonly<Record<FactType, number>> = {
  [ATTENDANCE_CHANGED]: 1,
  [ATTENDANCE_STARTED]: 1,
  [EVENT_CHANGED]: 1,
  [EVENT_DELETED]: 1,
  [ORDER_CHANGED]: 1,
  [ORDER_REFUND_DECLINED]: 1,
  [ORDER_REFUND_DUE]: 1,
  [PAYMENT_DISPUTED]: 1,
  [PAYMENT_FAILED]: 1,
  [PAYMENT_REFUND_FAILED]: 1,
  [PAYMENT_REFUND_REQUESTED]: 1,
  [PAYMENT_REFUNDED]: 1,
  [PAYMENT_STARTED]: 1,
  [PAYMENT_SUCCEEDED]: 1,
  [SALES_STARTED]: 1,
  [TICKET_CHANGED]: 1,
  [TICKET_KEY_ADDED]: 1,
  [TICKET_NOTICE]: 1,
  [TICKETS_ADMITTED]: 1,
  [USER_ACCESS_CHANGED]: 1,
};
