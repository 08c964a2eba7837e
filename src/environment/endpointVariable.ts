import type { ReceiverState } from '../receiver/state.ts';

export const ENDPOINT_VARIABLE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
/** Where SDKs send without being told. */
const DEFAULT_PORT = 4318;
/** A program that has one of these was told where to send its traces. */
const DECIDED_BY = [ENDPOINT_VARIABLE, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

export type Variables = Readonly<Record<string, unknown>>;

/**
 * What programs have to be told: the endpoint, or `undefined` where nothing has to be said, because SDKs send to the
 * default port by themselves or because one of `environments` says already where to send.
 */
export function endpointToSet(state: ReceiverState, environments: readonly Variables[]): string | undefined {
  if (state.phase !== 'listening' || state.main.port === DEFAULT_PORT) return undefined;
  return environments.some(decides) ? undefined : state.main.url;
}

/** Whether an environment names a place to send to. Names are compared without case, as Windows does. */
export function decides(environment: Variables): boolean {
  return Object.keys(environment).some(key => DECIDED_BY.includes(key.toUpperCase()) && environment[key] !== null);
}

/** Whether the text of an env file (lines of `KEY=value`) names a place to send to. */
export function envFileDecides(text: string): boolean {
  return text.split(/\r?\n/).some(line => {
    const key = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    return key !== undefined && DECIDED_BY.includes(key.toUpperCase());
  });
}
