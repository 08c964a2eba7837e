import type { DoctorFacts, Environment } from './facts.ts';

/** A variable as a program gets it, and who sets it. */
export interface Setting {
  /** As it is written there. */
  name: string;
  value: string;
  from: Environment;
}

/** What programs of a place get, by name in capitals: proxies are written both ways, and Windows does not tell them apart. */
export type Effective = ReadonlyMap<string, Setting>;

export function effective(environment: Environment, all: readonly Environment[]): Effective {
  const byId = new Map(all.map(each => [each.id, each]));
  const found = new Map<string, Setting>();
  for (const from of [...environment.inherits.map(id => byId.get(id)), environment]) {
    for (const [name, value] of from?.own ?? []) if (from) found.set(name.toUpperCase(), { name, value, from });
  }
  return found;
}

/** Variables that decide whether spans come. Others are not even looked at. */
export function isOfInterest(name: string): boolean {
  return /^(?:OTEL_\w+|(?:HTTP|HTTPS|ALL|NO|GRPC)_PROXY|NODE_OPTIONS|NODE_USE_ENV_PROXY|PYTHONPATH|JAVA_TOOL_OPTIONS|VIRTUAL_ENV|CORECLR_ENABLE_PROFILING|TRACELOOP_BASE_URL|LANGFUSE_(?:HOST|BASE_URL)|LANGFUSE_TRACING_ENABLED|MLFLOW_TRACKING_URI|MLFLOW_ENABLE_ASYNC_TRACE_LOGGING)$/i.test(
    name,
  );
}

/** Of these the values are shown; of other variables only that they are set. */
const SHOWN =
  /^OTEL_(?:SDK_DISABLED|JAVAAGENT_ENABLED|SERVICE_NAME|PROPAGATORS|(?:TRACES|LOGS|METRICS)_(?:EXPORTER|SAMPLER|SAMPLER_ARG)|EXPORTER_OTLP(?:_(?:TRACES|LOGS|METRICS))?_(?:PROTOCOL|TIMEOUT|COMPRESSION|INSECURE)|BSP_\w+|(?:EXPERIMENTAL_)?CONFIG_FILE|LOG_LEVEL|\w+_INSTRUMENTATIONS)$|^NO_PROXY$|^NODE_USE_ENV_PROXY$/i;
const ADDRESSES =
  /^OTEL_EXPORTER_OTLP(?:_(?:TRACES|LOGS|METRICS))?_ENDPOINT$|^(?:HTTP|HTTPS|ALL|GRPC)_PROXY$|^(?:TRACELOOP_BASE_URL|LANGFUSE_HOST|LANGFUSE_BASE_URL|MLFLOW_TRACKING_URI)$/i;
const HEADERS = /_HEADERS$/i;

const LONGEST = 120;

/** A value that may be shown: no credential, no header's value, one line. */
export function shownValue(name: string, value: string): string {
  if (value === '') return '(empty)';
  if (HEADERS.test(name)) {
    const names = headerNames(value);
    return names.length > 0 ? `(headers: ${names.join(', ')})` : '(set)';
  }
  if (ADDRESSES.test(name)) return cut(withoutCredentials(value));
  return SHOWN.test(name) ? cut(value) : '(set)';
}

/** Names of `name=value,name=value`; what is no such pair is not shown, it may be a value. */
export function headerNames(value: string): string[] {
  return value.split(',').flatMap(pair => /^\s*([\w!#$%&'*+.^`|~-]{1,64})\s*=/.exec(pair)?.[1] ?? []);
}

/** An address without user, password, query and fragment. */
export function withoutCredentials(address: string): string {
  return address.replace(/[?#].*$/s, '').replace(/^([a-z][\w+.-]*:\/\/)?.*@/is, '$1');
}

function cut(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** The environments with what is worth showing of them, those of the editor and of terminals first. */
export function environmentsToShow({ environments }: DoctorFacts): Environment[] {
  return environments.filter(({ own }) => [...own.keys()].some(isShownAtAll));
}

/** Paths and options of interpreters are looked at, and no news to anybody. */
export function isShownAtAll(name: string): boolean {
  return isOfInterest(name) && !/^(?:PYTHONPATH|VIRTUAL_ENV|NODE_OPTIONS|JAVA_TOOL_OPTIONS)$/i.test(name);
}
