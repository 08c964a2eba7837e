/** A frame of a zstd stream: where it is, and how much it unpacks to. */
export interface ZstdFrame {
  at: number;
  length: number;
  contentLength: number;
}

const MAGIC = 0xfd2fb528;
const RLE = 1;

/**
 * The frames of a zstd stream (RFC 8878, 3.1.1), found without unpacking anything; `undefined` where it is none of ours: ours say
 * how long their content is.
 */
export function zstdFrames(packed: Uint8Array): ZstdFrame[] | undefined {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const frames: ZstdFrame[] = [];
  let at = 0;
  while (at < packed.length) {
    const frame = frameAt(view, at);
    if (!frame) return undefined;
    frames.push(frame);
    at += frame.length;
  }
  return frames;
}

function frameAt(view: DataView, start: number): ZstdFrame | undefined {
  const end = view.byteLength;
  if (start + 6 > end || view.getUint32(start, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(start + 4);
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let at = start + 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  if (sizeBytes === 0 || at + sizeBytes > end) return undefined;
  const contentLength = sizeOf(view, at, sizeBytes);
  at += sizeBytes;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > end) return undefined;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    isLast = (header & 1) !== 0;
    at += 3 + (((header >>> 1) & 3) === RLE ? 1 : header >>> 3);
  }
  if ((descriptor & 4) !== 0) at += 4;
  return at > end ? undefined : { at: start, length: at - start, contentLength };
}

function sizeOf(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
