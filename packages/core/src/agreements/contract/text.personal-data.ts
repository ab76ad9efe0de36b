import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { CONTRACT } from "./contract.kind.ts";
import type { TextRecord } from "./text.entity.ts";

export const contractText: PersonalData<TextRecord> = {
  purpose: "Keep the wording of a contract.",
  subject: aboutPerson(reach("contract_id", CONTRACT)),
  fields: {
    contract_id: "reference",
    terms: "free_text",
    template_id: "none",
    template_revision: "none",
    made: "free_text",
    written_at: "none",
  },
};
