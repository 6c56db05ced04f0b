import { execFileSync } from 'node:child_process';

/** The commit that is checked out at a path; `unknown` where there is no repository. */
export function headCommit(path = '.'): string {
  try {
    return execFileSync('git', ['-C', path, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** The commit that is checked out, and whether what runs differs from it. */
export function presentCommit(): string {
  const sources = ['packages/*/src', 'packages/*/test', 'apps/*/src', 'evidence/*.ts'];
  const changed = execFileSync('git', ['status', '--porcelain', '--', ...sources], { encoding: 'utf8' });
  return headCommit() + (changed.trim() === '' ? '' : ' and changes on top of it');
}
