import { type BodyEncoder, type Compilation, namedEntries, textOf } from './compilation.ts';
import { inside } from './problems.ts';
import type { BodyTemplate } from './provider-contract.ts';
import { fillText, onlyHole, type Template } from './template.ts';

/** `URLSearchParams` does the escaping. A list gives its name once for each entry. */
export function compileForm(body: BodyTemplate, compilation: Compilation): BodyEncoder | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    compilation.report('body', 'must be a map of texts and lists of texts with the encoding form');
    return null;
  }
  // `isArray` does not tell a readonly list from a map.
  const map = body as { readonly [name: string]: BodyTemplate };
  const fields: (readonly [name: string, value: Template])[] = [];
  let isRight = true;
  for (const [name, value, path] of namedEntries(map, 'body')) {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, text] of texts.entries()) {
      const template = textOf(text, Array.isArray(value) ? inside(path, index) : path, compilation);
      if (template === null) isRight = false;
      else fields.push([name, template]);
    }
  }
  if (!isRight) return null;
  return (filling) => {
    const form = new URLSearchParams();
    for (const [name, template] of fields) {
      if (onlyHole(template)?.read(filling) === undefined && onlyHole(template) !== null) continue;
      form.append(name, fillText(template, filling, String));
    }
    return form.toString();
  };
}
