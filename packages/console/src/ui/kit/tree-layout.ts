/** A tree as the rows that are visible, each after the one above it. */
export interface TreeEntry {
  readonly id: string;
  /** From 1. */
  readonly level: number;
  /** From 1, among the entries with the same parent, and how many they are. */
  readonly place: number;
  readonly count: number;
  /** Undefined: nothing is below it. */
  readonly isExpanded: boolean | undefined;
}

/** Sizes in pixels. */
export interface TreeSizes {
  readonly width: number;
  readonly height: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

interface TreePlace {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** The line from an entry to one below it: along, down and along again. */
interface TreeLine {
  readonly id: string;
  readonly path: string;
}

interface TreeLayout {
  readonly places: readonly TreePlace[];
  readonly lines: readonly TreeLine[];
  readonly width: number;
  readonly height: number;
}

/**
 * Places the entries of a tree: a column for each level, and a row for each entry with nothing below it. An entry stands beside the first one below it, so a
 * long branch does not move it out of sight.
 */
export function layoutTree(entries: readonly TreeEntry[], { width, height, columnGap, rowGap }: TreeSizes): TreeLayout {
  const places: TreePlace[] = [];
  const lines: TreeLine[] = [];
  /** The last entry of each level. */
  const last: TreePlace[] = [];
  let [row, columns] = [-1, 0];
  let before = 0;
  for (const { id, level } of entries) {
    if (level <= before || row < 0) row++;
    const place = { id, x: (level - 1) * (width + columnGap), y: row * (height + rowGap) };
    const parent = last[level - 2];
    if (parent) {
      const [start, middle] = [parent.x + width, parent.x + width + columnGap / 2];
      const [from, to] = [parent.y + height / 2, place.y + height / 2];
      lines.push({ id, path: from === to ? `M${start} ${from}H${place.x}` : `M${middle} ${from}V${to}H${place.x}` });
    }
    places.push(place);
    last[level - 1] = place;
    last.length = level;
    before = level;
    columns = Math.max(columns, level);
  }
  return {
    places,
    lines,
    width: Math.max(0, columns * (width + columnGap) - columnGap),
    height: Math.max(0, (row + 1) * (height + rowGap) - rowGap),
  };
}

/** What a key does in a tree: another entry has the focus, or an entry opens or closes. */
type TreeStep = { readonly focus: string } | { readonly toggle: string };

/** Finds what a key does, as in the trees of operating systems. In languages from right to left the arrows to the sides change their meaning. */
export function findTreeStep(
  entries: readonly TreeEntry[],
  focused: string,
  key: string,
  { isRightToLeft = false }: { readonly isRightToLeft?: boolean } = {},
): TreeStep | undefined {
  const index = entries.findIndex(({ id }) => id === focused);
  const entry = entries[index];
  if (!entry) return undefined;
  const focus = (target: TreeEntry | undefined): TreeStep | undefined => (target ? { focus: target.id } : undefined);
  if (key === "ArrowDown") return focus(entries[index + 1]);
  if (key === "ArrowUp") return focus(entries[index - 1]);
  if (key === "Home") return focus(entries[0]);
  if (key === "End") return focus(entries.at(-1));
  if (key !== "ArrowRight" && key !== "ArrowLeft") return undefined;
  if ((key === "ArrowRight") !== isRightToLeft) {
    if (entry.isExpanded === false) return { toggle: entry.id };
    const next = entries[index + 1];
    return entry.isExpanded && next && next.level > entry.level ? focus(next) : undefined;
  }
  if (entry.isExpanded) return { toggle: entry.id };
  return focus(entries.slice(0, index).findLast(({ level }) => level < entry.level));
}
