import { readRequest, readResponse } from '../envelope.ts';
import type { Family, Finding } from '../family.ts';
import { present, textMember } from '../plain.ts';
import { readUsage } from '../usage.ts';

/** Logfire's own instrumentations of the clients of OpenAI and Anthropic. */
export const logfire: Family = {
  name: 'logfire',
  detects: fields => fields.has('request_data') && fields.hasPrefix('logfire.'),
  read: fields => {
    const raw = readUsage(fields.json('gen_ai.usage.raw'));
    const request = readRequest(fields.json('request_data'));
    const sent = fields.json('response_data');
    const combined = textMember(sent, 'combined_chunk_content');
    const response = readResponse(combined ?? sent);
    return present<Finding>({
      kind: request.messages || response.messages ? 'chat' : undefined,
      input: request.messages,
      requestModel: request.model,
      parameters: request.parameters,
      toolDefinitions: request.tools,
      streaming: combined === undefined ? request.streaming : true,
      output: response.messages,
      usage: raw ?? response.usage,
    });
  },
};
