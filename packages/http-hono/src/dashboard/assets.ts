import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ApiError } from '../errors/api-error.ts';
import type { HttpApp } from '../http-env.ts';

interface Asset {
  readonly type: string;
  readonly text: string;
}

const TYPES = {
  'dashboard.js': 'text/javascript; charset=utf-8',
  'dashboard.css': 'text/css; charset=utf-8',
  'charts.js': 'text/javascript; charset=utf-8',
  'docs.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'uPlot.iife.min.js': 'text/javascript; charset=utf-8',
  'uPlot.min.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
} as const;

/** Where the sources find the files of other packages; the build copies these. */
const FOREIGN: Readonly<Partial<Record<string, string>>> = {
  'uPlot.iife.min.js': 'uplot/dist/uPlot.iife.min.js',
  'uPlot.min.css': 'uplot/dist/uPlot.min.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
};

export interface Assets {
  readonly files: ReadonlyMap<string, Asset>;
  /** Changes when they do. */
  readonly version: string;
}

/** The files that pages ask for, by name. */
export function readAssets(): Assets {
  const files = new Map(
    Object.entries(TYPES).map(([name, type]) => [name, { type, text: readAsset(name) }] as const),
  );
  const hash = createHash('sha256');
  for (const { text } of files.values()) hash.update(text);
  return { files, version: hash.digest('base64url').slice(0, 12) };
}

export function assetHandlers(app: HttpApp, { files, version }: Assets): void {
  app.get('/dashboard/assets/:name', (c) => {
    const asset = files.get(c.req.param('name'));
    if (asset === undefined) throw new ApiError('not_found');
    const isNamedByVersion = c.req.query('v') === version;
    return c.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': isNamedByVersion ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
}

// The build copies the folder next to its bundle, so that the place is right there and here.
function readAsset(name: string): string {
  const own = new URL(`./assets/${name}`, import.meta.url);
  const foreign = FOREIGN[name];
  if (foreign === undefined || existsSync(own)) return readFileSync(own, 'utf8');
  return readFileSync(createRequire(import.meta.url).resolve(foreign), 'utf8');
}
