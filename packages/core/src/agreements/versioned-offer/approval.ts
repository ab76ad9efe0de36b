import { Clock } from "../../kernel/clock.ts";
import type { Collection } from "../../storage/table/collection.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Approvable } from "../approval/approvable.ts";
import type { ApprovalNeed } from "../approval/approval-need.rules.ts";
import { createApprovable, requestSubmission } from "../approval/submission.ts";
import type { OfferRecord } from "./offer-fields.ts";

/** The approval of quotes and proposals: the submission and the outcome. */

type Submission<R extends OfferRecord, N extends ApprovalNeed> = Omit<Parameters<typeof requestSubmission<R, N>>[1], "name">;

/** Returns the fields of a submitted record, and adds the requests for approval to the transaction. Without a need it is APPROVED at once. */
export const buildSubmission = async <R extends OfferRecord, N extends ApprovalNeed>(
  tx: Transaction,
  submission: Submission<R, N>,
) => ({
  status: submission.need.level === null ? ("APPROVED" as const) : ("PENDING_APPROVAL" as const),
  status_changed_at: Clock.now(),
  ...(await requestSubmission(tx, { ...submission, name: submission.record.name })),
});

/** Creates the `Approvable` of a kind. After a rejection or an expiry the record is a DRAFT again. `settle` changes further fields. */
export const createOfferApprovable = <R extends OfferRecord>(
  collection: Collection<R>,
  settle: (record: R, isApproved: boolean) => R,
): Approvable =>
  createApprovable(
    collection,
    ({ status }) => status === "PENDING_APPROVAL",
    (offer, outcome) => ({
      ...settle(offer, outcome === "APPROVED"),
      status: outcome === "APPROVED" ? ("APPROVED" as const) : ("DRAFT" as const),
      status_changed_at: Clock.now(),
    }),
  );
