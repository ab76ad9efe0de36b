import type { FilterExpression } from "../../storage/read/where-clause.ts";

/**
 * What the workflows of a tenant watch of the changes of records. Publication compiles a workflow to watches; the stream compares each change only
 * with the watches of its kind, its events and its changed fields. Pure.
 */

/**
 * Why a change matters: it enrolls the record, plans an enrollment by a date, ends an enrollment, ends a wait, or runs a postponed step again.
 */
type WatchAct = "enroll" | "plan" | "exit" | "wake" | "retry";

export interface Watch {
  readonly act: WatchAct;
  readonly workflow_id: string;
  readonly version: number;
  /** The step that waits, for `wake`. */
  readonly step_id?: string;
  /** Changes before this instant do not count. */
  readonly from: string;
  /** Changes at this instant and later ones do not count. */
  readonly to?: string;
  /** Types of event that match, such as `lead.created`. */
  readonly events?: readonly string[];
  /** Fields whose change matches. */
  readonly fields?: readonly string[];
  /** What must hold before the change, and after it. */
  readonly before?: FilterExpression;
  readonly after?: FilterExpression;
  /** What must not hold after the change. */
  readonly unless?: FilterExpression;
  /** Whether `after` must not have held before the change. */
  readonly becomes?: true;
  /** The field whose value must have moved in this direction of the display order. */
  readonly moved?: { readonly field: string; readonly direction: "forward" | "backward" };
}

/** Whether a watch concerns the enrollments of its version. It lasts longer than the version enrolls records. */
export const isLasting = ({ act }: Pick<Watch, "act">): boolean => act === "exit" || act === "wake" || act === "retry";

/** The display order of the values of a field, by id. */
export type FieldOrders = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The watches of one kind, by event and by field. */
export interface WatchIndex {
  readonly byEvent: ReadonlyMap<string, readonly Watch[]>;
  readonly byField: ReadonlyMap<string, readonly Watch[]>;
  /** Fields whose display order decides. */
  readonly orderedFields: readonly string[];
}

export function buildWatchIndex(watches: readonly Watch[]): WatchIndex {
  const collect = (names: (watch: Watch) => readonly string[]): Map<string, Watch[]> => {
    const found = new Map<string, Watch[]>();
    for (const watch of watches) for (const name of names(watch)) found.set(name, [...(found.get(name) ?? []), watch]);
    return found;
  };
  const orderedFields = [...new Set(watches.flatMap(({ moved }) => moved?.field ?? []))];
  return { byEvent: collect(({ events = [] }) => events), byField: collect(({ fields = [] }) => fields), orderedFields };
}

/** A change of a record as watches see it. Conditions have read its custom fields. */
interface WatchedChange<R> {
  readonly types: readonly string[];
  readonly changed: readonly string[];
  readonly at: string;
  readonly before: R | undefined;
  readonly after: R;
  readonly orders: FieldOrders;
}

type Matches<R> = (record: R, condition: FilterExpression) => boolean;

/** Returns the watches that a change matches. Compares only with those of its events and its changed fields. */
export function findMatches<R>(index: WatchIndex, change: WatchedChange<R>, matches: Matches<R>): Watch[] {
  const candidates = new Set([
    ...change.types.flatMap((type) => index.byEvent.get(type) ?? []),
    ...(change.before === undefined ? [] : change.changed.flatMap((field) => index.byField.get(field) ?? [])),
  ]);
  return [...candidates].filter((watch) => isMatch(watch, change, matches));
}

function isMatch<R>(
  { from, to, before, after, unless, becomes, moved }: Watch,
  change: WatchedChange<R>,
  matches: Matches<R>,
): boolean {
  if (change.at < from || (to !== undefined && change.at >= to)) return false;
  if (before && !(change.before && matches(change.before, before))) return false;
  if (after && !matches(change.after, after)) return false;
  if (unless && matches(change.after, unless)) return false;
  if (moved && !hasMoved(moved, change)) return false;
  return !(becomes && after && change.before && matches(change.before, after));
}

function hasMoved<R>({ field, direction }: NonNullable<Watch["moved"]>, { before, after, orders }: WatchedChange<R>): boolean {
  const order = (record: R | undefined): number | undefined =>
    orders.get(field)?.get(String((record as Readonly<Record<string, unknown>> | undefined)?.[field]));
  const [from, to] = [order(before), order(after)];
  if (from === undefined || to === undefined) return false;
  return direction === "forward" ? to > from : to < from;
}

/** What an event tells its listener about a match. */
export type WatchMatch = Pick<Watch, "act" | "workflow_id" | "version"> & { step_id: string | undefined };

export const formatMatch = ({ act, workflow_id, version, step_id }: Watch): string =>
  [act, workflow_id, version, ...(step_id === undefined ? [] : [step_id])].join("/");

export function parseMatch(match: string): WatchMatch {
  const [act = "", workflow_id = "", version = "", step_id] = match.split("/");
  return { act: act as WatchAct, workflow_id, version: Number(version), step_id };
}
