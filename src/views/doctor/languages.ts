import type { LanguageId } from './facts.ts';

export interface Language {
  name: string;
  /** Names of manifests, or how they end. */
  manifests: RegExp;
  /** How its sources end. */
  sources: RegExp;
  /** In a manifest: something of OpenTelemetry, or a library that brings it. */
  traced: RegExp;
  /** In a manifest: something that sends, or that brings what sends. */
  sends: RegExp;
  /** In a source: a tracer provider is made, or a library that makes one is started. */
  setsUp: RegExp;
  /** In a source: what is left is sent before the end. */
  flushes: RegExp;
  /** Whether a program that ends without such a call loses its last spans. */
  losesAtEnd: boolean;
}

/** Libraries that set tracing up by themselves, once they are called. */
const LIBRARIES =
  'mlflow|langfuse|traceloop|openllmetry|openlit|logfire|arize-phoenix|phoenix-otel|langsmith|langtrace';

export const LANGUAGES: Record<LanguageId, Language> = {
  node: {
    name: 'Node',
    manifests: /^package\.json$/,
    sources: /\.[cm]?[jt]sx?$/,
    traced: new RegExp(`@opentelemetry/|@vercel/otel|@arizeai/|${LIBRARIES}`),
    sends: new RegExp(
      `@opentelemetry/(?:sdk-node|auto-instrumentations-node|exporter-trace-otlp|sdk-trace|instrumentation)|@vercel/otel|@azure/monitor|${LIBRARIES}`,
    ),
    setsUp:
      /\bnew\s+(?:NodeSDK|NodeTracerProvider|BasicTracerProvider|WebTracerProvider)\b|\bregisterOTel\s*\(|\b(?:Traceloop|traceloop)\.initialize\s*\(|\bLangfuseSpanProcessor\b|\bmlflow\.init\s*\(/,
    flushes: /\.\s*(?:shutdown|forceFlush|flushAsync)\s*\(|disableBatch\s*:\s*true|\bSimpleSpanProcessor\b/,
    losesAtEnd: true,
  },
  python: {
    name: 'Python',
    manifests: /^(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|Pipfile|setup\.(?:cfg|py)|environment\.ya?ml)$/,
    sources: /\.pyi?$/,
    traced: new RegExp(`opentelemetry|openinference|${LIBRARIES}`),
    sends: new RegExp(
      `opentelemetry-(?:distro|sdk|exporter|instrumentation)|openinference|azure-monitor-opentelemetry|${LIBRARIES}`,
    ),
    setsUp:
      /\bTracerProvider\s*\(|\bset_tracer_provider\s*\(|\bconfigure_azure_monitor\s*\(|\blogfire\.configure\s*\(|\bTraceloop\.init\s*\(|\bmlflow\.\w+\.autolog\s*\(|\bmlflow\.(?:autolog|set_experiment|set_tracking_uri)\s*\(|\b(?:Langfuse|get_client)\s*\(|\bfrom\s+langfuse\b|\bphoenix\.otel\b|\bopenlit\.init\s*\(|\bauto_instrumentation\b/,
    flushes: /\b(?:shutdown|force_flush|flush)\s*\(|\batexit\b|disable_batch\s*=\s*True|\bSimpleSpanProcessor\b/,
    // Its tracer provider shuts itself down at the end.
    losesAtEnd: false,
  },
  java: {
    name: 'Java',
    manifests: /^(?:pom\.xml|build\.gradle(?:\.kts)?|libs\.versions\.toml)$/,
    sources: /\.(?:java|kt|scala|groovy)$/,
    traced: /opentelemetry|micrometer-tracing/,
    sends:
      /opentelemetry-(?:sdk|exporter|javaagent|spring-boot)|opentelemetry-spring|micrometer-tracing-bridge-otel|quarkus-opentelemetry/,
    setsUp: /\bSdkTracerProvider\b|\bAutoConfiguredOpenTelemetrySdk\b|\bOpenTelemetrySdk\.builder\b/,
    flushes: /\.(?:shutdown|close|forceFlush)\s*\(|addShutdownHook/,
    losesAtEnd: false,
  },
  go: {
    name: 'Go',
    manifests: /^go\.mod$/,
    sources: /\.go$/,
    traced: /go\.opentelemetry\.io\//,
    sends: /go\.opentelemetry\.io\/(?:otel\/exporters\/otlp|contrib\/exporters\/autoexport)/,
    setsUp: /\bNewTracerProvider\s*\(/,
    flushes: /\.(?:Shutdown|ForceFlush)\b|\bWithSyncer\s*\(/,
    losesAtEnd: true,
  },
  dotnet: {
    name: '.NET',
    manifests: /\.(?:cs|fs|vb)proj$|^Directory\.Packages\.props$/,
    sources: /\.(?:cs|fs|vb)$/,
    traced: /OpenTelemetry|System\.Diagnostics\.DiagnosticSource/,
    sends: /OpenTelemetry\.(?:Exporter\.OpenTelemetryProtocol|AutoInstrumentation)|Azure\.Monitor\.OpenTelemetry/,
    setsUp: /\bCreateTracerProviderBuilder\s*\(/,
    flushes: /\busing\s+(?:var|\(|TracerProvider)|\.(?:Dispose|Shutdown|ForceFlush)\s*\(/,
    losesAtEnd: true,
  },
  rust: {
    name: 'Rust',
    manifests: /^Cargo\.toml$/,
    sources: /\.rs$/,
    traced: /^[ \t]*(?:opentelemetry|tracing-opentelemetry)\b/m,
    sends: /^[ \t]*opentelemetry[-_]otlp\b/m,
    setsUp: /\b(?:Sdk)?TracerProvider::builder\b/,
    flushes: /\b(?:shutdown(?:_tracer_provider)?|force_flush)\s*\(|\bwith_simple_exporter\b/,
    losesAtEnd: true,
  },
  ruby: {
    name: 'Ruby',
    manifests: /^(?:Gemfile|[\w-]+\.gemspec)$/,
    sources: /\.rb$/,
    traced: /opentelemetry/,
    sends: /opentelemetry-exporter-otlp/,
    setsUp: /\bOpenTelemetry::SDK\.configure\b/,
    flushes: /\.(?:shutdown|force_flush)\b|\bat_exit\b/,
    losesAtEnd: true,
  },
  php: {
    name: 'PHP',
    manifests: /^composer\.json$/,
    sources: /\.php$/,
    traced: /open-telemetry\//,
    sends: /open-telemetry\/exporter-otlp/,
    setsUp: /\bTracerProvider\b|\bSdk::builder\b/,
    flushes: /->(?:shutdown|forceFlush)\s*\(|register_shutdown_function|\bSimpleSpanProcessor\b/,
    losesAtEnd: false,
  },
};

export const LANGUAGE_IDS = Object.keys(LANGUAGES) as LanguageId[];
