import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';
import { Button } from '../ui/controls.tsx';
import { Text } from '../ui/text.tsx';

/** The span as OTLP JSON. */
export function RawTab({ page, details }: { page: Inspector; details: SpanDetails }) {
  return (
    <>
      <div class="raw-actions">
        <Button onClick={() => page.copy(details.raw, 'the span as JSON')}>Copy</Button>
        <Button onClick={() => page.post({ type: 'openRaw', spanId: details.spanId })}>Open as document</Button>
        {details.rawCut && <span class="quiet">This is its beginning; the document has all of it.</span>}
      </div>
      <pre class="raw">
        <Text text={details.raw} />
      </pre>
    </>
  );
}
