import { randomUUID } from 'node:crypto';
import { chat, type Message } from './model/client.ts';
import { traced } from './telemetry.ts';
import { runTool, tools } from './tools.ts';

const MODEL = 'tiny-clerk-1';
const MOST_TURNS = 6;

/** Asks the model until it answers instead of asking for a tool. */
export function askAssistant(question: string, conversation: string = randomUUID()): Promise<string> {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'tiny',
    'gen_ai.agent.name': 'shop assistant',
    'gen_ai.conversation.id': conversation,
    'gen_ai.request.model': MODEL,
  };
  return traced('invoke_agent shop assistant', { attributes }, async span => {
    const messages: Message[] = [
      { role: 'system', content: 'You help customers of a tea shop. Look things up before you answer.' },
      { role: 'user', content: question },
    ];
    let input = 0;
    let output = 0;
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { message, usage } = await chat(MODEL, messages, tools);
      messages.push(message);
      input += usage.prompt_tokens;
      output += usage.completion_tokens;
      span.setAttributes({ 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output });
      if (!message.tool_calls?.length) return message.content ?? '';
      for (const call of message.tool_calls) {
        messages.push({ role: 'tool', tool_call_id: call.id, content: await runTool(call) });
      }
    }
    throw new Error(`The assistant gave no answer in ${MOST_TURNS} turns.`);
  });
}
