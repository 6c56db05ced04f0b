import { createRequire } from 'node:module';
import { defineConfig } from 'tsdown';

// Files of other packages that the dashboard serves, with their licences.
const FOREIGN = [
  'uplot/dist/uPlot.iife.min.js',
  'uplot/dist/uPlot.min.css',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui-dist/swagger-ui.css',
];
const LICENCES = ['uplot', 'swagger-ui-dist'];
const pathOf = (name: string) => createRequire(import.meta.url).resolve(name);

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'client/index': 'src/client/index.ts',
    'metrics/index': 'src/prometheus/index.ts',
  },
  copy: [
    ...['src/dashboard/assets/*', ...FOREIGN.map(pathOf)].map((from) => ({ from, to: 'dist/assets' })),
    ...LICENCES.map((name) => ({ from: pathOf(`${name}/LICENSE`), to: `dist/assets/${name}` })),
  ],
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
