import { deepEqual, equal } from 'node:assert/strict';
import { type Fields, fields, list, parsed, text } from '../../capture/json.ts';
import { type ModelServer, modelServer } from '../../capture/modelServer.ts';
import type { Message } from '../../capture/talk.ts';
import { readExchanges } from '../../capture/truth.ts';

const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } };
const CHAT_TOOL = { type: 'function', function: { name: 'get_weather', parameters: PARAMETERS } };
const RESPONSES_TOOL = { type: 'function', name: 'get_weather', parameters: PARAMETERS };
const MESSAGES_TOOL = { name: 'get_weather', input_schema: PARAMETERS };
const BOTH = 'What is the weather in Paris and Rome?';

/** Each interface with how it asks, and the parts of the message that its stream adds up to. */
const INTERFACES: {
  path: string;
  ask(question: string): Fields;
  tools: Fields[];
  added(events: Fields[]): unknown[];
}[] = [
  {
    path: 'chat/completions',
    ask: question => ({ messages: [{ role: 'user', content: question }], stream_options: { include_usage: true } }),
    tools: [CHAT_TOOL],
    added: events => {
      const deltas = events.flatMap(({ choices }) => list(choices)).map(choice => fields(fields(choice)['delta']));
      const said = deltas.map(({ content }) => text(content) ?? '').join('');
      const calls: { name: string; arguments: string }[] = [];
      for (const call of deltas.flatMap(delta => list(delta['tool_calls'])).map(fields)) {
        const at = Number(call['index']);
        const { name, arguments: piece } = fields(call['function']);
        calls[at] ??= { name: text(name) ?? '', arguments: '' };
        calls[at].arguments += text(piece) ?? '';
      }
      return [...(said === '' ? [] : [said]), ...calls.map(({ name, arguments: given }) => [name, parsed(given)])];
    },
  },
  {
    path: 'responses',
    ask: question => ({ input: question }),
    tools: [RESPONSES_TOOL],
    added: events => {
      const parts: unknown[] = [];
      const pieces: string[] = [];
      for (const { type, output_index: at, delta, item } of events) {
        if (/\.delta$/.test(String(type))) pieces[Number(at)] = (pieces[Number(at)] ?? '') + delta;
        const whole = fields(item);
        if (type !== 'response.output_item.done') continue;
        const said = pieces[Number(at)] ?? '';
        parts.push(whole['type'] === 'message' ? said : [whole['name'], parsed(said)]);
      }
      return parts;
    },
  },
  {
    path: 'messages',
    ask: question => ({ max_tokens: 64, messages: [{ role: 'user', content: question }] }),
    tools: [MESSAGES_TOOL],
    added: events => {
      const blocks: { name: unknown; said: string }[] = [];
      for (const { type, index, content_block: block, delta } of events) {
        if (type === 'content_block_start') blocks.push({ name: fields(block)['name'], said: '' });
        const { text: said, partial_json: json } = fields(delta);
        if (type === 'content_block_delta') blocks[Number(index)]!.said += text(said) ?? text(json) ?? '';
      }
      return blocks.map(({ name, said }) => (name === undefined ? said : [name, parsed(said)]));
    },
  },
];

