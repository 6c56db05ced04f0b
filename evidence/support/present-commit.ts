import { execFileSync } from 'node:child_process';

/** The commit that is checked out, and whether what runs differs from it. */
export function presentCommit(): string {
  const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const sources = ['packages/*/src', 'packages/*/test', 'apps/*/src', 'evidence/*.ts'];
  const changed = git('status', '--porcelain', '--', ...sources);
  return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : ' and changes on top of it');
}
