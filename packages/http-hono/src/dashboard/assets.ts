import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Asset {
  readonly type: string;
  readonly text: string;
}

const TYPES = {
  'dashboard.js': 'text/javascript; charset=utf-8',
  'dashboard.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The files that pages ask for, by name, and a version that changes when they do. */
export function readAssets(): { readonly files: ReadonlyMap<string, Asset>; readonly version: string } {
  const files = new Map(
    Object.entries(TYPES).map(([name, type]) => [name, { type, text: readAsset(name) }] as const),
  );
  const hash = createHash('sha256');
  for (const { text } of files.values()) hash.update(text);
  return { files, version: hash.digest('base64url').slice(0, 12) };
}

// The build copies the folder beside what it bundles, so that the place is right there and here.
function readAsset(name: string): string {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
}
