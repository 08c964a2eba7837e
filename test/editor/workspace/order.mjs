// One order with the stock SDK; prints the ids of its spans, as a program with trace ids in its log does.
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ serviceName: 'orders' });
sdk.start();
const ids = {};

function checkQuantity(quantity) {
  if (quantity > 3) throw new RangeError(`Nobody needs ${quantity} kettles.`);
}

trace.getTracer('orders').startActiveSpan(process.argv[2] ?? 'order', span => {
  ids.traceId = span.spanContext().traceId;
  ids.spanId = span.spanContext().spanId;
  try {
    checkQuantity(4);
  } catch (error) {
    span.recordException(error);
  }
  span.end();
});
await sdk.shutdown();
console.log(JSON.stringify(ids));
