import { parentPort, workerData } from 'node:worker_threads';
import { ReceiveService, type ReceiveWorkerData } from './receiveService.ts';
import { serve } from './rpc.ts';

// The worker's entry: the sockets, away from the thread that writes.
if (parentPort) {
  const port = parentPort;
  const service = new ReceiveService(workerData as ReceiveWorkerData, (event, transfer) =>
    port.postMessage({ event }, transfer),
  );
  serve(port, service.handlers);
}
