// Copies the pages of the repository to where the site is built: outside of this folder its modules would not be found.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGES = join(import.meta.dirname, 'pages');
const COPIED = ['docs', 'packages/*.md', 'apps/*.md', 'examples/*.md', 'CONTRIBUTING.md', 'SECURITY.md'];

rmSync(PAGES, { recursive: true, force: true });
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...COPIED], {
  cwd: ROOT,
  encoding: 'utf8',
});
for (const file of files.split('\n').filter((name) => /\.(?:md|svg|webp)$/.test(name))) {
  cpSync(join(ROOT, file), join(PAGES, file));
}
cpSync(join(import.meta.dirname, 'index.md'), join(PAGES, 'index.md'));
// Of the start page, which names them by address.
cpSync(join(ROOT, 'docs/pictures'), join(PAGES, 'public/pictures'), { recursive: true });
cpSync(join(ROOT, 'packages/http-hono/src/dashboard/assets/icon.svg'), join(PAGES, 'public/icon.svg'));
