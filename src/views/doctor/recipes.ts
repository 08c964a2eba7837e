import type { DoctorSnippet } from '../../protocol/doctor.ts';
import type { LanguageId } from './facts.ts';

export interface Recipe {
  snippets: DoctorSnippet[];
  notes: string[];
}

/** What a program of a language needs to send to `url`: packages, and how it is started. */
export function recipeOf(language: LanguageId, url: string, manifestTexts: readonly string[]): Recipe {
  const { steps, notes = [] } = RECIPES[language](url);
  const snippets = steps.map(([title, ...lines]) => ({ title, text: lines.join('\n') }));
  const extra = LIBRARY_NOTES.filter(({ pattern }) => manifestTexts.some(text => pattern.test(text))).map(note =>
    note.note(url),
  );
  return { snippets, notes: [...notes, ...extra] };
}

type Step = [title: string, ...lines: string[]];

const RECIPES: Record<LanguageId, (url: string) => { steps: Step[]; notes?: string[] }> = {
  node: url => ({
    steps: [
      ['Install', 'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node'],
      [
        'Run',
        `OTEL_EXPORTER_OTLP_ENDPOINT=${url} node --require @opentelemetry/auto-instrumentations-node/register app.js`,
      ],
    ],
    notes: ['The set-up has to be loaded before anything it traces: by --require or --import, or as the first import.'],
  }),
  python: url => ({
    steps: [
      ['Install', 'pip install opentelemetry-distro opentelemetry-exporter-otlp', 'opentelemetry-bootstrap -a install'],
      ['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} opentelemetry-instrument python app.py`],
    ],
    notes: [
      'Servers that start processes of their own (a reloader, workers) want the wrapper around the one they start.',
    ],
  }),
  java: url => ({
    steps: [['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} java -javaagent:opentelemetry-javaagent.jar -jar app.jar`]],
    notes: ['That the agent thinks a port "likely incorrect" for its protocol is no harm: both ports speak both.'],
  }),
  go: url => ({
    steps: [
      [
        'Install',
        'go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp',
      ],
      [
        'Set up',
        'exporter, err := otlptracehttp.New(ctx) // reads OTEL_EXPORTER_OTLP_ENDPOINT',
        'provider := trace.NewTracerProvider(trace.WithBatcher(exporter))',
        'otel.SetTracerProvider(provider)',
        'defer provider.Shutdown(ctx)',
      ],
      ['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} go run .`],
    ],
  }),
  dotnet: url => ({
    steps: [
      [
        'Install',
        'dotnet add package OpenTelemetry.Extensions.Hosting',
        'dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol',
      ],
      [
        'Set up',
        'builder.Services.AddOpenTelemetry()',
        '    .WithTracing(tracing => tracing.AddSource("*").AddOtlpExporter());',
      ],
      ['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf dotnet run`],
    ],
    notes: ['Sources of spans that are not added by AddSource or an instrumentation make none.'],
  }),
  rust: url => ({
    steps: [
      ['Install', 'cargo add opentelemetry opentelemetry_sdk opentelemetry-otlp'],
      ['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} cargo run`],
    ],
    notes: ['Call shutdown on the tracer provider before main returns.'],
  }),
  ruby: url => ({
    steps: [
      ['Install', 'bundle add opentelemetry-sdk opentelemetry-exporter-otlp opentelemetry-instrumentation-all'],
      ['Set up', 'OpenTelemetry::SDK.configure { |c| c.use_all }'],
      ['Run', `OTEL_EXPORTER_OTLP_ENDPOINT=${url} ruby app.rb`],
    ],
  }),
  php: url => ({
    steps: [
      ['Install', 'composer require open-telemetry/sdk open-telemetry/exporter-otlp'],
      ['Run', `OTEL_PHP_AUTOLOAD_ENABLED=true OTEL_EXPORTER_OTLP_ENDPOINT=${url} php app.php`],
    ],
    notes: ['Without OTEL_PHP_AUTOLOAD_ENABLED=true the SDK has to be set up in code.'],
  }),
};

/** Libraries that have words of their own for where to send. */
const LIBRARY_NOTES: { pattern: RegExp; note(url: string): string }[] = [
  {
    pattern: /\bmlflow\b/,
    note: url =>
      `MLflow sends to its own server unless OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${url}/v1/traces and OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf are set; it uses the address as it stands, and gRPC unless told otherwise.`,
  },
  {
    pattern: /\blangfuse\b/,
    note: url => `Langfuse sends to its cloud unless LANGFUSE_HOST=${url} is set; any keys do here.`,
  },
  {
    pattern: /traceloop|openllmetry/,
    note: url =>
      `OpenLLMetry sends to its cloud unless TRACELOOP_BASE_URL=${url} is set, or api_endpoint in Traceloop.init.`,
  },
  {
    pattern: /phoenix/,
    note: url => `Phoenix sends where PHOENIX_COLLECTOR_ENDPOINT says: set it to ${url}/v1/traces.`,
  },
];
