// One checkout with the stock SDK: `node checkout.mjs [name of the trace]`. Where it goes is up to the environment.
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { printReceipt } from './receipt.mjs';

const sdk = new NodeSDK({ serviceName: 'checkout' });
sdk.start();
const tracer = trace.getTracer('checkout');

class CardDeclinedError extends Error {
  name = 'CardDeclinedError';
}

function chargeCard(cents) {
  if (cents > 10_000) throw new CardDeclinedError(`The card does not cover ${cents} cents.`);
}

tracer.startActiveSpan(process.argv[2] ?? 'checkout', root => {
  tracer.startActiveSpan('charge card', span => {
    try {
      chargeCard(12_500);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    }
    span.end();
  });
  tracer.startActiveSpan('thank the customer', span => span.end());
  printReceipt(tracer);
  root.end();
});

await sdk.shutdown();
console.log(`exported ${Date.now()}`);
