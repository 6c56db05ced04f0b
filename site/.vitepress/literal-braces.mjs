/** Vue reads `{{` in a page as the beginning of an expression. Our pages have none: their braces are text, as on GitHub. */
export function literalBraces(markdown) {
  const { rules } = markdown.renderer;
  for (const kind of ['text', 'code_inline']) {
    const render = rules[kind];
    rules[kind] = (...args) => render(...args).replaceAll('{', '&#123;');
  }
}
