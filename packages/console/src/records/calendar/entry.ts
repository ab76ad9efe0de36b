import type { RefObject } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import type { Reader } from "../../ui/i18n/time.ts";
import type { CalendarEntry } from "./calendar-entries.ts";
import type { EntryChange } from "./use-calendar-entries.ts";

/** An entry that stands for a record. */
export type RecordEntry = CalendarEntry<ConsoleRecord>;

/** What all entries of a calendar need. */
export interface EntryContext {
  readonly kind: Kind;
  readonly reader: Reader;
  readonly canChange: (entry: RecordEntry) => boolean;
  readonly onChange: (entry: RecordEntry, change: EntryChange) => void;
  /** The id of the entry that the keyboard has moved, until the element at its new place has the focus. */
  readonly moved: RefObject<string | undefined>;
}
