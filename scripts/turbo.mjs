// turbo without its telemetry, on every platform.
import { spawnSync } from 'node:child_process';

const { status, error } = spawnSync('turbo', process.argv.slice(2), {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
});
if (error) console.error(`turbo cannot be started (${error.message}). Run "node scripts/setup.mjs" first.`);
process.exit(status ?? 1);
