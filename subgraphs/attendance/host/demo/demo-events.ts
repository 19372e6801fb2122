import type { EventSubgraph } from '@tixgo/event/subgraph.ts';
import { localDay } from '../../domain/local-day.ts';
import { type DemoSale, openSourceSale, sambaSale, stringsSale } from './demo-sales.ts';
import type { Crowd } from './demo-scans.ts';
import { addDays, lastWeekday, momentAt } from './local-time.ts';

type NewEvent = Parameters<EventSubgraph['services']['createEvent']>[1];

/** The day, given the day of the event's zone on which the demo data is made, and `HH:MM` there. */
type DemoMoment = readonly [day: (today: string) => string, time: string];

export interface DemoEvent extends Omit<NewEvent, 'id' | 'startsAt' | 'endsAt' | 'gates'> {
  readonly id: string;
  readonly gates: readonly string[];
  readonly begins: DemoMoment;
  readonly ends: DemoMoment;
  /** Given: the event is called off as soon as it is made. */
  readonly cancelReason?: string;
  readonly crowd?: Crowd;
  readonly sale?: DemoSale;
}

export function newEventOf(demo: DemoEvent, now: Date): NewEvent {
  const { begins, ends, cancelReason: _cancelReason, crowd: _crowd, sale: _sale, ...event } = demo;
  const today = localDay(now, demo.timezone);
  const moment = ([day, time]: DemoMoment) => momentAt(day(today), time, demo.timezone);
  return { ...event, startsAt: moment(begins), endsAt: moment(ends) };
}

const inDays = (days: number) => (today: string) => addDays(today, days);
const lastSaturday = (today: string) => lastWeekday(today, 6);
/** A Tuesday about two weeks back, and the days behind it. */
const conferenceDay = (day: number) => (today: string) => addDays(lastWeekday(today, 2), day - 14);

/** The week at the doors: people stay for hours, and go out for lunch. */
const fairgoers: Crowd = {
  seed: 1,
  ticketPrefix: 'LDW',
  days: 10,
  opens: '10:00',
  closesAfter: 10,
  lastEntry: 9,
  rushes: [
    { at: 0.7, spread: 0.5, share: 0.47 },
    { at: 4.2, spread: 0.8, share: 0.3 },
    { at: 7.4, spread: 0.7, share: 0.23 },
  ],
  gateShares: [46, 30, 18, 6],
  dayTickets: 120,
  weekend: 1.5,
  passes: 240,
  passesComing: 0.38,
  doubled: 0.015,
  stay: { least: 1, most: 5.5, lunchBreak: 0.55 },
  mistakeEvery: 170,
  staff: 3,
};

/** One evening: nearly everyone comes within two hours of the doors, and nobody scans on the way out. */
const festivalgoers: Crowd = {
  seed: 2,
  ticketPrefix: 'HL',
  days: 1,
  opens: '17:30',
  closesAfter: 6,
  lastEntry: 5,
  rushes: [
    { at: 1.05, spread: 0.36, share: 0.88 },
    { at: 0.05, spread: 0.12, share: 0.07 },
    { at: 2.6, spread: 0.8, share: 0.05 },
  ],
  gateShares: [41, 32, 20, 7],
  dayTickets: 800,
  weekend: 1.3,
  passes: 0,
  passesComing: 0,
  doubled: 0.02,
  stay: null,
  mistakeEvery: 900,
  staff: 2,
};

/** A badge for three days, scanned each morning; some come for the afternoon talks. */
const attendees: Crowd = {
  seed: 3,
  ticketPrefix: 'MC',
  days: 3,
  opens: '08:30',
  closesAfter: 9,
  lastEntry: 8,
  rushes: [
    { at: 0.5, spread: 0.3, share: 0.85 },
    { at: 4.8, spread: 0.7, share: 0.15 },
  ],
  gateShares: [4, 1],
  dayTickets: 0,
  weekend: 1,
  passes: 160,
  passesComing: 0.88,
  doubled: 0.03,
  stay: null,
  mistakeEvery: null,
  staff: 1,
};