describe('the fake model server', () => {
  let server: ModelServer;
  before(async () => {
    server = await modelServer();
  });
  after(() => server.close());

  const post = (path: string, body: Fields) =>
    fetch(`${server.url}/v1/${path}`, { method: 'POST', body: JSON.stringify({ model: 'gpt-4o-mini', ...body }) });
  const lastCall = () => readExchanges(server.exchanges()).calls.at(-1)!;

  for (const { path, ask, tools, added } of INTERFACES) {
    describe(path, () => {
      it('answers a question by its script, under the name of a version', async () => {
        const response = await post(path, ask('What is the capital of France?'));
        equal(response.status, 200);
        const { input, output, requestModel, responseModel, streaming } = lastCall();
        deepEqual(input, [{ role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] }]);
        deepEqual(said(output), ['Paris is the capital of France.']);
        deepEqual([requestModel, responseModel, streaming], ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', false]);
      });

      it('calls a tool for each city, and counts every kind of token', async () => {
        await post(path, { ...ask(BOTH), tools });
        const { output, usage, toolDefinitions } = lastCall();
        deepEqual(said(output), [
          ['get_weather', { city: 'Paris' }],
          ['get_weather', { city: 'Rome' }],
        ]);
        equal(toolDefinitions?.[0]?.name, 'get_weather');
        equal(usage!.total, usage!.input + usage!.output);
        equal(usage!.cacheRead! > 0 && usage!.cacheRead! < usage!.input, true);
      });

      for (const [what, question] of [
        ['words', 'Count to five.'],
        ['calls', BOTH],
      ] as const) {
        it(`streams ${what} that add up to what its log says`, async () => {
          const response = await post(path, { ...ask(question), tools, stream: true });
          equal(response.headers.get('content-type'), 'text/event-stream');
          const { output, streaming } = lastCall();
          deepEqual(added(eventsOf(await response.text())), said(output));
          equal(streaming, true);
        });
      }

      for (const status of [400, 429, 500]) {
        it(`fails with status ${status} when it is asked to`, async () => {
          const response = await post(path, ask(`Please fail with status ${status}.`));
          equal(response.status, status);
          const { error, output } = lastCall();
          equal(error?.status, status);
          equal(output, undefined);
          equal(fields(fields(await response.json())['error'])['message'], error?.message);
        });
      }
    });
  }

  it('says the same to the same tool results, all of them', async () => {
    const call = (id: string, city: string) => ({
      id,
      type: 'function',
      function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
    });
    await post('chat/completions', {
      messages: [
        { role: 'user', content: BOTH },
        { role: 'assistant', content: null, tool_calls: [call('a', 'Paris'), call('b', 'Rome')] },
        { role: 'tool', tool_call_id: 'a', content: 'sunny' },
        { role: 'tool', tool_call_id: 'b', content: 'cloudy' },
      ],
      tools: [CHAT_TOOL],
    });
    deepEqual(said(lastCall().output), ['The weather: sunny; cloudy.']);
  });

  it('leaves the usage out of a stream that does not ask for it', async () => {
    const messages = [{ role: 'user', content: 'Count to five.' }];
    const response = await post('chat/completions', { messages, stream: true });
    equal((await response.text()).includes('prompt_tokens'), false);
    equal(lastCall().usage, undefined);
  });

  it('embeds in both encodings alike', async () => {
    const embed = async (more: Fields): Promise<unknown> => {
      const response = await post('embeddings', { model: 'text-embedding-3-small', input: ['The Seine'], ...more });
      return fields(list(fields(await response.json())['data'])[0])['embedding'];
    };
    const packed = Buffer.from((await embed({ encoding_format: 'base64' })) as string, 'base64');
    const numbers = (await embed({})) as number[];
    deepEqual(
      numbers,
      [...Array(packed.length / 4).keys()].map(at => packed.readFloatLE(at * 4)),
    );
    const { embeddings } = readExchanges(server.exchanges());
    const { texts, dimensions } = embeddings.at(-2)!;
    deepEqual([texts, dimensions], [['The Seine'], numbers.length]);
  });

  it('says what it was asked for and does not have', async () => {
    equal((await fetch(`${server.url}/v1/files`)).status, 404);
    deepEqual(server.missing(), ['GET /v1/files']);
  });
});

/** Texts, and calls as name and arguments. */
function said(output: Message[] | undefined): unknown[] {
  return (output ?? []).flatMap(({ parts }) =>
    parts.map(part =>
      part.type === 'text' ? part.text : part.type === 'tool_call' ? [part.name, part.arguments] : part,
    ),
  );
}

function eventsOf(stream: string): Fields[] {
  return [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => fields(parsed(json)));
}
