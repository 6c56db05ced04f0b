import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/hono.ts',
    'src/express.ts',
    'src/fastify.ts',
    'src/redis.ts',
    'src/contract.ts',
  ],
  format: 'esm',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
