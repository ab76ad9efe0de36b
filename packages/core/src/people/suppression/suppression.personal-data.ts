import { aboutPerson, matchHash, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { PERSON } from "../person/person.kind.ts";
import type { SuppressionRecord } from "./suppression.entity.ts";

export const suppression: PersonalData<SuppressionRecord> = {
  purpose: "Send nothing to addresses that refuse it (Art. 21(3) GDPR).",
  subject: aboutPerson(matchHash("address_hash"), reach("holders[]", PERSON)),
  fields: {
    channel: "consent",
    reason: "consent",
    reasons: "consent",
    refuses: "consent",
    entries: "consent",
    subscription_types: "consent",
    address_hash: "identifier",
    holders: "reference",
  },
  retention: "Without limit, as a keyed hash without the address, because the refusal must outlast the profile.",
};
