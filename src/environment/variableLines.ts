import { networkInterfaces } from 'node:os';
import { isEveryInterface, isLoopbackHost } from '../receiver/addresses.ts';
import type { ReceiverState } from '../receiver/state.ts';
import { tokenHeaders } from '../receiver/token.ts';
import { ENDPOINT_VARIABLE, HEADERS_VARIABLE } from './endpointVariable.ts';

/**
 * What a program of another machine or of a container needs to send here, one `NAME=value` a line, as env files have it.
 * The address is one that others can reach, where there is one.
 */
export function variableLines(state: ReceiverState, token: string): string {
  const url = state.phase === 'listening' ? outwardUrl(state) : '';
  return `${ENDPOINT_VARIABLE}=${url}\n${HEADERS_VARIABLE}=${tokenHeaders(token)}\n`;
}

function outwardUrl({ endpoints, main }: Extract<ReceiverState, { phase: 'listening' }>): string {
  const open = endpoints.find(({ host }) => !isLoopbackHost(host));
  if (!open) return main.url;
  if (!isEveryInterface(open.host)) return open.url;
  const address = outwardAddress();
  return address === undefined ? main.url : `http://${address}:${open.port}`;
}

/** An IPv4 address by which the network knows this machine. */
function outwardAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
