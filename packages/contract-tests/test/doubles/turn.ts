/** Lets every other caller take a turn: where a double reads before and writes after it, others come between. */
export async function turn(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
}
