import { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import { Cluster, type ClusterSettings } from '../cluster.ts';
import { LightLoad } from './light-load.ts';
import { ShowSeller, type SoldShow } from './sold-show.ts';

/** A split system in which tickets were sold, and who uses it. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  readonly door: DoorClient;
  /** Of the first admin. */
  readonly token: string;
  readonly seller: ShowSeller;
  readonly show: SoldShow;
  /** Not started yet. */
  readonly load: LightLoad;
}

export async function startLoadedCluster({
  environment,
  ...settings
}: ClusterSettings): Promise<LoadedCluster> {
  const cluster = await Cluster.start({ ...settings, environment: { BCRYPT_COST: '4', ...environment } });
  try {
    const door = new DoorClient(cluster.urlOf('attendance'));
    const token = await door.signIn();
    const seller = new ShowSeller(door, token);
    const openEventId = await door.openEvent(token);
    const show = await seller.openShow();
    const purchase = await seller.buy(show);
    const [code = ''] = await seller.codesOf(purchase);
    const entering = { eventId: show.eventId, code };
    const load = new LightLoad({ ...purchase, door, token, openEventId, show: entering });
    return { cluster, door, token, seller, show, load };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
