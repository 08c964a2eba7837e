import type { SpanId } from '../ids.ts';
import type { PlainValue } from '../plainValue.ts';
import type { GenAi, Part } from './genai.ts';

type ToolCall = Extract<Part, { type: 'tool_call' }>;
type ToolResult = Extract<Part, { type: 'tool_result' }>;

/** A call of a tool that a model asked for, with what came of it. */
export interface ToolUse {
  call: ToolCall;
  /** As the model was told; absent where it was not, or not yet. */
  result?: PlainValue;
  /** The span that ran the tool. */
  spanId?: SpanId;
  error?: GenAi['error'];
}

/** A span that ran a tool, in the order of their starts. */
export interface ToolSpan {
  spanId: SpanId;
  genai: GenAi;
  startTimeUnixNano: bigint;
}

/** Finds the span that ran each call: by the id of the call, else by name and arguments; each span runs one call. */
export class ToolSpans {
  private readonly byId = new Map<string, ToolSpan[]>();
  private readonly byWhat = new Map<string, ToolSpan[]>();
  private readonly used = new Set<ToolSpan>();

  constructor(spans: readonly ToolSpan[]) {
    for (const span of spans) {
      const { id, name, arguments: given } = span.genai.tool ?? {};
      if (id !== undefined) add(this.byId, id, span);
      if (name !== undefined) add(this.byWhat, whatOf(name, given), span);
    }
  }

  /** The first span not before `since`, nanoseconds since 1970, that ran `call`. */
  take(call: ToolCall, since: bigint): ToolSpan | undefined {
    const byId = call.id === undefined ? [] : (this.byId.get(call.id) ?? []);
    const byWhat = call.name === undefined ? [] : (this.byWhat.get(whatOf(call.name, call.arguments)) ?? []);
    const fits = (span: ToolSpan) => !this.used.has(span) && span.startTimeUnixNano >= since;
    // A span that names another call's id is not this call's, however alike they are.
    const found =
      byId.find(fits) ??
      byWhat.find(span => fits(span) && (call.id === undefined || span.genai.tool?.id === undefined));
    if (found) this.used.add(found);
    return found;
  }
}

/** Hands out the results in a conversation: by the id of the call, else by the name of the tool, else in their order. */
export class ToolResults {
  private readonly waiting: ToolResult[];

  constructor(results: readonly ToolResult[]) {
    this.waiting = [...results];
  }

  take(call: ToolCall): ToolResult | undefined {
    const at = this.waiting.findIndex(result => {
      if (result.id !== undefined && call.id !== undefined) return result.id === call.id;
      return result.name === undefined || call.name === undefined || result.name === call.name;
    });
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
  }

  /** Those that no call asked for. */
  get rest(): readonly ToolResult[] {
    return this.waiting;
  }
}

function add(map: Map<string, ToolSpan[]>, key: string, span: ToolSpan): void {
  const list = map.get(key);
  if (list) list.push(span);
  else map.set(key, [span]);
}

function whatOf(name: string, given: PlainValue | undefined): string {
  return `${name}\n${JSON.stringify(sorted(given ?? null))}`;
}

/** The value with the keys of its objects in order, so that equal ones have one text. */
export function sorted(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const object: { [key: string]: PlainValue } = Object.create(null);
  for (const key of Object.keys(value).sort()) object[key] = sorted(value[key]!);
  return object;
}
