/** Larger inputs are kept cut: that they are the ones that hang has never been seen. */
const MOST = 1024 * 1024;
const HEAD = 16;

/** What a thread is busy with, in memory that another one can read even while the thread answers nothing. */
export class Watched {
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD + MOST);
  }

  private readonly head: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.head = new Int32Array(shared, 0, HEAD / 4);
    this.bytes = new Uint8Array(shared, HEAD);
  }

  /** `target` is its place in the list of the job. */
  begin(target: number, input: Uint8Array): void {
    const length = Math.min(input.length, MOST);
    this.bytes.set(input.subarray(0, length));
    this.head[2] = length;
    this.head[1] = target + 1;
    Atomics.add(this.head, 0, 1);
  }

  end(): void {
    this.head[1] = 0;
    Atomics.add(this.head, 0, 1);
  }

  /** Grows with every input. */
  get count(): number {
    return Atomics.load(this.head, 0);
  }

  /** The target that is busy, -1 where none is. */
  get target(): number {
    return this.head[1]! - 1;
  }

  get input(): Uint8Array {
    return this.bytes.slice(0, this.head[2]);
  }
}
