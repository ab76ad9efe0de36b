import type { Field, Kind, KindSummary, RecordData } from "../../api/kind.ts";
import { findPages, listKinds } from "../../api/page-manifest.ts";

/** Kinds whose records say what happened with another record, and the field with the instant of each. */
const instants: Readonly<Record<string, string>> = {
  activity: "created_at",
  note: "created_at",
  comment: "created_at",
  interaction: "interaction_date",
  message: "created_at",
};

/** The instant of the present status of a document, which stands in the timeline of the records that it belongs to. */
const findDocumentInstant = (kind: string): string | undefined => findPages(kind).record?.timelineInstant;

export const isDocument = (kind: string): boolean => findDocumentInstant(kind) !== undefined;

/** The kinds of the timeline. Their records are in no card of related records. */
export const isInTimeline = (kind: string): boolean => Object.hasOwn(instants, kind);

/** A list of what happened. */
export interface TimelineSource {
  readonly summary: KindSummary;
  /** Parameters of the list; `{id}` stands for the id of the record. */
  readonly filter: Readonly<Record<string, string>>;
  /** The fields of a document that its entry shows. */
  readonly card: readonly Field[];
}

/** Finds the lists that make the timeline of a kind: one for each kind that happens to its records. */
export function findTimelineSources({ related }: Pick<Kind, "related">, kinds: readonly KindSummary[]): TimelineSource[] {
  return [...Object.keys(instants), ...listKinds(({ record }) => record?.timelineInstant)].flatMap((name) => {
    const summary = kinds.find(({ kind }) => kind === name);
    const lists = related.filter(({ kind }) => kind === name);
    // Of several fields that name the record, the one that new records of the kind are given.
    const list = lists.find(({ preset }) => preset !== undefined) ?? lists[0];
    return summary && list ? [{ summary, filter: list.filter, card: (list.card ?? []) as Field[] }] : [];
  });
}

/** Whether the contact did what a record says: the user who recorded it, or owns it, gets no credit. */
export const isByContact = (kind: string, { direction }: RecordData): boolean =>
  kind === "interaction" && direction !== "OUTBOUND";

/** The instant by which the list of a kind is sorted. */
export const readListedInstant = (kind: string, row: RecordData): string =>
  String(row[instants[kind] ?? findDocumentInstant(kind) ?? "created_at"] ?? row.created_at);

/** The instant at which a record stands in the timeline: a meeting stands under the day on which it takes place. */
export const readInstant = (kind: string, row: RecordData): string =>
  kind === "activity" && typeof row.start_datetime === "string" ? row.start_datetime : readListedInstant(kind, row);

/** Whether an activity is still to come. */
export const isPlanned = (kind: string, row: RecordData, now: string): boolean =>
  kind === "activity" && row.is_completed === false && row.status !== "CANCELLED" && readInstant(kind, row) > now;
