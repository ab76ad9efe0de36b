import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, id, instant, month, text } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { FORECAST_SUBMISSION } from "./figures.kind.ts";

/** Fields of a submission that users send. */
export const inputFields = {
  commit: amount().describe("The amount that is committed"),
  best_case: amount().describe("The best-case amount; must not be less than commit"),
  note: text(2_000).nullish(),
};

export const Stored = z.object({
  period: personalData("employment", month()),
  owner_id: id(USER),
  currency: personalData("employment", z.string().describe("The tenant's currency at the time of the first submission")),
  commit: personalData("employment", amount().nullable().describe("null until the owner submits")),
  best_case: personalData("employment", amount().nullable()),
  note: text(2_000).nullable(),
  submitted_at: personalData("employment", instant().nullable()),
  override_commit: personalData("employment", amount().nullable().describe("Override by a leader; null if there is none")),
  override_best_case: personalData("employment", amount().nullable()),
  override_note: text(2_000).nullable(),
  overridden_by: id(USER).nullable(),
  overridden_at: personalData("employment", instant().nullable()),
});

export type SubmissionRecord = z.output<typeof Stored> & BaseRecord;

export const Submissions = new Collection<SubmissionRecord>({
  kind: FORECAST_SUBMISSION,
  schema: Stored,
  personalData: { purpose: "Plan revenue by the estimates of users.", subject: aboutUser(reach("owner_id", USER)) },
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
