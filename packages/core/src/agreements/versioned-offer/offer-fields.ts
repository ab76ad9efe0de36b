import * as z from "zod";
import type { Kind } from "../../kernel/id.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { date, id, instant, text } from "../../kernel/schema.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import type { VersionedRecord } from "../../storage/write/version-series.ts";
import { isExpirable, type OfferStatus } from "./status.rules.ts";

/** What the stored records of quotes and proposals have in common. */

export const seriesFields = (kind: Kind) => ({
  version_number: personalData("relationship", z.number().int()),
  is_primary: z.boolean().describe("true: the latest version"),
  previous_version_id: id(kind).nullable(),
  series_id: id(kind).describe("Id of the first version, the same for all versions"),
  versions_made: z.number().int(),
});

export const answerFields = {
  sent_at: instant().nullable().describe("When it was last sent to the customer"),
  viewed_at: instant().nullable().describe("When the customer first viewed it"),
  presented_at: instant().nullable(),
  accepted_date: date().nullable(),
  rejected_date: date().nullable(),
  rejection_reason: text(2000).nullable(),
};

interface AnswerFields extends z.output<z.ZodObject<typeof answerFields>> {}

/** A quote or a proposal. */
export interface OfferRecord extends VersionedRecord, AnswerFields {
  name: string;
  owner_id: string | null;
  contact_id: string | null;
  status: OfferStatus;
  status_changed_at: string;
  expiration_date: string;
  expires_at: string;
  series_id: string;
  approval: object | null;
  approval_round: number;
  last_activity_date: string | null;
}

/** State of a new record or a new version. */
export const initialOfferState = {
  status: "DRAFT",
  version_number: 1,
  is_primary: true,
  previous_version_id: null,
  versions_made: 1,
  approval: null,
  approval_round: 0,
  sent_at: null,
  viewed_at: null,
  presented_at: null,
  accepted_date: null,
  rejected_date: null,
  rejection_reason: null,
  signed_by: null,
  signed_date: null,
  last_activity_date: null,
} as const satisfies Partial<OfferRecord> & { signed_by: null; signed_date: null };

export const offerClocks = {
  expiry: ({ status, expires_at }: OfferRecord) => (isExpirable(status) ? expires_at : null),
};

export const offerEvents = {
  status_changed: fieldChanged<OfferRecord>("status"),
  assigned: fieldChanged<OfferRecord>("owner_id"),
  approval_requested: changedTo<OfferRecord, "status">("status", "PENDING_APPROVAL"),
  // The approvers have decided, or the record no longer waits for them.
  approval_over: (after: OfferRecord, before: OfferRecord | undefined) =>
    before?.status === "PENDING_APPROVAL" && after.status !== "PENDING_APPROVAL",
  sent: changedTo<OfferRecord, "status">("status", "SENT"),
  viewed: changedTo<OfferRecord, "status">("status", "VIEWED"),
  accepted: changedTo<OfferRecord, "status">("status", "ACCEPTED"),
  rejected: changedTo<OfferRecord, "status">("status", "REJECTED"),
  expired: changedTo<OfferRecord, "status">("status", "EXPIRED"),
};
