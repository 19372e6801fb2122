import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import { isNightly } from '@tixgo/platform/testing/env.ts';
import { isNatsServerInstalled } from '@tixgo/platform/testing/nats-server.ts';
import { type Cluster, type ServiceName, serviceNames } from '../cluster.ts';
import { isAdmitted, type LightLoad } from './light-load.ts';
import { startLoadedCluster } from './loaded-cluster.ts';
import type { ShowSeller, SoldShow } from './sold-show.ts';

const two = Object.fromEntries(serviceNames.map((name): [ServiceName, number] => [name, 2]));
/** By night each service by itself, which takes longer; by day all at once. */
const groups = isNightly() ? serviceNames.map((name) => [name]) : [serviceNames];

let cluster: Cluster;
let door: DoorClient;
let seller: ShowSeller;
let show: SoldShow;
let load: LightLoad;

(isNatsServerInstalled() ? describe : describe.skip)('a split system with two of everything', () => {
  beforeAll(async () => {
    // As in production.
    const environment = { DRAIN_SECONDS: '2' };
    ({ cluster, door, seller, show, load } = await startLoadedCluster({ replicas: two, environment }));
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  test('is restarted one process of a service after the other, and nobody is refused meanwhile', async () => {
    load.start();
    const sales = sellOn();
    for (const services of groups) {
      for (const index of [0, 1]) {
        await Promise.all(services.map((service) => cluster.replicasOf(service)[index]?.restart()));
      }
    }
    const failedSales = await sales.stop();
    await load.stop();
    const { scans, readings } = load.take();
    expect(scans.filter(({ answer }) => !isAdmitted(answer))).toEqual([]);
    expect(readings.filter(({ answer }) => answer.errors)).toEqual([]);
    expect(failedSales).toEqual([]);
    expect(Math.min(scans.length, readings.length)).toBeGreaterThan(100);
  }, 600_000);
});

/** Sells again and again, and signs in each time. `stop` answers what failed. */
function sellOn(): { stop(): Promise<readonly unknown[]> } {
  let goesOn = true;
  const failures: unknown[] = [];
  const over = (async () => {
    while (goesOn) {
      await seller.buy(show).catch((error) => failures.push(error));
      await door.signIn().catch((error) => failures.push(error));
      await pause(10);
    }
  })();
  return {
    stop: async () => {
      goesOn = false;
      await over;
      return failures;
    },
  };
}
