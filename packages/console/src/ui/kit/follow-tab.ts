/** Scrolls a row of tabs until this one is in view, and nothing else. It keeps `edge` pixels from the ends of the row. */
function showTab(row: HTMLElement, selector: string, edge: number): void {
  const tab = row.querySelector(selector)?.getBoundingClientRect();
  if (!tab) return;
  const frame = row.getBoundingClientRect();
  row.scrollLeft += tab.left < frame.left + edge ? tab.left - frame.left - edge : Math.max(0, tab.right - frame.right + edge);
}

/** Keeps a tab of a row in view, also where fonts, words or fingers make the tabs wider later. Returns the function that ends this. */
export function followTab(row: HTMLElement | null, selector: string, edge = 0): (() => void) | undefined {
  if (!row) return undefined;
  const observer = new ResizeObserver(() => showTab(row, selector, edge));
  for (const tab of row.children) observer.observe(tab);
  showTab(row, selector, edge);
  return () => observer.disconnect();
}
