import { presentCommit } from './present-commit.ts';
import { type ServerUris, serverNames } from './service.ts';

/** The facts on a page about the run that wrote it. */
export interface RunFacts {
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  /** The servers that it ran on, as they say themselves. */
  readonly servers: readonly string[];
}

/** Asked for at the beginning: what is measured is what was there then. */
export async function runFacts(script: string, servers: ServerUris): Promise<RunFacts> {
  return {
    command: [`npm run ${script} --`, ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
    commit: presentCommit(),
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    servers: await serverNames(servers),
  };
}
