import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Sent } from './sent.ts';

/** What a sender wrote to its sockets, byte for byte, and what it said it had sent. */
export interface Capture {
  sender: string;
  sent: Sent;
  /** Export requests in all connections. */
  requests: number;
  /** One for each connection, in the order in which they were opened. */
  connections: Buffer[];
}

/** A capture in a file: one line of JSON, then the bytes of the connections one after the other. */
export function writeCapture(file: string, { connections, ...rest }: Capture): void {
  const head = JSON.stringify({ ...rest, connections: connections.map(({ length }) => length) });
  writeFileSync(file, Buffer.concat([Buffer.from(`${head}\n`), ...connections]));
}

export function readCapture(file: string): Capture {
  const content = readFileSync(file);
  let at = content.indexOf('\n') + 1;
  const head = JSON.parse(content.toString('utf8', 0, at)) as Omit<Capture, 'connections'> & { connections: number[] };
  const connections = head.connections.map(length => {
    at += length;
    return content.subarray(at - length, at);
  });
  if (at !== content.length) throw new Error(`${file} is ${content.length} bytes long, not ${at}.`);
  return { ...head, connections };
}

/** Stands between a sender and who receives, and keeps what the sender writes. */
export async function recordingProxy(target: number): Promise<{ url: string; connections(): Buffer[]; close(): void }> {
  const written: Buffer[][] = [];
  const sockets: Socket[] = [];
  const server = createServer(sender => {
    const chunks: Buffer[] = [];
    written.push(chunks);
    const receiver = connect({ port: target, host: '127.0.0.1', noDelay: true });
    sockets.push(sender, receiver);
    sender.on('data', chunk => chunks.push(chunk));
    sender.pipe(receiver).pipe(sender);
    for (const socket of [sender, receiver]) socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    connections: () => written.map(chunks => Buffer.concat(chunks)).filter(({ length }) => length > 0),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Writes again what a sender wrote, on as many connections; how it said goodbye is written only at `close`. */
export function replay(capture: Capture, port: number): { close(): void } {
  const open = capture.connections.map(bytes => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => {});
    socket.resume();
    const end = goodbye(bytes);
    socket.write(bytes.subarray(0, end));
    return () => socket.end(bytes.subarray(end));
  });
  return {
    close: () => {
      for (const end of open) end();
    },
  };
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const GOAWAY = 7;

/**
 * Where an HTTP/2 connection begins to end, else the end of the bytes. A sender says GOAWAY when it has all its answers;
 * said sooner, it means that it wants none.
 */
function goodbye(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, PREFACE.length) !== PREFACE) return bytes.length;
  for (let at = PREFACE.length; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === GOAWAY) return at;
  }
  return bytes.length;
}
