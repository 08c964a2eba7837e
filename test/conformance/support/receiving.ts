import assert from 'node:assert/strict';
import { Receiver, type ReceiverOptions } from '../../../src/receiver/receiver.ts';
import type { Endpoint } from '../../../src/receiver/state.ts';
import { RecordingSink } from './recordingSink.ts';

export interface Receiving {
  receiver: Receiver;
  sink: RecordingSink;
  main: Endpoint;
  port: number;
}

/** A receiver on a free port, ended after the tests of the describe block this is called in. */
export function receiving(options: ReceiverOptions = {}): Receiving {
  const sink = new RecordingSink();
  const receiver = new Receiver(sink, { ports: [0], graceMs: 200, ...options });
  const started = {
    receiver,
    sink,
    get main(): Endpoint {
      assert.equal(receiver.state.phase, 'listening');
      return (receiver.state as { main: Endpoint }).main;
    },
    get port(): number {
      return started.main.port;
    },
  };
  before(async () => {
    const state = await receiver.start();
    assert.equal(state.phase, 'listening', JSON.stringify(state));
  });
  beforeEach(() => {
    sink.requests.length = 0;
    sink.refusals.length = 0;
    sink.behave = () => ({ rejected: 0, message: '' });
  });
  after(() => receiver.close());
  return started;
}
