// A receiver in a process of its own: what is sent to it may end it, and that has to be seen from outside.
import { Profiler } from './coverage.ts';
import { type Answer, BUDGET, type Question } from './receiverTalk.ts';

const profiler = new Profiler();
// After coverage has begun, so that their blocks are counted.
const { ByteBudget } = await import('../../src/receiver/budget.ts');
const { Receiver } = await import('../../src/receiver/receiver.ts');
const { scanTraces } = await import('../../src/otlp/scanTraces.ts');

const budgets = new Set<InstanceType<typeof ByteBudget>>();
const { lease } = ByteBudget.prototype;
// The receiver keeps its budget to itself; whoever takes something of it shows it.
ByteBudget.prototype.lease = function () {
  budgets.add(this);
  return lease.call(this);
};

const surprises: string[] = [];
const receiver = new Receiver(
  {
    async accept({ signal, body }) {
      if (signal === 'traces') scanTraces(body);
      if (body.length % 5 === 0) await new Promise(resolve => setTimeout(resolve, 1));
      return { rejected: body.length % 7 === 0 ? 1 : 0, message: body.length % 7 === 0 ? 'ungültig\n' : '' };
    },
    refused({ reason }) {
      // The sink above fails only for what is malformed: any other failure is the receiver's own.
      if (/unexpectedly|could not be stored|call failed|Error/.test(reason) && surprises.length < 10)
        surprises.push(reason);
    },
  },
  {
    ports: [0],
    hosts: ['127.0.0.1'],
    // Short, so that a connection left half-way shows within a run; small, so that limits are met.
    limits: {
      inFlightBytes: BUDGET,
      requestBytes: BUDGET / 2,
      undecidedMs: 400,
      headersMs: 400,
      requestMs: 600,
      keepAliveMs: 800,
      commitMs: 1_000,
      firstRequestMs: 600,
      sessionIdleMs: 800,
      checkMs: 100,
      roomMs: 200,
    },
  },
);

const state = await receiver.start();
const say = (answer: Answer) => process.send?.(answer);
if (state.phase !== 'listening') throw new Error(`It does not listen: ${JSON.stringify(state)}`);

process.on('message', (question: Question) => {
  if (question === 'coverage') say({ kind: 'coverage', scripts: profiler.take(/\/src\/receiver\//) });
  else {
    const held = [...budgets].reduce((sum, budget) => sum + BUDGET - budget.free, 0);
    const connections = process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length;
    say({ kind: 'state', connections, held, heap: process.memoryUsage().heapUsed, surprises: surprises.splice(0) });
  }
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'listening', port: state.main.port });
