import { createHash } from 'node:crypto';
import { type Fields, fields, list, number, text } from './json.ts';

// OpenAI's embeddings, as they are on the wire.

const DIMENSIONS = 8;

/** The texts that are to be embedded. */
export function readEmbeddingsRequest(body: unknown): { model: string; texts: string[]; parameters: Fields } {
  const { model, input, ...parameters } = fields(body);
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  const texts = inputs.map(of => text(of) ?? JSON.stringify(of));
  return { model: text(model) ?? '', texts, parameters };
}

export function readEmbeddingsAnswer(answer: unknown): {
  model?: string;
  vectors: number;
  dimensions: number;
  input?: number;
} {
  const of = fields(answer);
  const data = list(of['data']).map(fields);
  const [first] = data;
  const vector = first?.['embedding'];
  const model = text(of['model']);
  const input = number(fields(of['usage'])['prompt_tokens']);
  return {
    ...(model === undefined ? {} : { model }),
    vectors: data.length,
    dimensions: typeof vector === 'string' ? Buffer.from(vector, 'base64').length / 4 : list(vector).length,
    ...(input === undefined ? {} : { input }),
  };
}

export function writeEmbeddingsAnswer(body: unknown, model: string): Fields {
  const { texts, parameters } = readEmbeddingsRequest(body);
  const tokens = texts.reduce((sum, of) => sum + tokensOf(of), 0);
  const packed = parameters['encoding_format'] === 'base64';
  return {
    object: 'list',
    data: texts.map((of, index) => ({ object: 'embedding', index, embedding: write(vectorOf(of), packed) })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** About as many as a real model would count. */
export function tokensOf(of: string): number {
  return Math.ceil(of.length / 4);
}

/** Always the same for one text, of length 1; texts that share words are nearer to each other. */
function vectorOf(of: string): number[] {
  const sum = new Array<number>(DIMENSIONS).fill(0);
  for (const word of of.toLowerCase().match(/\w+/g) ?? ['']) {
    const hash = createHash('sha256').update(word).digest();
    for (let at = 0; at < DIMENSIONS; at++) sum[at]! += hash[at]! / 255 - 0.5;
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map(value => Math.fround(value / length));
}

function write(vector: number[], packed: boolean): number[] | string {
  if (!packed) return vector;
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
