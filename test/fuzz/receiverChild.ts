import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './receiverTalk.ts';
import { Finding } from './target.ts';

/** An answer is a matter of milliseconds; one that takes longer than this never comes. */
const ANSWER_MS = 20_000;

/** The process of a receiver. Every method rejects with a {@link Finding} where the process has ended or is stuck. */
export class ReceiverChild {
  readonly port: number;
  private readonly child: ChildProcess;
  private errors = '';

  static async start(): Promise<ReceiverChild> {
    const file = fileURLToPath(new URL('./receiverProcess.ts', import.meta.url));
    const child = fork(file, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
    const starting = new ReceiverChild(child, 0);
    const { port } = await starting.answer('listening');
    return new ReceiverChild(child, port);
  }

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
    child.stderr?.on('data', (text: Buffer) => {
      this.errors = `${this.errors}${text}`.slice(-4_000);
    });
  }

  get ended(): Finding | undefined {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null) return undefined;
    return new Finding(`the receiver's process ended (${signalCode ?? exitCode}): ${this.errors.trim()}`);
  }

  async ask<K extends Question>(question: K): Promise<Extract<Answer, { kind: K }>> {
    if (this.ended) throw this.ended;
    this.child.send(question, () => {});
    return this.answer(question);
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private answer<K extends Answer['kind']>(kind: K): Promise<Extract<Answer, { kind: K }>> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        child.off('message', heard);
        child.off('exit', exited);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Finding(`the receiver's process does not answer within ${ANSWER_MS / 1000} s`));
      }, ANSWER_MS);
      const heard = (answer: Answer) => {
        if (answer.kind !== kind) return;
        settle();
        resolve(answer as Extract<Answer, { kind: K }>);
      };
      const exited = () => {
        settle();
        // What it said last may still be on its way.
        setTimeout(() => reject(this.ended ?? new Finding("the receiver's process ended")), 50);
      };
      child.on('message', heard);
      child.once('exit', exited);
    });
  }
}
