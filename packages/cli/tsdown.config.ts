import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', 'exit-code': 'src/exit-code.ts', text: 'src/text.ts' },
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
