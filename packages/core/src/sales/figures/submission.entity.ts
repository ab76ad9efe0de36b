import * as z from "zod";
import { amount, id, instant, month, text } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { FORECAST_SUBMISSION } from "./figures.kind.ts";

/** Fields of a submission that users send. */
export const inputFields = {
  commit: amount().describe("What is counted on"),
  best_case: amount().describe("What it may come to; not less"),
  note: text(2_000).nullish(),
};

export const Stored = z.object({
  period: month(),
  owner_id: id(USER),
  currency: z.string().describe("The tenant's, as it was when the owner, or else a leader, spoke first"),
  commit: amount().nullable().describe("null while the owner has said nothing"),
  best_case: amount().nullable(),
  note: text(2_000).nullable(),
  submitted_at: instant().nullable(),
  override_commit: amount().nullable().describe("What a leader says in its place; null while none has"),
  override_best_case: amount().nullable(),
  override_note: text(2_000).nullable(),
  overridden_by: id(USER).nullable(),
  overridden_at: instant().nullable(),
});

export type SubmissionRecord = z.output<typeof Stored> & BaseRecord;

export const Submissions = new Collection<SubmissionRecord>({
  kind: FORECAST_SUBMISSION,
  schema: Stored,
  row: [
    "period",
    "owner_id",
    "currency",
    "commit",
    "best_case",
    "note",
    "submitted_at",
    "override_commit",
    "override_best_case",
    "override_note",
    "overridden_by",
    "overridden_at",
  ],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_status: indexBy("period") },
  owner: "owner_id",
  filters: { period: { index: "by_status", field: "period" } },
  sensitivity: "confidential",
});
