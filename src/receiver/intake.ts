import type { Readable } from 'node:stream';
import { MalformedError } from '../otlp/malformed.ts';
import { mixUpHint } from '../otlp/mixUp.ts';
import { jsonToProto } from '../otlp/transcode.ts';
import { readBody } from './body.ts';
import { BodyMemory } from './bodyMemory.ts';
import type { ByteBudget, Lease } from './budget.ts';
import { decompress } from './decompress.ts';
import type { Limits } from './limits.ts';
import type { Encoding } from './media.ts';
import { Refused } from './refused.ts';
import { type RequestAbout, RequestLog } from './requestLog.ts';
import type { Acceptance, Signal, Sink } from './sink.ts';
import { checkStructure } from './structure.ts';

/** What the headers of an OTLP/HTTP request say. */
export interface Plan {
  signal: Signal;
  encoding: Encoding;
  /** Of `parseEncoding`. */
  compression: string;
  /** Bytes on the wire, where the sender says so. */
  length: number | undefined;
}

/** The way of every request after its headers were found good, whatever protocol it came by. */
export class Intake {
  readonly limits: Limits;
  readonly budget: ByteBudget;
  readonly memory: BodyMemory;
  readonly #sink: Sink;
  readonly #log: RequestLog;

  constructor(
    sink: Sink,
    limits: Limits,
    budget: ByteBudget,
    memory = new BodyMemory(),
    log: RequestLog = new RequestLog(),
  ) {
    this.#log = log;
    this.memory = memory;
    this.#sink = sink;
    this.limits = limits;
    this.budget = budget;
  }

  /**
   * Takes an OTLP/HTTP request from its body to its commit.
   * @throws {Refused} it cannot be taken, for good or for now.
   * @throws {Aborted} the sender went away.
   */
  async receive(stream: Readable, { signal, encoding, compression, length }: Plan): Promise<Acceptance> {
    const lease = this.budget.lease();
    try {
      const sent = await readBody(stream, this.limits.requestBytes, lease, this.memory, length);
      const about = { protocol: `http/${encoding}`, bytes: sent.length } as const;
      const plain = await decompress(sent, compression, this.limits.requestBytes, lease);
      checkEncoding(encoding, plain);
      return await this.deliver(signal, encoding === 'json' ? transcode(signal, plain) : plain, lease, about);
    } finally {
      lease.release();
    }
  }

  /**
   * Hands a message over and waits for its commit. Where that takes too long the sender is answered, but what the lease
   * holds stays taken, and is no longer the caller's, until the sink is done with the message.
   * @throws {Refused} the sink did not take it.
   */
  deliver(signal: Signal, body: Uint8Array, lease: Lease, about: RequestAbout): Promise<Acceptance> {
    return new Promise((resolve, reject) => {
      checkStructure(signal, body);
      const arrival = this.#log.arrives(signal, body, about);
      const late = this.budget.lease();
      const timer = setTimeout(() => {
        late.takeOver(lease);
        reject(refusalOf(new Error('the commit takes too long')));
      }, this.limits.commitMs);
      this.#sink
        .accept({ signal, body, receivedAt: Date.now() })
        .then(
          acceptance => {
            this.#log.accepted(arrival, acceptance.rejected, acceptance.message);
            resolve(acceptance);
          },
          error => reject(refusalOf(error)),
        )
        .finally(() => {
          clearTimeout(timer);
          late.release();
        });
    });
  }
}

const BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const BLANKS = [0x20, 0x09, 0x0a, 0x0d];

/**
 * A body that is plainly in the other encoding is not read as what it is said to be, so that the answer can name the
 * cure. A brace begins no protobuf of OTLP: it would be a group, which OTLP has none of.
 * @throws {Refused}
 */
function checkEncoding(encoding: Encoding, body: Uint8Array): void {
  if (encoding === 'protobuf') {
    const [first, second = BRACE] = body;
    if (first !== BRACE || !(BLANKS.includes(second) || second === QUOTE || second === CLOSING_BRACE)) return;
    throw new Refused(
      400,
      'The body is JSON, but its content type says protobuf; send it as application/json.',
      'A program sent JSON with the content type of protobuf; send content-type application/json, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf so that the exporter sends protobuf.',
      'encodingMixUp',
    );
  }
  // Of protobuf the first byte is the tag of its list, which JSON takes for a line break; then comes a length.
  const [tag, length = 0] = body;
  if (tag !== LIST_TAG || BLANKS.includes(length) || length === BRACE) return;
  throw new Refused(
    400,
    'The body is protobuf, but its content type says JSON; send it as application/x-protobuf.',
    'A program sent protobuf with the content type of JSON; send content-type application/x-protobuf.',
    'encodingMixUp',
  );
}

/** The tag of the one field an export request has. */
const LIST_TAG = 10;

function transcode(signal: Signal, json: Uint8Array): Uint8Array {
  try {
    const body = jsonToProto(signal, json);
    // A request that begins with something else than its list may be one of another signal, whose list is not known here.
    const hint = body.length > 0 && body[0] !== LIST_TAG ? mixUpHint(signal, body) : '';
    if (hint !== '') throw new MalformedError(hint);
    return body;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What the sender is told about an error of the sink. Its text stays here: it may name files of the user. */
function refusalOf(error: unknown): Refused {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof MalformedError) {
    return new Refused(400, text, `A program sent a request that is not valid OTLP (${text}); check its exporter.`);
  }
  return new Refused(
    503,
    'The request cannot be stored now; send it again.',
    `A request could not be stored (${text}); the program was asked to send it again.`,
  );
}
