import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { MalformedError } from '../../otlp/malformed.ts';
import { indexPath, readSegmentContent } from '../atRest.ts';
import { examine } from '../damage.ts';
import type { StoreReader } from '../reader.ts';
import { gather } from './buildSidecar.ts';
import { Sidecar, writeSidecar } from './sidecar.ts';

/** A segment that is not written any more. */
export interface ClosedSegment {
  id: number;
  /** Length of its content. */
  bytes: number;
}

/** The sidecars of a store's closed segments: read from beside them, and made where there is none that fits. */
export class SidecarFiles {
  readonly #reader: StoreReader;
  readonly #limit: number;
  /** The last used last. */
  readonly #kept = new Map<number, Sidecar>();
  #bytes = 0;
  /** Segments of which none can be made: something in them is damaged. By length of the content, should it change. */
  readonly #unfit = new Map<number, number>();
  /** Those of which there is no file. */
  readonly #missing = new Set<number>();

  /** @param limit bytes that are kept */
  constructor(reader: StoreReader, limit: number) {
    this.#reader = reader;
    this.#limit = limit;
  }

  /** The sidecar of a segment, where there is one that fits. */
  get({ id, bytes }: ClosedSegment): Sidecar | undefined {
    const kept = this.#kept.get(id);
    if (kept?.length === bytes) {
      this.#kept.delete(id);
      this.#kept.set(id, kept);
      return kept;
    }
    if (this.#missing.has(id)) return undefined;
    const read = readSidecar(indexPath(this.#reader.folder, id));
    if (read?.length === bytes) return this.#keep(id, read);
    this.#missing.add(id);
    return undefined;
  }

  /** One that was asked for lately. */
  known(id: number): Sidecar | undefined {
    return this.#kept.get(id);
  }

  /** Whether one can be made. */
  isFit({ id, bytes }: ClosedSegment): boolean {
    return this.#unfit.get(id) !== bytes;
  }

  #keep(id: number, sidecar: Sidecar): Sidecar {
    this.drop(id);
    this.#kept.set(id, sidecar);
    this.#bytes += sidecar.bytes;
    for (const [old, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#limit || old === id) break;
      this.#kept.delete(old);
      this.#bytes -= bytes;
    }
    return sidecar;
  }

  drop(id: number): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }

  /** What a sidecar says does not fit the segment any more: something was blanked, or is damaged. */
  discard(id: number): void {
    this.drop(id);
    this.#missing.add(id);
    rmSync(indexPath(this.#reader.folder, id), { force: true });
  }

  /** Makes the sidecar of a segment in small steps; answers it unless the segment is damaged. */
  *make(segment: ClosedSegment): Generator<undefined, Sidecar | undefined> {
    const { id, bytes } = segment;
    const content = this.#soundContent(segment);
    if (!content) {
      this.#unfit.set(id, bytes);
      return undefined;
    }
    try {
      const made = writeSidecar(yield* gather(content));
      this.#missing.delete(id);
      this.#write(id, made);
      const sidecar = Sidecar.read(made);
      return sidecar && this.#keep(id, sidecar);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#unfit.set(id, bytes);
      return undefined;
    }
  }

  /** The whole content, if nothing in it is damaged. */
  #soundContent({ id, bytes }: ClosedSegment): Uint8Array | undefined {
    try {
      const content = readSegmentContent(this.#reader.folder, id).subarray(0, bytes);
      return content.length === bytes && examine(content).damaged.length === 0 ? content : undefined;
    } catch {
      // Whoever asks for something in it hears what is wrong with it.
      return undefined;
    }
  }

  /** Without it the next process makes it again. */
  #write(id: number, bytes: Uint8Array): void {
    const path = indexPath(this.#reader.folder, id);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      writeFileSync(temporary, bytes, { mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

function readSidecar(path: string): Sidecar | undefined {
  try {
    return Sidecar.read(readFileSync(path));
  } catch {
    return undefined;
  }
}
