import { MalformedError } from '../otlp/malformed.ts';
import type { WriteRequest, WriteResult } from '../store/writeRequest.ts';
import type { CommitResult } from '../store/writer.ts';

/** A group is closed at this size; what waits behind it goes into the next. */
const GROUP_BYTES = 4 * 1024 * 1024;

interface Waiting {
  request: WriteRequest;
  resolve: (result: WriteResult) => void;
  reject: (error: Error) => void;
}

/** Commits requests that arrive about the same time together, so that one wait for the disk serves them all. */
export class GroupCommit {
  readonly #commit: (requests: WriteRequest[]) => CommitResult;
  readonly #committed: (result: CommitResult) => void;
  #waiting: Waiting[] = [];
  #scheduled = false;

  /**
   * @param commit stores requests durably, or throws and stores none
   * @param committed hears of every commit, before its senders do
   */
  constructor(commit: (requests: WriteRequest[]) => CommitResult, committed: (result: CommitResult) => void) {
    this.#commit = commit;
    this.#committed = committed;
  }

  /** Resolves when the request is on disk. @throws {MalformedError} it is no such message. */
  add(request: WriteRequest): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#schedule();
    });
  }

  /** After the sockets have been read once: everything that has arrived by then is one group. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commitGroup(this.#take());
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  /** Commits everything that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitGroup(this.#take());
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { request } of this.#waiting) {
      if (count > 0 && bytes + request.body.length > GROUP_BYTES) break;
      bytes += request.body.length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #commitGroup(group: Waiting[]): void {
    if (group.length === 0) return;
    try {
      const result = this.#commit(group.map(({ request }) => request));
      this.#committed(result);
      group.forEach(({ resolve, reject }, i) => {
        const one = result.results[i];
        if (one instanceof MalformedError || one === undefined) reject(one ?? new Error('no result'));
        else resolve(one);
      });
    } catch (error) {
      for (const { reject } of group) reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
