import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { SubmissionRecord } from "./submission.entity.ts";

export const forecastSubmission: PersonalData<SubmissionRecord> = {
  purpose: "Plan revenue by the estimates of users.",
  subject: aboutUser(reach("owner_id", USER)),
  fields: {
    period: "employment",
    owner_id: "staff",
    currency: "employment",
    commit: "employment",
    best_case: "employment",
    note: "free_text",
    submitted_at: "employment",
    override_commit: "employment",
    override_best_case: "employment",
    override_note: "free_text",
    overridden_by: "staff",
    overridden_at: "employment",
  },
};
