import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { aboutPerson, basePersonalData, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { quote } from "../quote/quote.personal-data.ts";
import type { IssueRecord } from "./issue.entity.ts";
import { PROPOSAL } from "./proposal.kind.ts";

export const proposalIssue: PersonalData<IssueRecord, "signer"> = {
  purpose: "Keep the wording that a customer received.",
  subject: aboutPerson(reach("proposal_id", PROPOSAL)),
  others: { signer: aboutPerson(reach("quote.contact_id", CONTACT)) },
  fields: {
    proposal_id: "reference",
    round: "none",
    values: "free_text",
    letter: "location",
    quote: { ...basePersonalData, ...quote.fields },
  },
};
