import { HttpError, serve } from '../http.ts';
import { startTelemetry } from '../telemetry.ts';
import { levelOf, OutOfStockError, reserve } from './levels.ts';

startTelemetry('stock');

serve({
  'POST /levels': async body => ({ left: await levelOf((body as { product: string }).product) }),

  'POST /reservations': async body => {
    const { product, quantity } = body as { product: string; quantity: number };
    await reserve(product, quantity).catch(error => {
      throw error instanceof OutOfStockError ? new HttpError(409, error.message) : error;
    });
    return { product, reserved: quantity };
  },
});
