import type { ReportedPlace } from '../model/location.ts';
import type { Span } from '../model/span.ts';
import { type Attributes, integerAttribute, stringAttribute } from '../model/value.ts';
import type { StackFrame } from './stack/frame.ts';
import { framesByBlame, parseStack } from './stack/parse.ts';

/**
 * The place a span names in its `code.*` attributes, of today's and of the former names; else the innermost own frame of
 * its `code.stacktrace`. `undefined` where no file is named: a function alone is no place.
 */
export function givenPlace(span: Span): ReportedPlace | undefined {
  const { attributes } = span;
  const path = firstString(attributes, ['code.file.path', 'code.filepath']);
  if (path === undefined) return placeOfStack(span);
  const place: ReportedPlace = { path: withNamespace(path, attributes), source: 'attributes' };
  const line = firstPosition(attributes, ['code.line.number', 'code.lineno']);
  if (line !== undefined) place.line = line;
  const column = firstPosition(attributes, ['code.column.number', 'code.column']);
  if (column !== undefined) place.column = column;
  const name = givenFunction(span);
  if (name !== undefined) place.function = name;
  return place;
}

/** The function a span names, with its namespace where that is apart; `undefined` where it names none. */
export function givenFunction(span: Span): string | undefined {
  const name = firstString(span.attributes, ['code.function.name', 'code.function']);
  const namespace = stringAttribute(span.attributes, 'code.namespace');
  if (name === undefined || namespace === undefined || name.startsWith(namespace)) return name;
  return `${namespace}${namespace.includes('::') ? '::' : '.'}${name}`;
}

/** A frame as a reported place. */
export function placeOfFrame(call: StackFrame, source: ReportedPlace['source']): ReportedPlace {
  const place: ReportedPlace = { path: call.path, source };
  if (call.line !== undefined) place.line = call.line;
  if (call.column !== undefined) place.column = call.column;
  if (call.function !== '') place.function = call.function;
  return place;
}

/** `telemetry.sdk.language` of the span's resource. */
export function languageOf(span: Span): string | undefined {
  return stringAttribute(span.resource.attributes, 'telemetry.sdk.language');
}

function placeOfStack(span: Span): ReportedPlace | undefined {
  const text = stringAttribute(span.attributes, 'code.stacktrace');
  if (text === undefined) return undefined;
  const frames = framesByBlame(parseStack(text, languageOf(span)));
  const own = frames.find(call => call.own !== false && call.path !== '' && call.line !== undefined);
  return own && placeOfFrame(own, 'attributes');
}

/** Java reports a bare `Orders.java`, with the package in the class's name: only together they name a file. */
function withNamespace(path: string, attributes: Attributes): string {
  if (!/^[^/\\]{1,300}\.(?:java|kt|scala|groovy)$/.test(path)) return path;
  const method = stringAttribute(attributes, 'code.function.name');
  const className =
    stringAttribute(attributes, 'code.namespace') ?? method?.slice(0, Math.max(0, method.lastIndexOf('.')));
  const end = className?.lastIndexOf('.') ?? -1;
  return className && end > 0 ? `${className.slice(0, end).replaceAll('.', '/')}/${path}` : path;
}

function firstString(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = stringAttribute(attributes, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Lines and columns count from 1: zero and less are how some senders say "unknown". */
function firstPosition(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = integerAttribute(attributes, key);
    if (value !== undefined && value > 0) return value;
  }
  return undefined;
}
