import { mongoName, redisName, sqliteName } from '../../tooling/server-names.ts';
import { presentCommit } from './present-commit.ts';

/** The facts on a page about the run that wrote it. */
export interface RunFacts {
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  /** The servers that it ran on, as they say themselves. */
  readonly servers: readonly string[];
}

/** Asked for at the beginning: what is measured is what was there then. @param servers null: a SQLite file */
export async function runFacts(
  script: string,
  servers: { readonly mongoUri: string; readonly redisUrl: string } | null,
): Promise<RunFacts> {
  return {
    command: [`npm run ${script} --`, ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
    commit: presentCommit(),
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    servers:
      servers === null
        ? [sqliteName()]
        : [await mongoName(servers.mongoUri), await redisName(servers.redisUrl)],
  };
}
