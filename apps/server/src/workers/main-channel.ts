import { type FromWorker, parseToWorker, type ToWorker } from './protocol.ts';

/** The part of `process` that a worker speaks to its main process with. */
export type IpcProcess = Pick<NodeJS.Process, 'on' | 'send' | 'connected'>;

export interface MainListener {
  told(message: ToWorker): void;
  /** The main process is gone. */
  gone(): void;
}

/** A worker's end of the channel to the main process. */
export class MainChannel {
  readonly #process: IpcProcess;

  constructor(own: IpcProcess) {
    this.#process = own;
  }

  /** What is no message of the protocol is passed over: nobody but the main process can send, and it speaks no other. */
  listen(listener: MainListener): void {
    this.#process.on('message', (given) => {
      const message = parseToWorker(given);
      if (message !== null) listener.told(message);
    });
    this.#process.on('disconnect', () => listener.gone());
    // It may have gone while this process was being started.
    if (!this.#process.connected) listener.gone();
  }

  /** Resolves when it has left this process, or can't any more. */
  send(message: FromWorker): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#process.connected) resolve();
      else this.#process.send?.(message, undefined, undefined, () => resolve());
    });
  }
}
