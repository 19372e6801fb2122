import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import type { Resolvers } from '../generated/resolver-types.ts';
import { Event } from './Event.ts';
import { EventSummary } from './EventSummary.ts';
import { cancelEvent } from './mutations/cancelEvent.ts';
import { createEvent } from './mutations/createEvent.ts';
import { deleteEvent } from './mutations/deleteEvent.ts';
import { proposeEvent } from './mutations/proposeEvent.ts';
import { publishEvent } from './mutations/publishEvent.ts';
import { updateEvent } from './mutations/updateEvent.ts';
import { updateProposal } from './mutations/updateProposal.ts';
import { withdrawProposal } from './mutations/withdrawProposal.ts';
import { Query } from './Query.ts';

export const resolvers: Resolvers = {
  DateTime: dateTimeScalar,
  Query,
  Mutation: {
    cancelEvent,
    createEvent,
    deleteEvent,
    proposeEvent,
    publishEvent,
    updateEvent,
    updateProposal,
    withdrawProposal,
  },
  Event,
  EventSummary,
};
