import type { Span } from '../span.ts';
import type { GenAi } from './genai.ts';

/** Ids of answers: they tell one call from another, and are no part of the public shape. */
export const ANSWER_IDS = new WeakMap<GenAi, string>();

/** Kinds that are a call to a model. */
export function isModelCall({ kind }: GenAi): boolean {
  return kind === 'chat' || kind === 'completion' || kind === 'embedding';
}

/**
 * Whether a model call and one beneath it can be the same call, reported by two instrumentations: of one sort, within
 * its time, and of models that do not contradict each other.
 */
export function canBeSame(outer: GenAi, inner: GenAi): boolean {
  if ((outer.kind === 'embedding') !== (inner.kind === 'embedding')) return false;
  const [answer, other] = [ANSWER_IDS.get(outer), ANSWER_IDS.get(inner)];
  // Frameworks make ids of their own; two of one make that differ are two answers.
  if (answer !== undefined && other !== undefined && answer !== other && makeOf(answer) === makeOf(other)) return false;
  const models = [outer.requestModel, outer.responseModel].filter(model => model !== undefined);
  const others = [inner.requestModel, inner.responseModel].filter(model => model !== undefined);
  if (models.length === 0 || others.length === 0) return true;
  return models.some(model => others.some(other => isSameModel(model, other)));
}

/** What an id begins with, such as `chatcmpl` and `msg`. */
function makeOf(id: string): string {
  return id.split(/[-_]/, 1)[0]!;
}

/** Names of one model differ by the provider before it and by the date behind it. */
function isSameModel(a: string, b: string): boolean {
  const [one, other] = [bare(a), bare(b)];
  return one === other || one.startsWith(`${other}-`) || other.startsWith(`${one}-`);
}

function bare(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1).toLowerCase();
}

/** Whether one span lies in the time of the other, which a call that is reported twice does. */
export function overlaps(a: Span, b: Span): boolean {
  return a.startTimeUnixNano <= b.endTimeUnixNano && b.startTimeUnixNano <= a.endTimeUnixNano;
}
