import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { inboxRetention, outboxRetention } from '../retention.ts';

export const factStream = 'TIXGO_FACTS';
export const deadLetterStream = 'TIXGO_DEAD_LETTERS';
const factSubjects = 'tixgo.facts';
const deadLetterSubjects = 'tixgo.dead';

/**
 * Facts of one key are of one partition, and each service takes those of a partition one by one: that keeps their order
 * however many replicas share the work, and however often one of them is delivered again. JetStream has no other way
 * to that: with more than one fact on its way to replicas, the second is done before the first is repeated. Partitions
 * are what runs at a time; more of them cost idle consumers. Another number sends facts of a key to two partitions
 * until the old ones are done, so that it changes only while no facts are on their way.
 */
export const partitions = 16;

/** FNV-1a over the key's UTF-16 code units. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}

export function factSubject({ key, type }: { readonly key: string; readonly type: string }): string {
  return `${factSubjects}.${partitionOf(key)}.${type}`;
}

/** The type of a fact by its subject, which needs no reading of the fact. */
export function typeOfSubject(subject: string): string {
  return subject.split('.').slice(3).join('.');
}

export function deadLetterSubject(consumer: string): string {
  return `${deadLetterSubjects}.${consumer}`;
}

/**
 * For how long the broker knows a message id and takes a fact that it has no second time, in milliseconds: longer than
 * what a relay publishes again when a broker has restarted. What comes later inboxes absorb.
 */
const duplicateWindow = 5 * 60_000;

/** How long after the last sign of life a fact is delivered again, in milliseconds. */
export const ackWait = 5_000;

const keptOnDisk = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  duplicate_window: nanos(duplicateWindow),
} satisfies Partial<StreamConfig>;

type DeclaredStream = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

export function streamConfigs(replicas: number): readonly [facts: DeclaredStream, dead: DeclaredStream] {
  const common = { ...keptOnDisk, num_replicas: replicas };
  return [
    { ...common, name: factStream, subjects: [`${factSubjects}.>`], max_age: nanos(outboxRetention) },
    {
      ...common,
      name: deadLetterStream,
      subjects: [`${deadLetterSubjects}.>`],
      max_age: nanos(inboxRetention),
    },
  ];
}

/** One for all replicas of a service. From the start of what is kept, so that a new service hears what was told before it. */
export function partitionConsumer(service: string, partition: number): Partial<ConsumerConfig> {
  return {
    durable_name: `${service}-${partition}`,
    // A consumer has one filter on a server 2.9, so that all types come; those that are nobody's business are acknowledged.
    filter_subject: `${factSubjects}.${partition}.>`,
    deliver_policy: DeliverPolicy.All,
    ...oneByOne,
  };
}

/** One for a process. */
export function processConsumer(types: readonly string[], since: Date): Partial<ConsumerConfig> {
  const [type, ...others] = types;
  return {
    filter_subject: others.length === 0 ? `${factSubjects}.*.${type}` : `${factSubjects}.>`,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: since.toISOString(),
    inactive_threshold: nanos(60_000),
    mem_storage: true,
    num_replicas: 1,
    ...oneByOne,
  };
}

const oneByOne = {
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(ackWait),
  max_ack_pending: 1,
  // Who gives up on a fact keeps it as a dead letter first, which a server does not.
  max_deliver: -1,
} satisfies Partial<ConsumerConfig>;

/** A stream of that name with another configuration. */
const streamNameInUse = 10_058;
/** A server from 2.10 on refuses to change a consumer that it was asked to create; one of 2.9 changes it. */
const consumerExists = 10_148;

/** Creates the stream, or brings it to this configuration. Any number of processes may do so at once. */
export async function declareStream(manager: JetStreamManager, config: DeclaredStream): Promise<StreamInfo> {
  try {
    return await manager.streams.add(config);
  } catch (error) {
    if (!isRefusal(error, streamNameInUse)) throw error;
    return await manager.streams.update(config.name, config);
  }
}

/** As `declareStream`, for a consumer of facts. */
export async function declareConsumer(
  manager: JetStreamManager,
  config: Partial<ConsumerConfig>,
): Promise<ConsumerInfo> {
  try {
    return await manager.consumers.add(factStream, config);
  } catch (error) {
    const name = config.durable_name;
    if (name === undefined || !isRefusal(error, consumerExists)) throw error;
    return await manager.consumers.update(factStream, name, config);
  }
}

function isRefusal(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
