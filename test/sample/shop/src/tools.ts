import { findProducts } from './database.ts';
import { post } from './http.ts';
import type { Tool, ToolCall } from './model/client.ts';
import { traced } from './telemetry.ts';

export const tools: Tool[] = [
  { name: 'find_products', description: 'Finds products of the shop by a word of their name.' },
  { name: 'check_stock', description: 'Says how many of a product are left.' },
];

/** Carries out what the model asked for. A tool that fails answers with its error, so that the model can go on. */
export function runTool(call: ToolCall): Promise<string> {
  const { name } = call.function;
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.id': call.id,
    'gen_ai.tool.call.arguments': call.function.arguments,
  };
  return traced(`execute_tool ${name}`, { attributes }, async span => {
    const result = JSON.stringify(await execute(name, JSON.parse(call.function.arguments)));
    span.setAttribute('gen_ai.tool.call.result', result);
    return result;
  }).catch(error => JSON.stringify({ error: error.message }));
}

function execute(name: string, input: { search?: string; product?: string }): Promise<unknown> {
  switch (name) {
    case 'find_products':
      return findProducts(input.search ?? '');
    case 'check_stock':
      return post(`${process.env['STOCK_URL']}/levels`, { product: input.product });
    default:
      return Promise.reject(new Error(`There is no tool named ${name}.`));
  }
}
