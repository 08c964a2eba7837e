import assert from 'node:assert/strict';
import { Refused } from '../../../../src/receiver/refused.ts';
import { RequestLog } from '../../../../src/receiver/requestLog.ts';
import { diagnose } from '../../../../src/views/doctor/diagnose.ts';
import { parseFromDoctor } from '../../../../src/views/doctor/messages.ts';
import { reportText } from '../../../../src/views/doctor/report.ts';
import { headerNames, shownValue } from '../../../../src/views/doctor/variables.ts';
import { drawDoctor } from '../../../../src/views/doctor/view.ts';
import { type Given, makeFacts } from './makeFacts.ts';

const draw = (given: Given = {}) => {
  const facts = makeFacts(given);
  return drawDoctor(facts, diagnose(facts));
};

describe('doctor: values that are shown', () => {
  const SHOWN: [string, string, string][] = [
    ['OTEL_TRACES_EXPORTER', 'none', 'none'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=hunter2,x=y', '(headers: api-key, x)'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2', '(set)'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://u:hunter2@localhost:4318/?key=hunter2', 'http://localhost:4318/'],
    ['HTTP_PROXY', 'u:hunter2@proxy:1', 'proxy:1'],
    ['http_proxy', 'http://u:hunt@er2@proxy:1', 'http://proxy:1'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'token=hunter2', '(set)'],
    ['OTEL_SOMETHING_ELSE', 'hunter2', '(set)'],
    ['OTEL_TRACES_EXPORTER', '', '(empty)'],
    ['OTEL_TRACES_EXPORTER', 'a\n\u001b[31m', 'a\ufffd\ufffd[31m'],
  ];
  for (const [name, value, shown] of SHOWN) it(`${name}=${value}`, () => assert.equal(shownValue(name, value), shown));
  it('names of headers only', () => assert.deepEqual(headerNames(' a = b, c=d=e ,f'), ['a', 'c']));
});

describe('doctor: the page', () => {
  const SECRET = 'hunter2-SECRET';
  const secrets: Given = {
    sources: {
      editor: {
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${SECRET}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://user:${SECRET}@api.example.com/v1?key=${SECRET}`,
        HTTPS_PROXY: `http://user:${SECRET}@proxy`,
        HTTP_PROXY: `http://user:${SECRET}@proxy`,
        OTEL_RESOURCE_ATTRIBUTES: `password=${SECRET}`,
        AWS_SECRET_ACCESS_KEY: SECRET,
      },
      files: [{ file: '/shop/.env', name: '.env', text: `OPENAI_API_KEY=${SECRET}\nOTEL_TRACES_EXPORTER=none` }],
    },
    receiver: { injected: new Map([['OTEL_EXPORTER_OTLP_HEADERS', `x-spanside-token=${SECRET}`]]), wantsToken: true },
  };

  it('shows no secret, neither does the report', () => {
    const { view } = draw(secrets);
    assert.ok(view.environments.length >= 3);
    assert.doesNotMatch(JSON.stringify(view), new RegExp(SECRET));
    assert.doesNotMatch(reportText(view, 'x'), new RegExp(SECRET));
  });

  it('does nothing that the view has not offered', () => {
    const { view, actions } = draw(secrets);
    const ids = [
      ...view.buttons.map(({ id }) => id),
      ...view.sections.flatMap(({ findings }) => findings).flatMap(({ buttons }) => buttons.map(({ id }) => id)),
      ...view.environments.flatMap(({ button }) => button?.id ?? []),
    ];
    assert.deepEqual([...actions.keys()].sort(), [...new Set(ids)].sort());
    assert.equal(new Set(ids).size, ids.length);
  });

  it('gives every section a verdict', () => {
    const calm = draw().view;
    assert.deepEqual(
      calm.sections.map(({ id, severity }) => [id, severity]),
      [
        ['listening', 'ok'],
        ['requests', 'ok'],
        ['environment', 'ok'],
        ['languages', 'ok'],
      ],
    );
    assert.equal(calm.severity, 'ok');
    const bad = draw({ sources: { editor: { OTEL_SDK_DISABLED: 'true' } } }).view;
    assert.deepEqual([bad.severity, bad.sections[2]?.severity], ['problem', 'problem']);
    assert.match(bad.sentence, /1 likely cause /);
  });

  it('lists requests with what became of them', () => {
    const log = new RequestLog();
    log.refused(new Refused(404, 'no', 'Wrong path.'), {
      protocol: 'http/protobuf',
      path: '/traces',
      sender: 'sdk/1',
      bytes: 2048,
    });
    log.accepted({ protocol: 'grpc', signal: 'traces', services: ['shop'], items: 2, bytes: 300 }, 0, '');
    const rows = draw({ requests: log.recent() }).view.requests.map(({ outcome, what, from, reason }) => [
      outcome,
      what,
      from,
      reason,
    ]);
    assert.deepEqual(rows.sort(), [
      ['accepted', 'traces · gRPC', 'shop · 2 spans · 300 B', ''],
      ['refused 404', '/traces · http/protobuf', 'sdk/1 · 2.0 KiB', 'Wrong path.'],
    ]);
  });

  it('tells what to run where this window listens', () => {
    const manifests = [{ language: 'python' as const, file: '/r', name: 'requirements.txt', text: 'mlflow' }];
    const [language] = draw({ workspace: { manifests } }).view.languages;
    assert.match(
      language?.snippets[1]?.text ?? '',
      /^OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:4318 opentelemetry-instrument/,
    );
    assert.match(language?.notes.at(-1) ?? '', /MLflow.*http:\/\/127\.0\.0\.1:4318\/v1\/traces/);
  });

  it('writes a report that no reported text can change', () => {
    const log = new RequestLog();
    const reason = '</details> | ![x](http://evil) **bold** <img src=x>';
    log.refused(new Refused(404, 'no', reason), { protocol: 'http/protobuf', path: '/`|' });
    const report = reportText(draw({ requests: log.recent() }).view, 'Spanside 1');
    assert.doesNotMatch(report, /(?<!\\)!\[|(?<!\\)<img|[^\\]\*\*bold/);
    assert.match(report, /^# Spanside: why do I see no spans\?\n\nSpanside 1\n/);
  });
});

describe('doctor: messages of the page', () => {
  it('are taken as the protocol has them', () => {
    assert.deepEqual(parseFromDoctor({ type: 'press', id: 'x' }), { type: 'press', id: 'x' });
    assert.deepEqual(parseFromDoctor({ type: 'copy', text: 'x' }), { type: 'copy', text: 'x' });
  });
  for (const wrong of [
    undefined,
    null,
    'ready',
    {},
    { type: 'press' },
    { type: 'run', command: 'x' },
    { type: 'copy', text: 'x'.repeat(20_001) },
  ]) {
    it(`refuses ${JSON.stringify(wrong)?.slice(0, 40)}`, () => assert.equal(parseFromDoctor(wrong), undefined));
  }
});
