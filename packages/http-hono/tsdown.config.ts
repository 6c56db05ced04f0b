import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'client/index': 'src/client/index.ts',
    'metrics/index': 'src/prometheus/index.ts',
  },
  copy: [{ from: 'src/dashboard/assets/*', to: 'dist/assets' }],
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
