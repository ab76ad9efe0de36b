import { subtractAmounts } from "./forecast-rules.ts";

/** What changed of opportunities since a day, from their histories (docs/sales/opportunities.md, "History"). */

interface DealState {
  readonly stage_id: string;
  readonly amount: string | null;
  readonly currency: string;
  readonly close_date: string | null;
}

/** An entry of the history of an opportunity. */
export interface HistoryEntry {
  readonly opportunity_id: string;
  readonly move: string;
  readonly before: DealState | null;
  readonly after: DealState;
  readonly changed_at: string;
}

export const changeKinds = ["new", "won", "lost", "moved", "amount", "date"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface DealChange {
  readonly kind: ChangeKind;
  readonly before: string | null;
  readonly after: string | null;
  /** Of amounts of one currency: after − before. */
  readonly difference?: string;
}

/** Whether a deal should have closed in a month (`2026-12`) before the first change of the days, or should after the last one. */
export function concernsMonth(history: readonly HistoryEntry[], since: string, month: string): boolean {
  const entries = history.filter(({ changed_at }) => changed_at >= since).sort((a, b) => (a.changed_at < b.changed_at ? -1 : 1));
  const states = [entries[0]?.before ?? undefined, entries.at(-1)?.after];
  return states.some((state) => state?.close_date?.startsWith(month));
}

/**
 * Returns what changed between the first and the last state of the days. Changes that were taken back are none. An opportunity that was created and won in
 * these days is both.
 */
export function listDealChanges(history: readonly HistoryEntry[], since: string): DealChange[] {
  const entries = history.filter(({ changed_at }) => changed_at >= since).sort((a, b) => (a.changed_at < b.changed_at ? -1 : 1));
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return [];
  const { after } = last;
  const ends = entries.filter(({ move }) => ["WON", "LOST", "REOPENED"].includes(move)).at(-1)?.move;
  const isNew = first.move === "CREATED";
  const before = first.before ?? first.after;
  const changes: DealChange[] = [];
  if (isNew) changes.push({ kind: "new", before: null, after: after.amount });
  if (ends === "WON") changes.push({ kind: "won", before: null, after: after.amount });
  if (ends === "LOST") changes.push({ kind: "lost", before: before.amount, after: null });
  if (isNew) return changes;
  if (ends !== "WON" && ends !== "LOST" && before.stage_id !== after.stage_id)
    changes.push({ kind: "moved", before: before.stage_id, after: after.stage_id });
  if (before.amount !== after.amount || before.currency !== after.currency)
    changes.push({
      kind: "amount",
      before: before.amount,
      after: after.amount,
      ...(before.currency === after.currency ? { difference: subtractAmounts(after.amount ?? "0", before.amount ?? "0") } : {}),
    });
  if (before.close_date !== after.close_date) changes.push({ kind: "date", before: before.close_date, after: after.close_date });
  return changes;
}
