import { useShortcut } from "./use-shortcut.ts";

/** The cell of the page's grid that has the focus, or gets it first. */
const findCell = (): HTMLElement | null => document.querySelector('main [role="grid"] [data-column][tabindex="0"]');

/** Gives a key to the grid of the page, as if it had the focus. */
function pressInGrid(key: string): void {
  const cell = findCell();
  if (!cell) return;
  // The first key only shows where the user is.
  if (document.activeElement === cell) cell.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  else cell.focus();
}

/** The address of the record in the row with the focus. */
function findRowAddress(): string | undefined {
  const row = findCell()?.closest('[role="row"]');
  return row?.querySelector<HTMLAnchorElement>('a[href*="/view/"]')?.pathname;
}

/** The keys of lists. The grid knows them while it has the focus; from the rest of the page they lead into it. */
export function useGridShortcuts(open: (address: string) => void): void {
  useShortcut("next-row", () => pressInGrid("ArrowDown"));
  useShortcut("previous-row", () => pressInGrid("ArrowUp"));
  useShortcut("select-row", () => pressInGrid("x"));
  useShortcut("row-menu", () => pressInGrid("m"));
  useShortcut("edit", () => {
    const address = findRowAddress();
    if (address !== undefined) open(address.replace("/view/", "/edit/"));
  });
  useShortcut("filter", () => document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus());
}
