// A trace that grows while it is looked at: its spans end one by one, a second apart.
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ serviceName: 'later' });
sdk.start();
const tracer = trace.getTracer('later');

await tracer.startActiveSpan('growing', async root => {
  for (let part = 1; part <= Number(process.argv[2] ?? 3); part++) {
    await tracer.startActiveSpan(`part ${part}`, async span => {
      await new Promise(resolve => setTimeout(resolve, 1000));
      span.end();
    });
  }
  root.end();
});
await sdk.shutdown();
