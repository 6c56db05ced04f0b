// Cells that spreadsheets may take for a formula (OWASP, "CSV Injection"), behind any number of apostrophes: with those in it,
// one more can always be distinguished from those that were there.
const FORMULA = /^'*[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/u;

// A phone number is not changed: it computes nothing.
const SIGNED_NUMBER = /^[+-]\d+$/;

// A spreadsheet whose language separates cells otherwise than the file begins a cell within ours: after a semicolon, say, or, since our
// quotes do not count as quotes to it then, after the end of a line.
const WITHIN = /(?<=[,;\t\r\n])(?='*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20])(?![+-]\d+(?:[,;\t\r\n]|$))/gu;
const NEUTRALISED_WITHIN = /(?<=[,;\t\r\n])'(?='*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20])/gu;

/** The cell as a spreadsheet shows it as text: with an apostrophe before what it would compute otherwise. */
export function neutralisedCell(text: string): string {
  const within = text.replace(WITHIN, "'");
  return FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${within}` : within;
}

/** The exact text that `neutralisedCell` was given. */
export function originalCell(text: string): string {
  const within = text.replace(NEUTRALISED_WITHIN, '');
  return text.startsWith("'") && FORMULA.test(text) ? within.slice(1) : within;
}
