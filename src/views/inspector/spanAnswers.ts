import type { CollectorApi } from '../../collector/api.ts';
import type { SpanId, TraceId } from '../../model/ids.ts';
import type { Location } from '../../model/location.ts';
import type { Span } from '../../model/span.ts';
import { stringAttribute } from '../../model/value.ts';
import type { SpanDetails, ViewEvent, ViewFrame, ViewLocation, ViewStackSection } from '../../protocol/details.ts';
import { locateFrame, locateSpan } from '../../source/locate.ts';
import type { StackFrame } from '../../source/stack/frame.ts';
import { parseStack } from '../../source/stack/parse.ts';
import type { WorkspaceFiles } from '../../source/workspaceFiles.ts';
import { viewLocation } from '../source/placeLabel.ts';
import { entrySpan } from './entrySpan.ts';

/** Frames of one span that are looked for in the workspace; a recursion prints thousands. */
const MAX_LOCATED_FRAMES = 100;
/** Frames of one span that are shown at all; the text holds the rest. */
const MAX_FRAMES = 1000;

export interface FullSpanRef {
  traceId: TraceId;
  spanId: SpanId;
}

type SpanAnswer = NonNullable<Awaited<ReturnType<CollectorApi['span']>>>;

/** Answers what a page asks about one span: its details, where it was made, and where the frames of its stacks lead. */
export class SpanAnswers {
  readonly #collector: Pick<CollectorApi, 'span' | 'columns'>;
  readonly #files: WorkspaceFiles;
  /** What was described last; the next question is most often about the same span. */
  #last: { ref: FullSpanRef; answer: SpanAnswer } | undefined;

  constructor(collector: Pick<CollectorApi, 'span' | 'columns'>, files: WorkspaceFiles) {
    this.#collector = collector;
    this.#files = files;
  }

  /** Both are absent where the span is gone. */
  async describe(ref: FullSpanRef): Promise<{ details?: SpanDetails; location?: ViewLocation }> {
    const answer = await this.#collector.span(ref.traceId, ref.spanId);
    this.#last = answer && { ref, answer };
    if (answer === undefined) return {};
    const { span, details } = answer;
    const [location, events] = await Promise.all([
      locateSpan(span, this.#files),
      this.#withStacks(details.events, languageOf(span)),
    ]);
    return { details: { ...details, events }, location: viewLocation(location, this.#files) };
  }

  /** What is meant when only the trace is named; `undefined` where nothing of it is there. */
  async entrySpan(traceId: TraceId): Promise<SpanId | undefined> {
    const columns = await this.#collector.columns(traceId);
    return columns && entrySpan(columns);
  }

  /** Where the span was made; `undefined` where it is gone. */
  async locate(ref: FullSpanRef): Promise<Location | undefined> {
    const answer = await this.#collector.span(ref.traceId, ref.spanId);
    return answer && locateSpan(answer.span, this.#files);
  }

  /** Where the frame leads that `describe` gave the number `target`; `undefined` where it leads nowhere any more. */
  async locateTarget(ref: FullSpanRef, target: number): Promise<Location | undefined> {
    // The frames are those that were shown, even if the span has been sent again since.
    const last = this.#last;
    const shown = last?.ref.traceId === ref.traceId && last.ref.spanId === ref.spanId ? last.answer : undefined;
    const answer = shown ?? (await this.#collector.span(ref.traceId, ref.spanId));
    if (answer === undefined) return undefined;
    const { span, details } = answer;
    const language = languageOf(span);
    let number = 0;
    for (const event of details.events) {
      if (event.exception === undefined) continue;
      for (const section of parseStack(event.exception.text, language)) {
        for (const frame of section.frames) if (number++ === target) return locateFrame(frame, this.#files);
      }
    }
    return undefined;
  }

  /** A frame's number counts all frames of all exceptions of the span, in the order in which they are shown. */
  async #withStacks(events: readonly ViewEvent[], language: string | undefined): Promise<ViewEvent[]> {
    const shown: ViewEvent[] = [];
    let number = 0;
    for (const event of events) {
      if (event.exception === undefined) {
        shown.push(event);
        continue;
      }
      const stack: ViewStackSection[] = [];
      for (const section of parseStack(event.exception.text, language)) {
        const frames: ViewFrame[] = [];
        for (const frame of section.frames) {
          if (number < MAX_FRAMES) frames.push(await this.#viewFrame(frame, number));
          number++;
        }
        stack.push({ title: section.title, frames });
      }
      shown.push({ ...event, exception: { ...event.exception, stack } });
    }
    return shown;
  }

  async #viewFrame(frame: StackFrame, number: number): Promise<ViewFrame> {
    const view: ViewFrame = { function: frame.function, path: frame.path, own: frame.own === true };
    if (frame.line !== undefined) view.line = frame.line;
    if (frame.column !== undefined) view.column = frame.column;
    // What the text says is a dependency's is not looked for: a link into it would be a wrong jump.
    if (frame.own === false || number >= MAX_LOCATED_FRAMES) return view;
    const location = await locateFrame(frame, this.#files);
    if (location.candidates.length === 0 && location.best === undefined) return view;
    view.own = true;
    view.target = number;
    if (location.best) view.path = this.#files.label(location.best.file);
    return view;
  }
}

function languageOf(span: Span): string | undefined {
  return stringAttribute(span.resource.attributes, 'telemetry.sdk.language');
}
