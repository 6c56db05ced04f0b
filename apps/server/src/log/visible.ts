// Characters that JSON leaves as they are and that a terminal or a viewer acts upon: DEL and the C1 controls (U+009B begins a command as ESC [ does), marks and
// overrides of the writing direction, and the two line separators.
const COMMANDING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const CONTROLS = /\p{Cc}/gu;

/** Writes what would command a terminal as `\u….` instead. Line feeds and ESC stay: in JSON they are escaped already. */
export function withoutCommands(text: string): string {
  return text.replaceAll(COMMANDING, escaped);
}

/** Writes every control character as `\u….` instead, so that a text is one line and nothing but text. */
export function visible(text: string): string {
  return withoutCommands(text).replaceAll(CONTROLS, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
