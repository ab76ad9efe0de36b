/** How far a list with a filter that no index serves has looked at the records. The rules need no browser. */

export interface SearchedPage {
  readonly data: readonly unknown[];
  readonly meta: {
    readonly limit?: number;
    readonly total?: number;
    readonly total_is_lower_bound?: boolean | undefined;
    readonly is_complete?: boolean | undefined;
    readonly searched?: number | undefined;
    readonly next_cursor?: string | null | undefined;
  };
}

export interface SearchState {
  /** Whether records are left that were not looked at, so that there may be more rows than these. */
  readonly isIncomplete: boolean;
  /** Whether records are left that no further page looks at. */
  readonly isCut: boolean;
  /** Whether the next page is read without a request of the user: the present rows do not fill a page yet. */
  readonly mustContinue: boolean;
  /** Whether the rows fill a page, so that the user decides when the search goes on. */
  readonly isFilled: boolean;
  readonly searched: number;
}

const nothingSearched: SearchState = { isIncomplete: false, isCut: false, mustContinue: false, isFilled: false, searched: 0 };

/** Returns how far the pages of a list have come. */
export function readSearchState(pages: readonly SearchedPage[]): SearchState {
  const last = pages.at(-1);
  if (last?.meta.is_complete !== false) return nothingSearched;
  const isCut = !last.meta.next_cursor;
  // The rows of the short pages at the end make up pages too: one that they fill ends the search until the user scrolls.
  const firstShort = pages.findLastIndex(({ meta }) => meta.is_complete !== false) + 1;
  const found = pages.slice(firstShort).reduce((sum, { data }) => sum + data.length, 0);
  const limit = Math.max(1, last.meta.limit ?? 1);
  const isFilled = Math.floor(found / limit) > Math.floor((found - last.data.length) / limit);
  return { isIncomplete: true, isCut, mustContinue: !isCut && !isFilled, isFilled, searched: last.meta.searched ?? 0 };
}

export interface RowCount {
  readonly total: number;
  /** Whether there may be more. */
  readonly isLowerBound: boolean;
}

/** Returns how many rows a list has, as far as its pages tell. The counter of the API follows a write within moments. */
export function countRows(pages: readonly SearchedPage[]): RowCount {
  const shown = pages.reduce((sum, { data }) => sum + data.length, 0);
  const [first, last] = [pages[0], pages.at(-1)];
  if (!last?.meta.next_cursor) return { total: shown, isLowerBound: last?.meta.is_complete === false };
  const isLowerBound = first?.meta.total_is_lower_bound === true || last.meta.is_complete === false;
  return { total: Math.max(first?.meta.total ?? 0, shown), isLowerBound };
}
