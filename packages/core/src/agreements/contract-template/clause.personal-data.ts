import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ClauseRecord, RevisionRecord } from "./clause.entity.ts";

export const contractClause: PersonalData<ClauseRecord> = {
  purpose: "Keep wording that contracts use.",
  subject: undefined,
  fields: {
    name: "none",
    key: "none",
    category: "none",
    is_active: "none",
    is_mandatory: "none",
    when: "none",
    texts: "none",
    revision: "none",
    revised_at: "none",
  },
};

export const contractClauseRevision: PersonalData<RevisionRecord> = {
  purpose: "Keep the wording of clauses that contracts were made from.",
  subject: undefined,
  fields: {
    name: "none",
    category: "none",
    is_mandatory: "none",
    when: "none",
    texts: "none",
    revision: "none",
    contract_clause_id: "none",
  },
};
