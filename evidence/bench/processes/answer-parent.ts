/** In a process that `Child` started: answers each command with what `obey` returns, and ends with the parent or at the first fault. */
export function answerParent<Command>(obey: (command: Command) => Promise<unknown>): void {
  process.on('message', (command: Command) => {
    obey(command).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(1));
}
