import type { ServerDescription } from './host.ts';

const TARGET = 'messaging-target';
const STORE = 'messaging-store';

/** The headers by which a server says to doctor what it delivers from and to. */
export function descriptionHeaders({ target, store }: ServerDescription): Readonly<Record<string, string>> {
  return { [TARGET]: encoded(target), [STORE]: encoded(store) };
}

/** Null: it says nothing of itself, as servers of earlier versions. */
export function describedBy(headers: Headers): ServerDescription | null {
  const target = decoded(headers.get(TARGET));
  const store = decoded(headers.get(STORE));
  return target === null || store === null ? null : { target, store };
}

// Names of files may have letters that a header cannot carry.
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decoded(value: string | null): string | null {
  try {
    return value === null ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}
