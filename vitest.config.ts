import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { RunReporter } from './tooling/run-reporter.ts';

const members = globSync('{packages,apps,examples}/*').sort();

export default defineConfig({
  // Workspace packages are tested from their sources: no build is needed before.
  ssr: { resolve: { conditions: ['@messaging-system/source', 'module', 'node', 'development|production'] } },
  test: {
    globalSetup: ['./services.setup.ts'],
    reporters: [new RunReporter(), 'default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : [])],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      ...members.map((root) => ({
        extends: true as const,
        root,
        test: { name: basename(root), include: ['test/**/*.test.ts'] },
      })),
      { extends: true as const, test: { name: 'workspace', include: ['test/**/*.test.ts'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'apps/*/src/**'],
      reporter: ['text-summary', 'lcov'],
      thresholds: { 'packages/core/src/**': { statements: 95, branches: 95 } },
    },
  },
});
