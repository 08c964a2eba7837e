import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, ToolCall } from './client.ts';

// Stands in for a language model: the same protocol, fixed rules instead of weights, and the time a small one takes.

const PRODUCTS = ['teapot', 'kettle', 'cup', 'saucer', 'tea strainer', 'sugar bowl'];

const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const { model, messages } = JSON.parse(text) as { model: string; messages: Message[] };
  const message = reply(messages);
  const usage = { prompt_tokens: tokens(messages), completion_tokens: tokens([message]) };
  await sleep(60 + 4 * usage.completion_tokens);
  const choice = { index: 0, message, finish_reason: message.tool_calls ? 'tool_calls' : 'stop' };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: `cmpl-${randomUUID()}`, model, choices: [choice], usage }));
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

/** First looks the product up, then its stock, then answers. */
function reply(messages: Message[]): Message {
  const results = messages
    .filter(message => message.role === 'tool')
    .map(message => JSON.parse(message.content ?? '{}'));
  const question = messages.findLast(message => message.role === 'user')?.content?.toLowerCase() ?? '';
  const product = PRODUCTS.find(name => question.includes(name)) ?? 'tea';
  if (results.length === 0) return asks('find_products', { search: product });
  const found = results[0] as { name: string; cents: number }[];
  if (!Array.isArray(found) || found.length === 0) return says(`I am sorry, we have no ${product}.`);
  if (results.length === 1) return asks('check_stock', { product: found[0]!.name });
  const { name, cents } = found[0]!;
  const left = results[1].error ? 'I could not look up how many are left' : `${results[1].left} are left`;
  return says(`Yes, we have a ${name} for ${(cents / 100).toFixed(2)} euros; ${left}.`);
}

function asks(name: string, input: Record<string, string>): Message {
  const call: ToolCall = {
    id: `call_${randomUUID().slice(0, 8)}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  };
  return { role: 'assistant', content: null, tool_calls: [call] };
}

function says(content: string): Message {
  return { role: 'assistant', content };
}

/** About four characters a token, as a rule of thumb. */
function tokens(messages: Message[]): number {
  return Math.ceil(JSON.stringify(messages).length / 4);
}
