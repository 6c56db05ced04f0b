/** The answers of a process to the commands that it is asked by name. */
// biome-ignore lint/suspicious/noExplicitAny: each answer names what its own command has
export type Answers = Readonly<Record<string, (command: any) => Promise<unknown>>>;

/** In a process that `AskedChild` started: answers each command, and ends with the parent, at the first fault or after `end`. */
export function answerParent(answers: Answers): void {
  process.on('message', ({ kind, ...command }: { readonly kind: string }) => {
    const answered = answers[kind]?.(command) ?? Promise.reject(new Error(`asked for ${kind}`));
    answered.then(
      // Nothing is an answer too.
      (answer) => (kind === 'end' ? process.exit(0) : process.send?.(answer ?? null)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(1));
}

/** The resources that a process opens at its first command, for the others. */
export class Opened<World> {
  #world: World | null = null;

  set world(world: World) {
    this.#world = world;
  }

  get world(): World {
    if (this.#world === null) throw new Error('asked for work before it was opened');
    return this.#world;
  }
}
