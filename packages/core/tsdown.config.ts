import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    'in-memory/index': 'src/in-memory/index.ts',
    'supported-runtime': 'src/supported-runtime.ts',
    'system-clock/index': 'src/system-clock/index.ts',
  },
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
