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
  /** Records before this instant are archived, and the list does not find them by this filter or order. The total counts them. */
  archived_before?: string;
  /** For notifications: the number of all the caller's unread ones; filters do not change it. */
  unread?: number;
  /** For the feed: the id after which to continue, also if there is nothing more for now. */
  after?: string | null;
  /** For calendars: busy times from activities that are private to other users. */
  busy?: readonly BusySlot[];
}

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
