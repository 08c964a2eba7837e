import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Recorded, readRecording, writeRecording } from './recording.ts';
import type { Exchange } from './talk.ts';
import type { Truth } from './truth.ts';

/** All that is checked in of one run of a family's program. */
export interface Captured {
  otlp: Recorded[];
  /** The model server's log. */
  exchanges: Exchange[];
  truth: Truth;
}

const OTLP = 'otlp.jsonl';
const EXCHANGES = 'model.jsonl';
const TRUTH = 'truth.json';

export function readCaptured(folder: string): Captured {
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
  const lines = read(EXCHANGES).split('\n').filter(Boolean);
  return {
    otlp: readRecording(path.join(folder, OTLP)),
    exchanges: lines.map(line => JSON.parse(line) as Exchange),
    truth: JSON.parse(read(TRUTH)) as Truth,
  };
}

/** @param installed all packages that the program ran with, a line each */
export function writeCaptured(folder: string, { otlp, exchanges, truth }: Captured, installed: string[]): void {
  writeRecording(path.join(folder, OTLP), otlp);
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  write(EXCHANGES, exchanges.map(exchange => `${JSON.stringify(exchange)}\n`).join(''));
  write(TRUTH, `${JSON.stringify(truth, undefined, 2)}\n`);
  write('versions.txt', installed.map(line => `${line}\n`).join(''));
}
