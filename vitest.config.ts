import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // workspace packages are tested from their sources: no build needed before `vitest`
  ssr: { resolve: { conditions: ['@messaging-system/source', 'module', 'node', 'development|production'] } },
  test: {
    globalSetup: ['./services.setup.ts'],
    projects: globSync('{packages,apps}/*')
      .sort()
      .map((root) => ({
        extends: true as const,
        root,
        test: { name: basename(root), include: ['test/**/*.test.ts'] },
      })),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'apps/*/src/**'],
      reporter: ['text-summary', 'lcov'],
    },
  },
});
