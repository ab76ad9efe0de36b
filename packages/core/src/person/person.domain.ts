import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { BRANDS, MARKETING_CHANNELS, STORES } from "./person.masters.ts";

export const PERSON = kind("person", "per", {
  path: "/persons",
  load: () => import("./person.entity.ts"),
  shown: { icon: "user-round" },
});
export const CANDIDATE = kind("candidate", "dup", {
  path: "/persons/duplicates",
  load: () => import("./person.entity.ts"),
  shown: { icon: "copy", title: "{person_name}, {other_person_name}" },
});
export const CONTACT_POINT = kind("contact_point", "cpt");
export const ADDRESS = kind("address", "adr");
export const MERGE = kind("merge", "mrg", { load: () => import("./person.entity.ts") });
export const JOURNEY = kind("journey", "jny", {
  path: "/journey",
  load: () => import("./journey.entity.ts"),
  shown: { icon: "route", title: "{stage}" },
});

export const personGrants = grants(
  "person",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    delete: leaders,
    merge: [...leaders, "SALES_REP", "SUPPORT_AGENT"],
    sensitive: ["ADMIN", "DIRECTOR"],
    /** Says by hand that a contact point is verified. */
    vouch: leaders,
  },
  { asked: ["vouch"] },
);
export const journeyGrants = grants("journey", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const person = domain({
  name: "person",
  kinds: [PERSON, CANDIDATE, CONTACT_POINT, ADDRESS, MERGE, JOURNEY],
  grants: [personGrants, journeyGrants],
  masters: [MARKETING_CHANNELS, STORES, BRANDS],
  rules: { person_match: async () => (await import("./learning.ts")).personMatchRule },
  follows: { person: async () => (await import("./duplicates.ts")).keepBlocks },
  imports: { persons: async () => (await import("./person.import.ts")).persons },
  exports: {
    persons: async () => (await import("./person.export.ts")).persons,
    journey: async () => (await import("./journey.export.ts")).journey,
    duplicates: async () => (await import("./candidate.export.ts")).duplicates,
  },
  bulk: {
    person: { write: personGrants.write, remove: personGrants.delete, load: async () => (await import("./person.ts")).Person },
  },
  takes: { custom_fields: [PERSON], search_paths: [PERSON], activities: [PERSON], notes: [PERSON], attachments: [PERSON] },
});
