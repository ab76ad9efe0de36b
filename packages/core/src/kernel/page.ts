/** The `meta` of a list. */
export interface PageMeta {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  next_cursor: string | null;
  /** The instant up to which the total and search results are complete. */
  as_of: string;
  total_is_lower_bound?: true;
  /** Set while a page has fewer rows than its limit because reading stopped before every candidate row was looked at. */
  is_complete?: false;
  /** With `is_complete`: the rows looked at so far, by all pages of the cursor. */
  searched?: number;
  /** Records before this instant are archived, and the list does not find them by this filter or order. The total counts them. */
  archived_before?: string;
  /** For notifications: the number of all the caller's unread ones; filters do not change it. */
  unread?: number;
  /** For the feed: the id after which to continue, also if there is nothing more for now. */
  after?: string | null;
  /** For calendars: busy times from activities that are private to other users. */
  busy?: readonly BusySlot[];
}

interface PageReading {
  /** The rows of the page. */
  rowCount: number;
  limit: number;
  /** The rows looked at so far, by all pages of the cursor. */
  searched: number;
  /** Whether candidate rows are left that were not looked at. */
  isStopped: boolean;
}

/** Returns what `meta` says about a page for which not every candidate row was looked at; nothing if the page is full or the last one. */
export const describeSearch = ({
  rowCount,
  limit,
  searched,
  isStopped,
}: PageReading): Pick<PageMeta, "is_complete" | "searched"> =>
  isStopped && rowCount < limit ? { is_complete: false, searched } : {};

export interface BusySlot {
  busy: true;
  start: string;
  end: string;
}

/** The result of a list: rows and metadata. */
export class Page<T> {
  readonly rows: readonly T[];
  readonly meta: PageMeta;

  constructor(rows: readonly T[], meta: PageMeta) {
    this.rows = rows;
    this.meta = meta;
  }
}
