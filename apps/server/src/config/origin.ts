/** Where a value came from. */
export type Origin =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'default' };

export const BY_DEFAULT: Origin = { kind: 'default' };

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.path}:${origin.line}`;
    case 'environment':
      return `environment variable ${origin.name}`;
    case 'default':
      return 'default';
  }
}
