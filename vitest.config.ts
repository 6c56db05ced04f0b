import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { RunReporter } from './tooling/run-reporter.ts';

// The processes that tests start load the same sources again and again: they share what Node has compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache/compiled');

// Their tests set what is global in a process: the telemetry of OpenTelemetry, the environment of Next.js.
const ISOLATED = ['packages/adapters-opentelemetry', 'examples/cookbook'];

const folders = ['.', ...globSync('{packages,apps,examples}/*').sort()];
const testsOf = (folder: string): string => join(folder, 'test/**/*.test.ts');

export default defineConfig({
  // Workspace packages are tested from their sources: no build is needed before.
  ssr: { resolve: { conditions: ['@messaging-system/source', 'module', 'node', 'development|production'] } },
  test: {
    globalSetup: ['./services.setup.ts'],
    setupFiles: [join(import.meta.dirname, 'tooling/property-setup.ts')],
    reporters: [new RunReporter(), 'default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : [])],
    // Most tests wait for another process or a socket most of the time.
    maxWorkers: availableParallelism() + 2,
    // Limits end what hangs. They say nothing about speed: a busy machine, many times slower than a quiet one, must not reach them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // One project for all, so that a process loads what the packages share once and not once for each package.
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: [
            'evidence/e2e/*.test.ts',
            ...folders.filter((folder) => !ISOLATED.includes(folder)).map(testsOf),
          ],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: ISOLATED.map(testsOf), isolate: true } },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'apps/*/src/**'],
      reporter: ['text-summary', 'lcov'],
      thresholds: { 'packages/core/src/**': { statements: 95, branches: 95 } },
    },
  },
});
