import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Leaves no byte free in a folder, which is a small file system of its own, while `work` goes on. */
export async function whileFull(folder: string, work: () => Promise<void>): Promise<void> {
  const filler = join(folder, 'filler');
  // Writes until nothing more fits: that this fails is the fault.
  const failure: unknown = await writeFile(filler, Buffer.alloc(1 << 28)).catch((error: unknown) => error);
  try {
    if (!(failure instanceof Error && 'code' in failure && failure.code === 'ENOSPC')) {
      throw new Error(`${folder} is not full`, { cause: failure });
    }
    await work();
  } finally {
    await rm(filler);
  }
}
