import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFile {
  readonly path: string;
  remove(): Promise<void>;
}

/** A path in a directory of its own; the file is not made. */
export async function temporaryFile(): Promise<TemporaryFile> {
  const directory = await mkdtemp(join(tmpdir(), 'adapters-sqlite-'));
  return {
    path: join(directory, 'messages.db'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
