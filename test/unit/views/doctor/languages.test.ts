import assert from 'node:assert/strict';
import type { LanguageId, SourceFacts, VirtualEnvironment } from '../../../../src/views/doctor/facts.ts';
import { isAtLeast } from '../../../../src/views/doctor/versions.ts';
import { findingOf, found, type Sources } from './makeFacts.ts';

const manifest = (language: LanguageId, name: string, text: string) => ({
  language,
  file: `/shop/${name}`,
  name,
  text,
});
const source = (language: LanguageId, facts: Partial<SourceFacts> = {}): SourceFacts => ({
  language,
  file: '/shop/telemetry',
  name: 'telemetry',
  setsUp: true,
  flushes: false,
  ...facts,
});
const venv = (packages: Record<string, string>): VirtualEnvironment => ({
  folder: '/shop/.venv',
  name: '.venv',
  sitePackages: '/shop/.venv/lib/python3.13/site-packages',
  packages: new Map(Object.entries(packages)),
});
const python = manifest('python', 'requirements.txt', 'flask\nopentelemetry-distro\n');
const node = manifest('node', 'package.json', '{"dependencies":{"@opentelemetry/auto-instrumentations-node":"1"}}');
const launch = (configuration: object): Sources => ({
  folders: [{ folder: '/shop', launch: [{ request: 'launch', name: 'App', ...configuration }], tasks: {} }],
});
const task = (definition: object): Sources => ({
  folders: [{ folder: '/shop', launch: [], tasks: { tasks: [{ label: 'App', ...definition }] } }],
});
const PLAIN = { type: 'debugpy', program: 'app.py' };

