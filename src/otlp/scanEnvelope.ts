import type { Cursor } from './cursor.ts';
import { scanKeyValue } from './scanAttributes.ts';
import { scanResource } from './scanResource.ts';

/** Payloads of the ScopeSpans or ScopeLogs messages; `resource` is an index into the resources. */
export interface ScannedScope {
  offset: number;
  length: number;
  resource: number;
}

/** Payloads of the ResourceSpans or ResourceLogs messages; `service` is the last `service.name`, '' where there is none. */
export interface ScannedResource {
  offset: number;
  length: number;
  service: string;
}

/** How deep the messages of a request lie, for the limit of nesting; the request itself is 1. */
export const RESOURCE_DEPTH = 3;
export const SCOPE_DEPTH = 4;
/** How deep a Span, a LogRecord or a Metric lies. */
export const ITEM_DEPTH = 4;

/**
 * Walks an export request down to its items and checks what lies around them. `item` is called with the cursor at the
 * item's payload and has to leave it at `end`. The three signals share the field numbers of these levels: 1 is the
 * message of a resource, in it 1 the resource and 2 the message of a scope, in that 1 the scope and 2 the item.
 */
export class Envelope {
  readonly scopes: ScannedScope[] = [];
  readonly resources: ScannedResource[] = [];
  private readonly cursor: Cursor;
  private readonly item: (end: number, scope: number) => void;

  constructor(cursor: Cursor, item: (end: number, scope: number) => void) {
    this.cursor = cursor;
    this.item = item;
  }

  request(): void {
    const { cursor } = this;
    const end = cursor.bytes.length;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 10) this.resource(cursor.enter(end));
      else cursor.skip(tag, end);
    }
  }

  private resource(end: number): void {
    const { cursor, resources } = this;
    const index = resources.length;
    const entry = { offset: cursor.position, length: end - cursor.position, service: '' };
    resources.push(entry);
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 18) this.scope(cursor.enter(end), index);
      else if (tag === 10) entry.service = scanResource(cursor, cursor.enter(end), RESOURCE_DEPTH) ?? entry.service;
      else cursor.skip(tag, end);
    }
  }

  private scope(end: number, resource: number): void {
    const { cursor, scopes } = this;
    const index = scopes.length;
    scopes.push({ offset: cursor.position, length: end - cursor.position, resource });
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 18) this.item(cursor.enter(end), index);
      else if (tag === 10) scanScope(cursor, cursor.enter(end));
      else cursor.skip(tag, end);
    }
  }
}

function scanScope(cursor: Cursor, end: number): void {
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 26) scanKeyValue(cursor, cursor.enter(end), SCOPE_DEPTH + 1);
    else cursor.skip(tag, end);
  }
}
