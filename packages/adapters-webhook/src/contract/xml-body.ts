import { type BodyEncoder, type Compilation, textOf } from './compilation.ts';
import type { BodyTemplate } from './provider-contract.ts';
import { fillText, type Template } from './template.ts';

/** A document in which holes stand in the text of elements and in quoted attributes. */
export function compileXml(body: BodyTemplate, compilation: Compilation): BodyEncoder | null {
  const template = textOf(body, 'body', compilation);
  if (template === null) return null;
  const misplaced = misplacedHole(template);
  if (misplaced === null) return (filling) => fillText(template, filling, escapeXml);
  compilation.report(
    'body',
    `has {${misplaced}} where XML can't escape it; put it between tags or in a quoted attribute`,
  );
  return null;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser would make a space of these in an attribute, and a line feed of a carriage return anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

// XML 1.0, section 2.2: characters that a document can't have in any form.
const IMPOSSIBLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escapeXml(value: string): string {
  return value
    .replaceAll(IMPOSSIBLE, '')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? '');
}

/** The construct that the text so far has opened: an attribute's quote, a tag, a comment or the like. */
type Place = 'text' | 'tag' | '"' | "'" | '-->' | ']]>' | '?>';

const OPENERS: readonly (readonly [string, Place])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<', 'tag'],
];

function misplacedHole(template: Template): string | null {
  let place: Place = 'text';
  for (const part of template) {
    if (typeof part === 'string') place = placeAfter(part, place);
    else if (place !== 'text' && place !== '"' && place !== "'") return part.name;
  }
  return null;
}

function placeAfter(text: string, before: Place): Place {
  let place = before;
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (place === 'text') {
      const opener = OPENERS.find(([opening]) => rest.startsWith(opening));
      place = opener?.[1] ?? 'text';
      at += opener?.[0].length ?? 1;
    } else if (place === 'tag') {
      if (rest[0] === '>') place = 'text';
      else if (rest[0] === '"' || rest[0] === "'") place = rest[0];
      at += 1;
    } else if (rest.startsWith(place)) {
      at += place.length;
      place = place.length === 1 ? 'tag' : 'text';
    } else {
      at += 1;
    }
  }
  return place;
}
