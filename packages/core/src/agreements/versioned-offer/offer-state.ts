import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { conflict } from "../../kernel/error.ts";
import { text } from "../../kernel/schema.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import type { Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import type { TransactionHook } from "../share-link/offerable.ts";
import type { OfferRecord } from "./offer-fields.ts";
import { isOffered, type OfferStatus, transitions } from "./status.rules.ts";

/** How the status of a quote or a proposal changes. */

export const withStatus = <R extends Pick<OfferRecord, "status" | "status_changed_at">>(record: R, status: OfferStatus): R => ({
  ...record,
  status,
  status_changed_at: Clock.now(),
});

/** Returns the record as a DRAFT again. */
export const reopen = <R extends OfferRecord>(record: R): R => ({
  ...record,
  status: "DRAFT",
  status_changed_at: requestTime(),
  approval: null,
});

/** Returns the instant at which the last day is over, in the tenant's time zone. */
export const toExpiryInstant = (day: string): string => endOfDay(useSettings().timezone, day);

/** The fields which say whether the customer can answer. */
type OfferState = Pick<
  OfferRecord,
  "status" | "status_changed_at" | "is_primary" | "expires_at" | "expiration_date" | "accepted_date" | "rejected_date"
>;

/** Throws unless the transition is allowed. A customer can only answer the latest version of what they were sent, before it expires. */
export function requireTransition(noun: string, record: OfferState, to: OfferStatus): void {
  const { status, expires_at } = record;
  const isAnswer = to === "ACCEPTED" || to === "REJECTED";
  if (!transitions[status].includes(to) || (isAnswer && !isOffered(status))) {
    const when = record.accepted_date ?? record.rejected_date;
    throw conflict(`The ${noun} is ${status}${when ? ` since ${when}` : ""} and cannot become ${to}`, [
      { field: "status", message: `Cannot change from ${status} to ${to}` },
    ]);
  }
  VersionSeries.requirePrimary(record);
  if (to !== "REJECTED" && expires_at <= Clock.now()) throw expiredRejection(record);
}

export const expiredRejection = ({ expiration_date }: Pick<OfferRecord, "expiration_date">): Error =>
  conflict(`Expired at the end of ${expiration_date}`, [{ field: "expiration_date", message: "Is in the past" }]);

export const applyRejection = <R extends OfferRecord>(record: R, rejection_reason: string): R => ({
  ...withStatus(record, "REJECTED"),
  rejected_date: today(),
  rejection_reason,
});

export const RejectInput = z.strictObject({ id: text(64), reason: text(2000).trim().min(1) });

/** Rejects a record for the customer. `addWrites` adds the evidence to the transaction. */
export const rejectOffer = <R extends OfferRecord>(
  collection: Collection<R>,
  { id, reason }: z.output<typeof RejectInput>,
  addWrites?: TransactionHook,
): Promise<R> =>
  Records.change(collection, id, async (current, tx) => {
    requireTransition(collection.name, current, "REJECTED");
    await addWrites?.(tx);
    return applyRejection(current, reason);
  });

/** Records that the customer has seen the record. */
export const recordView = <R extends OfferRecord>(collection: Collection<R>, id: string): Promise<R> =>
  Records.change(collection, id, (current) =>
    transitions[current.status].includes("VIEWED") ? { ...withStatus(current, "VIEWED"), viewed_at: Clock.now() } : current,
  );

/** Creates the listener for `expiry_due`, at the end of expiration_date in the tenant's time zone. A repeated or late call is safe. */
export const createExpiryListener = <R extends OfferRecord>(collection: Collection<R>) =>
  createClockListener((id, due_at) => Clocks.runDue(collection, id, "expiry", due_at, (record) => withStatus(record, "EXPIRED")));
