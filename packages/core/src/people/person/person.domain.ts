import { domain } from "../../kernel/domain.ts";
import { ADDRESS, CANDIDATE, CONTACT_POINT, JOURNEY, journeyGrants, MERGE, PERSON, personGrants } from "./person.kind.ts";
import { BRANDS, MARKETING_CHANNELS, STORES } from "./person.masters.ts";

export const person = domain({
  name: "person",
  kinds: [PERSON, CANDIDATE, CONTACT_POINT, ADDRESS, MERGE, JOURNEY],
  layouts: { person: async () => (await import("./person.layout.ts")).person },
  grants: [personGrants, journeyGrants],
  authorities: {
    verification_link: { rights: "visitor", basis: "request" },
  },
  masters: [MARKETING_CHANNELS, STORES, BRANDS],
  rules: { person_match: async () => (await import("../identity/weight-learning.ts")).personMatchRule },
  changeHandlers: { person: async () => (await import("../identity/duplicate-detection.ts")).onPersonChanges },
  imports: { persons: async () => (await import("./person.import.ts")).persons },
  exports: {
    persons: { read: personGrants.read, load: async () => (await import("./person.export.ts")).persons },
    journey: { read: journeyGrants.read, load: async () => (await import("./journey.ts")).listDefinition },
    duplicates: { read: personGrants.read, load: async () => (await import("../identity/candidate.export.ts")).duplicates },
  },
  bulk: {
    person: { write: personGrants.write, remove: personGrants.delete, load: async () => (await import("./person.ts")).Person },
  },
  features: {
    custom_fields: [PERSON],
    search_paths: [PERSON],
    activities: [PERSON],
    notes: [PERSON],
    comments: [PERSON],
    attachments: [PERSON],
  },
});
