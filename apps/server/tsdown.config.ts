import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { main: 'src/main.ts', 'worker-main': 'src/worker-main.ts' },
  format: 'esm',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
