import * as grpc from '@grpc/grpc-js';

export const TRACES_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

export interface GrpcAnswer {
  code: number;
  details: string;
  message: Buffer | undefined;
  trailers: grpc.Metadata;
}

const same = (bytes: Buffer) => bytes;

/** A client of grpc-js that sends and gets bytes. */
export class GrpcClient {
  readonly #client: grpc.Client;

  constructor(address: string, options: grpc.ClientOptions = {}) {
    this.#client = new grpc.Client(address, grpc.credentials.createInsecure(), options);
  }

  /** @param timeoutMs after which the client gives the call up */
  call(method: string, message: Uint8Array, timeoutMs = 10_000, headers = new grpc.Metadata()): Promise<GrpcAnswer> {
    const options = { deadline: Date.now() + timeoutMs };
    return new Promise(resolve => {
      const bytes = Buffer.from(message);
      const call = this.#client.makeUnaryRequest(method, same, same, bytes, headers, options, (error, reply) => {
        const status = error ?? { code: grpc.status.OK, details: '', metadata: new grpc.Metadata() };
        resolve({ code: status.code, details: status.details, message: reply, trailers: status.metadata });
      });
      call.on('error', () => {});
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** Compresses messages: 1 is deflate, 2 gzip. */
export function compressing(algorithm: 1 | 2): grpc.ClientOptions {
  return { 'grpc.default_compression_algorithm': algorithm };
}
