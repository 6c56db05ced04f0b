import type { Document, MongoClient } from 'mongodb';

/** A client's commands, one by one, past the handshakes. Requires `monitorCommands`. */
export class CommandLog {
  readonly #commands: { readonly name: string; readonly command: Document }[] = [];

  constructor(client: MongoClient) {
    client.on('commandStarted', ({ commandName, command }) => {
      this.#commands.push({ name: commandName, command });
    });
  }

  /** The commands that were sent while `act` ran. */
  async during(act: () => Promise<unknown>): Promise<readonly Document[]> {
    const from = this.#commands.length;
    await act();
    return this.#commands.slice(from).map(({ command }) => command);
  }

  async namesDuring(act: () => Promise<unknown>): Promise<readonly string[]> {
    const from = this.#commands.length;
    await act();
    return this.#commands.slice(from).map(({ name }) => name);
  }
}
