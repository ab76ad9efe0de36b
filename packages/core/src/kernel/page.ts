/** What `meta` of a list says. */
export interface PageMeta {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  next_cursor: string | null;
  /** Up to when the total and a search are complete. */
  as_of: string;
  total_is_lower_bound?: true;
  /** Of notifications: how many of the caller's are unread, whatever the list is asked for. */
  unread?: number;
  /** Of the feed: behind what to ask next, also where there is nothing more for now. */
  after?: string | null;
  /** Of calendars: when somebody is busy with what is private to others. */
  busy?: readonly BusySlot[];
}

export interface BusySlot {
  busy: true;
  start: string;
  end: string;
}

/** A list's answer: rows and what is to be known about them. */
export class Page<T> {
  readonly rows: readonly T[];
  readonly meta: PageMeta;

  constructor(rows: readonly T[], meta: PageMeta) {
    this.rows = rows;
    this.meta = meta;
  }
}
