import { setTimeout as sleep } from 'node:timers/promises';
import { traced } from '../telemetry.ts';
import { here } from './located.ts';

const levels = new Map([
  ['teapot', 12],
  ['kettle', 3],
  ['cup', 140],
  ['saucer', 96],
  ['tea strainer', 0],
  ['sugar bowl', 7],
]);

export class OutOfStockError extends Error {
  override name = 'OutOfStockError';
}

export function levelOf(product: string): Promise<number> {
  return traced('level', { attributes: { ...here(), 'shop.product': product } }, async () => {
    await sleep(8);
    return levels.get(product) ?? 0;
  });
}

/** Takes `quantity` out of the stock; throws {@link OutOfStockError} where there is less. */
export function reserve(product: string, quantity: number): Promise<void> {
  const attributes = { 'shop.product': product, 'shop.quantity': quantity };
  return traced('reserve', { attributes }, async span => {
    const left = await levelOf(product);
    span.addEvent('level read', { 'shop.left': left });
    if (left < quantity) {
      throw new OutOfStockError(`Only ${left} of ${product} left, ${quantity} were ordered.`);
    }
    levels.set(product, left - quantity);
    // A delivery comes in as soon as little is left, or the shop would be empty after an hour.
    if (left - quantity < 3) levels.set(product, left + 20);
  });
}
