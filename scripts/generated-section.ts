/** Replaces the text between a page's markers of a generated section. */
export function replaceSection(page: string, name: string, text: string): string {
  const [before, after] = [`<!-- generated: ${name} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(before), page.indexOf(after)];
  if (from < 0 || to < from) throw new Error(`The page has no markers of the generated section ${name}`);
  return page.slice(0, from + before.length) + text + page.slice(to);
}
