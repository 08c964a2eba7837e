import type { ReceiverState } from '../receiver/state.ts';
import { tokenHeaders } from '../receiver/token.ts';

export const ENDPOINT_VARIABLE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
export const HEADERS_VARIABLE = 'OTEL_EXPORTER_OTLP_HEADERS';
/** Where SDKs send without being told. */
const DEFAULT_PORT = 4318;
/** A program that has one of these was told where to send its traces. */
const DECIDED_BY = [ENDPOINT_VARIABLE, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
/** One that has one of these sends headers of its own. */
const HEADERS_SET_BY = [HEADERS_VARIABLE, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'];

export type Variables = Readonly<Record<string, unknown>>;

/**
 * What programs have to be told: the endpoint, or `undefined` where nothing has to be said, because SDKs send to the
 * default port by themselves or because one of `environments` says already where to send.
 */
export function endpointToSet(state: ReceiverState, environments: readonly Variables[]): string | undefined {
  if (state.phase !== 'listening') return undefined;
  // What was told before goes on to be told: terminals would ask to be relaunched for nothing.
  const { port, url } = state.kept ?? state.main;
  return port === DEFAULT_PORT || environments.some(decides) ? undefined : url;
}

/**
 * All that programs have to be told, by name of the variable: the endpoint, and the token where the receiver wants one.
 * The token goes to nobody who sends elsewhere or has headers of their own.
 */
export function variablesToSet(
  state: ReceiverState,
  token: string | undefined,
  environments: readonly Variables[],
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const endpoint = endpointToSet(state, environments);
  if (endpoint !== undefined) variables.set(ENDPOINT_VARIABLE, endpoint);
  const wanted = token !== undefined && state.phase === 'listening';
  if (wanted && !environments.some(environment => decides(environment) || setsHeaders(environment))) {
    variables.set(HEADERS_VARIABLE, tokenHeaders(token));
  }
  return variables;
}

/** Whether an environment names a place to send to. Names are compared without case, as Windows does. */
export function decides(environment: Variables): boolean {
  return names(environment, DECIDED_BY);
}

/** Whether an environment names headers to send. */
export function setsHeaders(environment: Variables): boolean {
  return names(environment, HEADERS_SET_BY);
}

function names(environment: Variables, variables: readonly string[]): boolean {
  return Object.keys(environment).some(key => variables.includes(key.toUpperCase()) && environment[key] !== null);
}

/** The variables that the text of an env file (lines of `KEY=value`) sets, without their values. */
export function variablesOfEnvFile(text: string): Variables {
  const keys = text.split(/\r?\n/).map(line => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]);
  return Object.fromEntries(keys.flatMap(key => (key === undefined ? [] : [[key, '']])));
}
