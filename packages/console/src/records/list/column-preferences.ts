interface StoredColumn {
  readonly name: string;
  readonly width?: number | null;
}
type StoredLists = Readonly<Record<string, readonly StoredColumn[]>>;

interface ColumnSources {
  readonly stored: StoredLists;
  readonly kind: string;
  readonly layout: readonly string[];
  /** The fields of the title, which every list shows. */
  readonly titleFields: readonly string[];
}

/**
 * The columns of a list: those of its address or view, or those that the user chose for the kind, or those of the layout. A choice that has nothing but
 * the title tells no records apart, so it does not count.
 */
export function chooseColumns(
  shown: readonly string[] | undefined,
  view: string | undefined,
  { stored, kind, layout, titleFields }: ColumnSources,
): readonly string[] {
  const names = stored[kind]?.map(({ name }) => name);
  const own = names?.some((name) => !titleFields.includes(name)) ? names : undefined;
  return shown ?? (view === undefined ? own : undefined) ?? layout;
}

/** The widths that a user gave the columns of a list. A view that has none takes those of its kind. */
export function readWidths(stored: StoredLists, kind: string, view: string | undefined): Readonly<Record<string, number>> {
  const lists = [stored[kind] ?? [], view === undefined ? [] : (stored[view] ?? [])];
  return Object.fromEntries(lists.flat().flatMap(({ name, width }) => (width ? [[name, width]] : [])));
}

const MIN_WIDTH = 20;
const MAX_WIDTH = 2000;

/** Returns columns as preferences store them. */
export const toStoredColumns = (names: readonly string[], widths: Readonly<Record<string, number>>) =>
  names.map((name) => {
    const width = widths[name];
    return {
      name,
      ...(width === undefined ? {} : { width: Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.round(width))) }),
      frozen: false,
    };
  });
