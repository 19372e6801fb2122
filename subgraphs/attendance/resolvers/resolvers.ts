import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import type { Resolvers } from '../generated/resolver-types.ts';
import { Attendance } from './Attendance.ts';
import { CheckIn } from './CheckIn.ts';
import { CheckInConnection } from './CheckInConnection.ts';
import { CheckInResult } from './CheckInResult.ts';
import { cancelTicketImport } from './mutations/cancelTicketImport.ts';
import { checkIn } from './mutations/checkIn.ts';
import { deleteTicketImport } from './mutations/deleteTicketImport.ts';
import { undoCheckIn } from './mutations/undoCheckIn.ts';
import { Query } from './Query.ts';
import { TicketImport } from './TicketImport.ts';

export const resolvers: Resolvers = {
  DateTime: dateTimeScalar,
  Query,
  Mutation: { checkIn, undoCheckIn, cancelTicketImport, deleteTicketImport },
  Attendance,
  CheckIn,
  CheckInConnection,
  CheckInResult,
  TicketImport,
};