/** What a new system shows: past, running and to come, over several places, policies and states. */
export const demoEvents: readonly DemoEvent[] = [
  {
    id: 'evt1',
    name: 'An Evening of Open Source',
    description:
      'Six short talks, two long tables and one soldering corner. Bring a project, or a question about one.\n\nDoors open half an hour before the first talk; any ticket id lets in once.',
    venue: {
      name: 'Kesselhaus am Ufer',
      address: 'Uferallee 27',
      city: 'Berlin',
      country: 'Germany',
      latitude: 52.4969,
      longitude: 13.4453,
    },
    begins: [inDays(1), '18:30'],
    ends: [inDays(1), '22:30'],
    timezone: 'Europe/Berlin',
    capacity: 400,
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    gates: [],
    sale: openSourceSale,
  },
  {
    id: 'demo-design-week',
    name: 'London Design & Makers Week',
    description:
      'Ten days of furniture, type, ceramics and textiles from 90 studios, with workshops in both halls.\n\nGo out for lunch and come back on the same ticket: scan on the way out, and scan in again. Week passes are good on every day.',
    venue: {
      name: 'Tidewater Halls',
      address: '1 Albert Wharf Road',
      city: 'London',
      country: 'United Kingdom',
      latitude: 51.5078,
      longitude: 0.0291,
    },
    begins: [inDays(-7), '10:00'],
    ends: [inDays(2), '20:00'],
    timezone: 'Europe/London',
    capacity: 2_500,
    admission: 'OPEN',
    entryPolicy: 'REENTRY_AFTER_EXIT',
    gates: ['River Entrance', 'West Hall', 'East Hall', 'Exhibitors'],
    crowd: fairgoers,
  },
  {
    id: 'demo-harbour-lights',
    name: 'Harbour Lights Festival',
    description:
      'Three stages on the water and a light show at nine. Gates at 17:30, first band at 19:00; no re-entry.',
    venue: {
      name: 'Larkspur Point Park',
      address: 'Quayside Drive',
      city: 'Sydney',
      country: 'Australia',
      latitude: -33.8588,
      longitude: 151.2205,
    },
    begins: [lastSaturday, '17:30'],
    ends: [lastSaturday, '23:30'],
    timezone: 'Australia/Sydney',
    capacity: 1_200,
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    gates: ['Quay Gate', 'Garden Gate', 'Ferry Wharf', 'Members'],
    crowd: festivalgoers,
  },
  {
    id: 'demo-monsoon-conf',
    name: 'Monsoon Conf: Systems That Bend',
    description:
      'Three days on software that survives its users: queues, failure drills, and what the on-call phone taught us. One badge, scanned once a day.',
    venue: {
      name: 'Sagar Convention Centre',
      address: 'Plot 14, G Block, Bandra Kurla Complex',
      city: 'Mumbai',
      country: 'India',
      latitude: 19.0634,
      longitude: 72.8691,
    },
    begins: [conferenceDay(0), '08:30'],
    ends: [conferenceDay(2), '17:30'],
    timezone: 'Asia/Kolkata',
    capacity: 250,
    admission: 'OPEN',
    entryPolicy: 'ONCE_PER_DAY',
    gates: ['Registration', 'Garden Side'],
    crowd: attendees,
  },
  {
    id: 'demo-pier-jazz',
    name: 'Jazz on Pier 61',
    description:
      'The Odile Marchetti Quintet, outdoors, with the river behind them. Rain or shine, not storm.',
    venue: {
      name: 'Pier 61',
      address: '12th Avenue',
      city: 'New York',
      country: 'United States',
      latitude: 40.7489,
      longitude: -74.0089,
    },
    begins: [inDays(9), '19:30'],
    ends: [inDays(9), '22:00'],
    timezone: 'America/New_York',
    capacity: 850,
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    gates: ['Pier Head'],
    cancelReason: 'The pier is closed for repairs after the storm; there will be a new date in spring.',
  },
  {
    id: 'demo-noite-do-samba',
    name: 'Noite do Samba',
    description:
      'Uma noite inteira de roda de samba: quatro grupos, feijoada até a meia-noite e pista aberta até o fim.\n\nCome and go as you like; every scan lets you in.',
    venue: {
      name: 'Galpão Vila Aurora',
      address: 'Rua das Figueiras, 318',
      city: 'São Paulo',
      country: 'Brazil',
      latitude: -23.5571,
      longitude: -46.6912,
    },
    begins: [inDays(23), '20:00'],
    ends: [inDays(24), '03:00'],
    timezone: 'America/Sao_Paulo',
    capacity: 1_200,
    admission: 'OPEN',
    entryPolicy: 'UNLIMITED',
    gates: ['Portão Principal', 'Portão Lateral'],
    sale: sambaSale,
  },
  {
    id: 'demo-aurora-strings',
    name: 'Aurora Strings: Winter Programme',
    description:
      'Chamber music for twelve strings and one very old organ. Tickets by TixGo only; latecomers wait for the interval.',
    venue: {
      name: 'Norðurljós Hall',
      address: 'Sæbraut 4',
      city: 'Reykjavík',
      country: 'Iceland',
      latitude: 64.1502,
      longitude: -21.9248,
    },
    begins: [inDays(41), '19:00'],
    ends: [inDays(41), '21:15'],
    timezone: 'Atlantic/Reykjavik',
    capacity: 480,
    admission: 'TICKETED',
    entryPolicy: 'ONCE',
    gates: ['Foyer', 'Balcony'],
    sale: stringsSale,
  },
  {
    id: 'demo-kumo-no-ma',
    name: '雲の間 — Kumo no Ma, Ambient Night',
    description:
      'Four hours of quiet music on floor cushions. Line-up and tea house partner to be confirmed.',
    venue: {
      name: 'Studio Kumo',
      address: '2-14-6 Kitazawa, Setagaya-ku',
      city: 'Tokyo',
      country: 'Japan',
      latitude: 35.6615,
      longitude: 139.6682,
    },
    begins: [inDays(75), '20:00'],
    ends: [inDays(76), '00:00'],
    timezone: 'Asia/Tokyo',
    capacity: 120,
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    gates: [],
    status: 'DRAFT',
  },
];
