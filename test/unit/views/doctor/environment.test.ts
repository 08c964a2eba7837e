import assert from 'node:assert/strict';
import { findingOf, found, type Given, listeningOn, type Sources } from './makeFacts.ts';

const FILE = '/shop/.env';
/** Lines of the .env file of the workspace. */
const envFile = (...lines: string[]): Given => ({
  sources: { files: [{ file: FILE, name: '.env', text: lines.join('\n') }] },
});

describe('doctor: variables', () => {
  const MISTAKES: [string[], string, RegExp][] = [
    [['OTEL_SDK_DISABLED=true'], 'sdkDisabled', /Remove OTEL_SDK_DISABLED/],
    [['export OTEL_SDK_DISABLED="TRUE" # for now'], 'sdkDisabled', /Remove/],
    [['OTEL_JAVAAGENT_ENABLED=false'], 'agentDisabled', /Remove/],
    [['OTEL_TRACES_EXPORTER=none'], 'exporter', /otlp/],
    [['OTEL_TRACES_EXPORTER=console'], 'exporter', /otlp/],
    [['OTEL_TRACES_SAMPLER=always_off'], 'samplerOff', /always_on/],
    [['OTEL_TRACES_SAMPLER=parentbased_always_off'], 'samplerOff', /always_on/],
    [['OTEL_TRACES_SAMPLER=traceidratio', 'OTEL_TRACES_SAMPLER_ARG=0'], 'samplerOff', /always_on/],
    [['OTEL_TRACES_SAMPLER=parentbased_traceidratio', 'OTEL_TRACES_SAMPLER_ARG=0.05'], 'samplerShare', /always_on/],
    [['OTEL_BSP_SCHEDULE_DELAY=60000'], 'delay', /1000/],
    [['OTEL_EXPORTER_OTLP_TIMEOUT=1'], 'timeout', /Remove/],
    [['OTEL_EXPERIMENTAL_CONFIG_FILE=otel.yaml'], 'configFile', /endpoint/],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=https://localhost:4318'], 'endpointHttps', /http:\/\/127\.0\.0\.1:4318\./],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4319'], 'endpointPort', /127\.0\.0\.1:4318/],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318/v1/traces'], 'endpointDoubled', /without a path/],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317'], 'endpointScheme', /http:\/\//],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=http://[4318'], 'endpointInvalid', /http:\/\//],
    [['OTEL_EXPORTER_OTLP_ENDPOINT=https://api.example.com'], 'endpointElsewhere', /see them here/],
    [['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318'], 'endpointNoPath', /\/v1\/traces/],
    [
      ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/traces', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/json'],
      'endpointPath',
      /\/v1\/traces/,
    ],
    [
      ['OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317/v1/traces', 'OTEL_EXPORTER_OTLP_PROTOCOL=grpc'],
      'endpointGrpcPath',
      /http\/protobuf/,
    ],
    [['OTEL_EXPORTER_OTLP_PROTOCOL=http'], 'protocol', /http\/protobuf/],
    [['HTTP_PROXY=http://proxy.example:3128'], 'proxy', /NO_PROXY/],
    [['http_proxy=http://proxy.example:3128', 'no_proxy=example.com'], 'proxy', /NO_PROXY/],
    [['all_proxy=socks5://proxy.example:1080', 'no_proxy=127.0.0.1'], 'proxy', /Add localhost to NO_PROXY/],
    [['LANGFUSE_TRACING_ENABLED=false'], 'langfuseOff', /Remove/],
  ];
  for (const [lines, id, cure] of MISTAKES) {
    it(`${lines.join(' ')}: ${id}`, () => {
      const finding = findingOf(envFile(...lines), `environment.${id}`);
      assert.match(finding.cure, cure);
      assert.match(finding.detail, /is set in the file \.env\. /);
      assert.deepEqual(finding.actions, [{ type: 'file', label: 'Open .env', icon: 'go-to-file', file: FILE }]);
    });
  }

  const RIGHT: string[][] = [
    ['OTEL_SDK_DISABLED=false'],
    ['OTEL_TRACES_EXPORTER=console,otlp'],
    ['OTEL_TRACES_EXPORTER='],
    ['OTEL_TRACES_SAMPLER=parentbased_always_on'],
    ['OTEL_TRACES_SAMPLER=traceidratio'],
    ['OTEL_BSP_SCHEDULE_DELAY=500'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT=10000'],
    // Both ports speak both protocols.
    ['OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:4318/'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT=http://host.docker.internal:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/v1/traces'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4317', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc'],
    // The one for traces wins.
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT=https://api.example.com',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/v1/traces',
    ],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=localhost'],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=*'],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=example.com, localhost:4318'],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=::1', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:4318'],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=[::1]', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:4318'],
    ['HTTP_PROXY=http://proxy.example:3128', 'NO_PROXY=127.0.0.1', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318'],
    ['HTTP_PROXY='],
    ['# OTEL_SDK_DISABLED=true'],
    ['OTEL_SDK_DISABLED_NOTE=true'],
  ];
  for (const lines of RIGHT)
    it(`${lines.join(' ')} is no mistake`, () => assert.deepEqual(found(envFile(...lines)), []));

  it('names the place that sets it once, with whom it reaches', () => {
    const launch = [{ type: 'node', request: 'launch', name: 'Shop', program: 'shop.js' }];
    const given = {
      sources: { editor: { OTEL_SDK_DISABLED: 'true' }, folders: [{ folder: '/shop', launch, tasks: {} }] },
    };
    const finding = findingOf(given, 'environment.sdkDisabled');
    assert.match(finding.detail, /environment the editor was started with/);
    assert.match(finding.detail, /reaches the settings of terminals, the launch configuration "Shop"/);
  });

  it('sees that a configuration makes good what is wrong below it', () => {
    const launch = [
      { type: 'node', request: 'launch', name: 'Shop', program: 'shop.js', env: { OTEL_SDK_DISABLED: 'false' } },
    ];
    const given = {
      sources: { editor: { OTEL_SDK_DISABLED: 'true' }, folders: [{ folder: '/shop', launch, tasks: {} }] },
    };
    assert.doesNotMatch(findingOf(given, 'environment.sdkDisabled').detail, /Shop/);
  });

  const launch = (more: object) => [{ type: 'node', request: 'launch', name: 'Shop', program: 'shop.js', ...more }];
  const PLACES: [string, Sources, RegExp][] = [
    ['settings of terminals', { terminals: { OTEL_TRACES_SAMPLER: 'always_off' } }, /the settings of terminals/],
    [
      'a terminal profile',
      { profiles: { bash: { path: 'bash', env: { OTEL_TRACES_SAMPLER: 'always_off' } } } },
      /the terminal profile "bash"/,
    ],
    [
      'launch.json',
      { folders: [{ folder: '/shop', launch: launch({ env: { OTEL_TRACES_SAMPLER: 'always_off' } }), tasks: {} }] },
      /the launch configuration "Shop"/,
    ],
    [
      'an environment list',
      {
        folders: [
          {
            folder: '/shop',
            launch: launch({ environment: [{ name: 'OTEL_TRACES_SAMPLER', value: 'always_off' }] }),
            tasks: {},
          },
        ],
      },
      /the launch configuration "Shop"/,
    ],
    [
      'tasks.json',
      {
        folders: [
          {
            folder: '/shop',
            launch: [],
            tasks: {
              tasks: [
                {
                  label: 'run',
                  type: 'shell',
                  command: 'x',
                  linux: { options: { env: { OTEL_TRACES_SAMPLER: 'always_off' } } },
                },
              ],
            },
          },
        ],
      },
      /the task "run"/,
    ],
    [
      'an open terminal',
      { open: [{ name: 'bash', env: new Map([['OTEL_TRACES_SAMPLER', 'always_off']]) }] },
      /the terminal "bash"/,
    ],
  ];
  for (const [name, sources, place] of PLACES) {
    it(`reads ${name}`, () => assert.match(findingOf({ sources }, 'environment.samplerOff').detail, place));
  }

  it('reads the env file that a configuration names', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as launch.json has it
    const folders = [{ folder: '/shop', launch: launch({ envFile: '${workspaceFolder}/dev.env' }), tasks: {} }];
    const files = [{ file: '/shop/dev.env', name: 'dev.env', text: 'OTEL_SDK_DISABLED=true' }];
    const { detail } = findingOf({ sources: { folders, files } }, 'environment.sdkDisabled');
    assert.match(detail, /the file dev\.env.*reaches the launch configuration "Shop"/);
  });

  it('does not look at what only attaches', () => {
    const folders = [
      { folder: '/shop', launch: launch({ request: 'attach', env: { OTEL_SDK_DISABLED: 'true' } }), tasks: {} },
    ];
    assert.deepEqual(found({ sources: { folders } }), []);
  });

  it('misses the token among headers of one’s own', () => {
    const given = envFile('OTEL_EXPORTER_OTLP_HEADERS=api-key=abc');
    assert.deepEqual(found(given), []);
    const open = { ...given, receiver: { wantsToken: true } };
    assert.match(findingOf(open, 'environment.headers').cure, /Copy Endpoint/);
    const right = envFile('OTEL_EXPORTER_OTLP_HEADERS=api-key=abc,x-spanside-token=def');
    assert.deepEqual(found({ ...right, receiver: { wantsToken: true } }), []);
  });

  describe('on another port than the usual one', () => {
    const elsewhere = { state: listeningOn([5000]), wanted: 5000 };

    it('says that terminals are not told', () => {
      assert.deepEqual(found({ receiver: elsewhere }), ['environment.untold']);
      const restricted = findingOf({ receiver: { ...elsewhere, isTrusted: false } }, 'environment.untold');
      assert.match(restricted.detail, /Restricted Mode/);
    });

    it('says that a terminal is older than the port', () => {
      const injected = new Map([['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:5000']]);
      const old = { name: 'zsh', env: new Map([['HOME', '/']]) };
      const given = { receiver: { ...elsewhere, injected }, sources: { open: [old, { name: 'new', env: injected }] } };
      assert.match(findingOf(given, 'environment.oldTerminal').title, /"zsh" was opened before/);
      const both = { ...given, sources: { open: [old, { ...old, name: 'fish' }] } };
      assert.match(findingOf(both, 'environment.oldTerminal').title, /"zsh", the terminal "fish" were opened before/);
      assert.deepEqual(found({ ...given, sources: { open: [{ name: 'new', env: injected }] } }), []);
    });

    it('says that an empty endpoint is the usual one', () => {
      const given = { ...envFile('OTEL_EXPORTER_OTLP_ENDPOINT='), receiver: elsewhere };
      assert.deepEqual(found(given), ['environment.endpointEmpty']);
    });
  });
});
