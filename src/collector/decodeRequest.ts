import type { Resource, Scope, Span } from '../model/span.ts';
import { decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { ScanFlag, scanTraces } from '../otlp/scanTraces.ts';

/** The spans of one ExportTraceServiceRequest, in its order; those without valid ids are left out. @throws {MalformedError} */
export function decodeRequest(body: Uint8Array): Span[] {
  const scan = scanTraces(body);
  const resources: Resource[] = scan.resources.map(({ offset, length }) => decodeResource(body, offset, length));
  const scopes: Scope[] = scan.scopes.map(({ offset, length }) => decodeScope(body, offset, length));
  const spans: Span[] = [];
  for (let i = 0; i < scan.count; i++) {
    if ((scan.flags[i] ?? 0) & ScanFlag.invalid) continue;
    const scope = scan.scope[i] ?? 0;
    const resource = resources[scan.scopes[scope]?.resource ?? 0];
    const scopeOfSpan = scopes[scope];
    if (!resource || !scopeOfSpan) continue;
    spans.push(decodeSpan(body, scan.offsets[i] ?? 0, scan.lengths[i] ?? 0, resource, scopeOfSpan));
  }
  return spans;
}