describe('doctor: Python', () => {
  it('misses the wrapper in a launch configuration, and names the folder that stands for it', () => {
    const packages = { 'opentelemetry-distro': '0.66b2', 'opentelemetry-instrumentation': '0.66b2' };
    const given = {
      workspace: {
        manifests: [python],
        virtualEnvironments: [
          venv({
            ...packages,
            'opentelemetry-exporter-otlp': '1.45.2',
            'opentelemetry-instrumentation-flask': '0.66b2',
          }),
        ],
      },
      sources: launch(PLAIN),
    };
    const finding = findingOf(given, 'python.wrapper');
    assert.match(finding.title, /"App" starts a program without opentelemetry-instrument/);
    assert.equal(
      finding.snippets?.[0]?.text,
      '"env": { "PYTHONPATH": "/shop/.venv/lib/python3.13/site-packages/opentelemetry/instrumentation/auto_instrumentation" }',
    );
    assert.deepEqual(found(given), ['python.wrapper']);
  });

  it('misses it in a task', () => {
    const given = { workspace: { manifests: [python] }, sources: task({ type: 'shell', command: 'python app.py' }) };
    assert.equal(findingOf(given, 'python.wrapper').snippets?.[0]?.text, 'opentelemetry-instrument python app.py');
  });

  for (const command of ['python app.py --key hunter2', 'KEY=hunter2 python app.py', 'python -c "hunter2"']) {
    it(`shows no argument of ${command}`, () => {
      const tasks = { tasks: [{ type: 'shell', command }] };
      const sources = { folders: [{ folder: '/shop', launch: [], tasks }] };
      const finding = findingOf({ workspace: { manifests: [python] }, sources }, 'python.wrapper');
      assert.ok(!JSON.stringify({ ...finding, subject: '' }).includes('hunter2'));
      assert.equal(finding.snippets?.[0]?.text, 'opentelemetry-instrument python app.py');
    });
  }

  it('only says it where nothing is started by the editor', () => {
    assert.equal(findingOf({ workspace: { manifests: [python] } }, 'python.wrapper').severity, 'info');
  });

  const WRAPPED: [string, Sources][] = [
    ['the command', task({ type: 'shell', command: 'opentelemetry-instrument python app.py' })],
    ['its module', launch({ type: 'debugpy', module: 'opentelemetry.instrumentation.auto_instrumentation' })],
    ['its folder', launch({ ...PLAIN, env: { PYTHONPATH: '/x/opentelemetry/instrumentation/auto_instrumentation' } })],
  ];
  for (const [name, sources] of WRAPPED) {
    it(`is content with ${name}`, () => assert.deepEqual(found({ workspace: { manifests: [python] }, sources }), []));
  }

  it('is content with a set-up in the program', () => {
    const workspace = { manifests: [python], sources: [source('python')] };
    assert.deepEqual(found({ workspace, sources: launch(PLAIN) }), []);
  });

  const whole = {
    'opentelemetry-distro': '0.66b2',
    'opentelemetry-exporter-otlp': '1.45.2',
    'opentelemetry-instrumentation-flask': '0.66b2',
  };
  const installed = (packages: Record<string, string>, lines = '') => ({
    workspace: { virtualEnvironments: [venv(packages)], sources: [source('python')] },
    sources: { files: [{ file: '/shop/.env', name: '.env', text: lines }] },
  });

  const openai = (instrumentation: string, util: string) =>
    installed({ 'opentelemetry-instrumentation-openai-v2': instrumentation, 'opentelemetry-util-genai': util });
  it('knows the versions that do not import', () => {
    const finding = findingOf(openai('2.4b0', '1.3b0'), 'python.genaiVersions');
    assert.match(finding.detail, /openai-v2 2\.4b0 with opentelemetry-util-genai 1\.3b0/);
    assert.match(finding.snippets?.[0]?.text ?? '', /opentelemetry-util-genai==0\.4b0/);
    for (const util of ['0.4b0', '1.0b0', '1.1b0']) assert.deepEqual(found(openai('2.4b0', util)), [], util);
    assert.deepEqual(found(openai('2.3b0', '1.3b0')), []);
  });

  it('misses an exporter', () => {
    const { 'opentelemetry-exporter-otlp': _, ...without } = whole;
    assert.deepEqual(found(installed(without)), ['python.noExporter']);
    assert.deepEqual(found(installed(whole)), []);
  });

  const only = (kind: string, protocol: string) => {
    const { 'opentelemetry-exporter-otlp': version, ...rest } = whole;
    return found(installed({ ...rest, [`opentelemetry-exporter-otlp-proto-${kind}`]: version }, protocol));
  };
  it('knows the protocol of the exporter that is there', () => {
    assert.deepEqual(only('http', ''), ['python.protocol']);
    assert.deepEqual(only('http', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'), []);
    assert.deepEqual(only('grpc', ''), []);
    assert.deepEqual(only('grpc', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'), ['python.protocol']);
  });

  it('misses instrumentations', () => {
    const { 'opentelemetry-instrumentation-flask': _, ...without } = whole;
    assert.deepEqual(found(installed(without)), ['python.noInstrumentation']);
  });

  it('compares versions', () => {
    const cases: [string, boolean][] = [
      ['2.4b0', true],
      ['2.3.9', false],
      ['2.10', true],
      ['3', true],
      ['1!2.4', true],
      ['x', false],
    ];
    for (const [version, expected] of cases) assert.equal(isAtLeast(version, 2, 4), expected, version);
  });
});

describe('doctor: Node', () => {
  it('misses the instrumentation in a launch configuration', () => {
    const finding = findingOf(
      { workspace: { manifests: [node] }, sources: launch({ type: 'node', program: 'app.js' }) },
      'node.preload',
    );
    assert.equal(finding.severity, 'problem');
    assert.match(
      finding.snippets?.[0]?.text ?? '',
      /"--require", "@opentelemetry\/auto-instrumentations-node\/register"/,
    );
  });

  const LOADED: [string, Sources][] = [
    ['an argument', launch({ type: 'node', program: 'app.js', runtimeArgs: ['--import', './telemetry.mjs'] })],
    ['NODE_OPTIONS', launch({ type: 'node', program: 'app.js', env: { NODE_OPTIONS: '--require ./telemetry.js' } })],
    ['a command', task({ type: 'shell', command: 'node -r ./telemetry.js app.js' })],
  ];
  for (const [name, sources] of LOADED) {
    it(`is content with ${name}`, () => assert.deepEqual(found({ workspace: { manifests: [node] }, sources }), []));
  }

  it('is content with a set-up in the program', () => {
    const workspace = { manifests: [node], sources: [source('node', { flushes: true })] };
    assert.deepEqual(found({ workspace, sources: launch({ type: 'node', program: 'app.js' }) }), []);
  });
});

describe('doctor: any language', () => {
  const ONLY_API: [LanguageId, string, string, string][] = [
    [
      'node',
      'package.json',
      '{"dependencies":{"@opentelemetry/api":"1"}}',
      '{"dependencies":{"@opentelemetry/sdk-node":"1"}}',
    ],
    ['python', 'pyproject.toml', 'dependencies = ["opentelemetry-api"]', 'dependencies = ["opentelemetry-sdk"]'],
    [
      'go',
      'go.mod',
      'require go.opentelemetry.io/otel v1.40.0',
      'require go.opentelemetry.io/otel/exporters/otlp/otlptrace v1.40.0',
    ],
    [
      'java',
      'pom.xml',
      '<artifactId>opentelemetry-api</artifactId>',
      '<artifactId>opentelemetry-exporter-otlp</artifactId>',
    ],
    [
      'dotnet',
      'shop.csproj',
      '<PackageReference Include="OpenTelemetry.Api" />',
      '<PackageReference Include="OpenTelemetry.Exporter.OpenTelemetryProtocol" />',
    ],
    ['rust', 'Cargo.toml', 'opentelemetry = "0.31"', 'opentelemetry = "0.31"\nopentelemetry-otlp = "0.31"'],
    ['ruby', 'Gemfile', "gem 'opentelemetry-api'", "gem 'opentelemetry-exporter-otlp'"],
    [
      'php',
      'composer.json',
      '{"require":{"open-telemetry/api":"1"}}',
      '{"require":{"open-telemetry/exporter-otlp":"1"}}',
    ],
  ];
  for (const [language, name, api, whole] of ONLY_API) {
    it(`${language}: misses what sends`, () => {
      assert.deepEqual(found({ workspace: { manifests: [manifest(language, name, api)] } }), ['languages.apiOnly']);
      assert.deepEqual(found({ workspace: { manifests: [manifest(language, name, whole)] } }), []);
    });
  }

  for (const [language, isHint] of [
    ['node', true],
    ['go', true],
    ['dotnet', true],
    ['rust', true],
    ['python', false],
    ['java', false],
  ] as const) {
    it(`${language}: ${isHint ? 'hints at' : 'does not mind'} an end without a flush`, () => {
      assert.deepEqual(found({ workspace: { sources: [source(language)] } }), isHint ? ['languages.flush'] : []);
      assert.deepEqual(
        found({ workspace: { sources: [source(language), source(language, { setsUp: false, flushes: true })] } }),
        [],
      );
    });
  }

  it('reads a manifest of blank lines in time', () => {
    const begin = performance.now();
    found({ workspace: { manifests: [manifest('rust', 'Cargo.toml', '\n'.repeat(250_000))] } });
    // It once took more than a minute.
    assert.ok(performance.now() - begin < 1_000);
  });
});
