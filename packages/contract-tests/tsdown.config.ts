import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'simulation/index': 'src/simulation/index.ts',
  },
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
