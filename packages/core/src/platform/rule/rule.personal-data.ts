import type { PersonalData } from "../personal-data/declaration.ts";
import type { RuleRecord, RuleSetRecord } from "./rule.entity.ts";

export const ruleSet: PersonalData<RuleSetRecord> = {
  purpose: "Schedule versions of a decision rule.",
  subject: undefined,
  fields: {
    rule_kind: "none",
    last_number: "none",
    spans: "none",
    applied_id: "none",
    due_at: "none",
  },
};

export const rule: PersonalData<RuleRecord> = {
  purpose: "Decide scores, assignments and automation by the tenant's rules.",
  subject: undefined,
  fields: {
    rule_kind: "none",
    rule_set_id: "none",
    status: "none",
    number: "none",
    definition: "staff",
    note: "none",
    valid_from: "none",
    valid_to: "none",
    published_at: "none",
    published_by: "staff",
    based_on_id: "none",
  },
};
