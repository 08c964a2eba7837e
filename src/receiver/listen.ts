import { createServer, type Server, type Socket } from 'node:net';

/** A port that listens on every host that has it. */
export interface Listener {
  port: number;
  /** The hosts that listen, in the order wanted; without those this machine does not have. */
  hosts: string[];
  /** Stops accepting; connections that are open stay. */
  close(): Promise<void>;
}

/** Another program holds the port, on one of the hosts at least. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is taken`);
    this.port = port;
  }
}

/** Tries until a number is free on all hosts; the first host's system chooses it. */
const FREE_PORT_TRIES = 20;

/**
 * Listens on the same port of all `hosts`, or of none. A host of a family this machine lacks is left out, unless it is
 * the only one.
 * @param port 0 for a free one
 * @throws {PortTaken} another program has it on one of the hosts.
 */
export async function listen(
  port: number,
  hosts: readonly string[],
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  if (port !== 0) return listenOnAll(port, hosts, onConnection);
  for (let tries = 1; ; tries++) {
    try {
      return await listenOnAll(0, hosts, onConnection);
    } catch (error) {
      if (!(error instanceof PortTaken) || tries >= FREE_PORT_TRIES) throw error;
    }
  }
}

async function listenOnAll(
  wanted: number,
  hosts: readonly string[],
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  const servers: Server[] = [];
  const listening: string[] = [];
  const close = async () => {
    await Promise.all(servers.map(stop));
  };
  let port = wanted;
  let missing: unknown;
  for (const host of hosts) {
    try {
      const server = await listenOn(port, host, onConnection);
      servers.push(server);
      listening.push(host);
      const address = server.address();
      if (port === 0 && address !== null && typeof address === 'object') port = address.port;
    } catch (error) {
      if (isMissingFamily(error)) {
        missing = error;
        continue;
      }
      await close();
      throw isTaken(error, port) ? new PortTaken(port) : error;
    }
  }
  if (listening.length === 0) throw missing ?? new Error('There is no host to listen on');
  return { port, hosts: listening, close };
}

function listenOn(port: number, host: string, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    // As Node's own HTTP servers listen; they decide what the end of one side means.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      // Too many open files, for example: the next accept may succeed.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise(resolve => {
    // It calls back only when its connections are gone, which are none of its business here.
    server.close();
    server.unref();
    setImmediate(resolve);
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function isMissingFamily(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function isTaken(error: unknown, port: number): boolean {
  // Windows answers EACCES where another program wants a port for itself or the system has set it aside.
  return codeOf(error) === 'EADDRINUSE' || (codeOf(error) === 'EACCES' && port >= 1024);
}
