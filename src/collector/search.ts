import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { QueryEvent, QueryWorkerData } from './query.ts';
import { serve } from './rpc.ts';
import { type ProgressEvent, SearchService } from './searchService.ts';
import { SearchStores } from './searchStores.ts';
import { SidecarBuilder } from './sidecarBuilder.ts';
import { StoreView } from './storeView.ts';

/** What the search worker says unasked. */
export type SearchEvent = QueryEvent | ProgressEvent;
export type SearchHandlers = SearchService['handlers'];

const send = (event: SearchEvent): void => parentPort?.postMessage({ event });

/** So much less than others' does its work count when the machine has none to spare. */
const NICE = 10;

// On Linux this is of the thread alone; elsewhere it would be of the whole program.
if (process.platform === 'linux') {
  try {
    setPriority(0, NICE);
  } catch {
    // A search that is as important as all else is right too, only not as polite.
  }
}

const view = new StoreView((workerData as QueryWorkerData).folders, {
  index: reason => send({ type: 'indexDamaged', reason }),
  segment: (folder, segment) => send({ type: 'segmentDamaged', folder, segment }),
});
const stores = new SearchStores(view);
const service = new SearchService(stores, send);

if (parentPort) serve(parentPort, service.handlers);
new SidecarBuilder(stores, () => service.running > 0).start();
