import { askAssistant } from './agent.ts';
import { findOrders, findProducts, insertOrder, openDatabase } from './database.ts';
import { HttpError, post, serve } from './http.ts';
import { startTelemetry } from './telemetry.ts';

startTelemetry('shop');
openDatabase();

interface Order {
  product: string;
  quantity: number;
}

serve({
  'GET /products': async (_body, url) => findProducts(url.searchParams.get('search') ?? ''),

  'GET /orders': async () => findOrders(),

  'POST /orders': async body => {
    const { product, quantity } = body as Order;
    const [found] = await findProducts(product);
    if (!found) throw new HttpError(404, `There is no product named ${product}.`);
    await post(`${process.env['STOCK_URL']}/reservations`, { product: found.name, quantity });
    return insertOrder(found.id, quantity, found.cents * quantity);
  },

  'POST /assistant': async body => {
    const { question, conversation } = body as { question: string; conversation: string };
    return { answer: await askAssistant(question, conversation) };
  },
});
