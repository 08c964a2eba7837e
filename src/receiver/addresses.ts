import { isIP, isIPv4 } from 'node:net';

/** Loopback only: nothing outside this machine can connect. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1'];
/** SDKs send here by themselves: OTLP over HTTP, and over gRPC. */
export const DEFAULT_PORTS: readonly number[] = [4318, 4317];

/** Whether a host to listen on can be reached from this machine alone. What is not known to be is not. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Whether an address stands for every interface of the machine. */
export function isEveryInterface(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * The hosts to listen on for an address to be reachable at. Programs of this machine go on sending to the loopback
 * addresses, so these are always among them. `undefined` where it is no address.
 */
export function hostsFor(bindAddress: string): readonly string[] | undefined {
  const address = bindAddress.trim().replace(/^\[(.*)\]$/, '$1');
  if (address === '' || address === 'localhost' || address === '::1') return LOOPBACK_HOSTS;
  if (isIP(address) === 0) return undefined;
  if (address === '0.0.0.0') return ['0.0.0.0', '::1'];
  if (address === '::') return ['0.0.0.0', '::'];
  if (LOOPBACK_HOSTS.includes(address)) return LOOPBACK_HOSTS;
  return [...LOOPBACK_HOSTS, address];
}
