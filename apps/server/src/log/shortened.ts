const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `longest` characters as somebody sees them: a family of emoji or a letter with its accents is one. An ellipsis is one of
 * them where something was left out.
 */
export function shortened(text: string, longest: number): string {
  // No text has more characters than UTF-16 units.
  if (text.length <= longest) return text;
  let count = 0;
  let end = 0;
  for (const { index } of GRAPHEMES.segment(text)) {
    if (count === longest) return `${text.slice(0, end)}…`;
    end = index;
    count += 1;
  }
  return text;
}
