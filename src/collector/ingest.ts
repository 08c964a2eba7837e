import { parentPort, workerData } from 'node:worker_threads';
import { IngestService, type IngestWorkerData } from './ingestService.ts';
import { serve } from './rpc.ts';

// The worker's entry: sockets and the store's one writer, away from the main thread.
if (parentPort) {
  const port = parentPort;
  const service = new IngestService(workerData as IngestWorkerData, event => port.postMessage({ event }));
  serve(port, service.handlers);
  void service.start();
}
