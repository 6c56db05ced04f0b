import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { main: 'src/main.ts', 'worker-main': 'src/workers/worker-main.ts' },
  format: 'esm',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
