// What spreadsheets may take for a formula (OWASP, "CSV Injection"), behind any number of apostrophes: with those in it,
// one more can always be told from those that were there.
const FORMULA = /^'*[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/u;

// A phone number is not changed: it computes nothing.
const SIGNED_NUMBER = /^[+-]\d+$/;

/** The cell as a spreadsheet shows it as text: with an apostrophe before what it would compute otherwise. */
export function neutralisedCell(text: string): string {
  return FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${text}` : text;
}

/** The exact text that `neutralisedCell` was given. */
export function originalCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
