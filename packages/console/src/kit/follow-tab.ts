/** Scrolls a row of tabs until this one is in view, and nothing else. */
function showTab(row: HTMLElement, selector: string): void {
  const tab = row.querySelector(selector)?.getBoundingClientRect();
  if (!tab) return;
  const frame = row.getBoundingClientRect();
  row.scrollLeft += tab.left < frame.left ? tab.left - frame.left : Math.max(0, tab.right - frame.right);
}

/** Keeps a tab of a row in view, also where fonts, words or fingers make the tabs wider later. Returns the function that ends this. */
export function followTab(row: HTMLElement | null, selector: string): (() => void) | undefined {
  if (!row) return undefined;
  const observer = new ResizeObserver(() => showTab(row, selector));
  for (const tab of row.children) observer.observe(tab);
  showTab(row, selector);
  return () => observer.disconnect();
}
