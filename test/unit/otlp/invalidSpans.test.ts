import assert from 'node:assert/strict';
import { aboutInvalidSpans } from '../../../src/otlp/invalidSpans.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { utf8, withSpan } from './samples.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';

function about(...spans: string[]): string {
  const body = jsonToProto('traces', utf8(withSpan(spans.join('},{'))));
  return aboutInvalidSpans(body, scanTraces(body));
}

describe('what is said of spans without valid ids', () => {
  const good = `"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"`;

  it('is nothing where all have them', () => assert.equal(about(good, good), ''));

  it('names the first one', () => {
    const message = about(good, `"traceId":"${TRACE_ID}","name":"pay \\"now\\""`, '"name":"second"');
    assert.match(message, /^2 of 3 spans were refused: /);
    assert.match(message, new RegExp(`span 2 of the request, named "pay \\\\"now\\\\"", trace id ${TRACE_ID}\\.$`));
  });

  it('says where there is not even a trace id, and cuts what is long', () => {
    const message = about(`"name":"${'x'.repeat(10_000)}"`);
    assert.match(message, /trace id none that is valid\.$/);
    assert.ok(message.length < 400);
  });

  it('is an error where the spans are logs', () => {
    const logs = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","body":{"stringValue":"a"}}]}]}]}';
    const body = jsonToProto('logs', utf8(logs));
    assert.throws(() => aboutInvalidSpans(body, scanTraces(body)), {
      name: 'MalformedError',
      message: /export of logs/,
    });
  });
});
