/** What senders call the reasons that OpenAI's names below stand for. */
const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: 'stop end_turn stop_sequence complete completed eos eos_token finish_reason_stop',
    length: 'length max_tokens max_output_tokens model_length finish_reason_max_tokens',
    tool_calls: 'tool_calls tool_call tool_use function_call function_calls tooluse toolcalls',
    content_filter: 'content_filter safety content_filtered guardrail_intervened blocklist prohibited_content',
    error: 'error failed',
  }).flatMap(([reason, names]) => names.split(' ').map(name => [name, reason] as const)),
);

/**
 * A finish reason by OpenAI's name. Also reads what an enumeration prints as (`FinishReason.STOP`), and what was quoted
 * as JSON. One that means nothing known stays as it was sent; `undefined` where there is none.
 */
export function finishReason(sent: string): string | undefined {
  const bare = sent.trim().replace(/^"(.*)"$/, '$1');
  const [, member] = /^<?[A-Za-z]*(?:Reason|reason)\w*\.([A-Za-z_]+)/.exec(bare) ?? [];
  const name = (member ?? bare)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/[-\s]/g, '_')
    .toLowerCase();
  if (name === '' || name === 'none' || name === 'null' || name === 'unknown' || name === 'undefined') return undefined;
  return REASONS.get(name) ?? member ?? bare;
}
