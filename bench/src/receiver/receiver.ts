import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ReceiverCommand, ReceiverCounts, ReceiverReply } from './receiver-protocol.ts';

/** The receiver, in a process of its own on loopback. */
export class Receiver {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
  }

  static async start(): Promise<Receiver> {
    const child = fork(new URL('receiver-main.ts', import.meta.url));
    const reply = await nextReply(child);
    if (reply.kind !== 'listening') throw new Error('the receiver did not say where it listens');
    return new Receiver(child, reply.url);
  }

  async reset(): Promise<void> {
    await this.#ask('reset');
  }

  counts(): Promise<ReceiverCounts> {
    return this.#ask('counts');
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  async #ask(command: ReceiverCommand): Promise<ReceiverCounts> {
    const reply = nextReply(this.#process);
    this.#process.send(command);
    const answer = await reply;
    if (answer.kind !== 'counts') throw new Error('the receiver answered something else');
    return answer.counts;
  }
}

async function nextReply(child: ChildProcess): Promise<ReceiverReply> {
  const [reply] = await once(child, 'message');
  // The two files of this folder are the only ones that speak over this channel.
  return reply as ReceiverReply;
}
