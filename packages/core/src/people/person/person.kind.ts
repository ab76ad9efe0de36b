import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PERSON = kind("person", "per", {
  path: "/persons",
  load: () => import("./person.entity.ts"),
  shape: 8,
  display: { menu: "people", icon: "user-round" },
});
export const CANDIDATE = kind("candidate", "dup", {
  path: "/persons/duplicates",
  load: () => import("./person.entity.ts"),
  shape: 2,
  display: { label: "Duplicate", menu: "people", icon: "copy", title: "{person_name}, {other_person_name}" },
});
export const CONTACT_POINT = kind("contact_point", "cpt");
export const ADDRESS = kind("address", "adr");
export const MERGE = kind("merge", "mrg", { load: () => import("./person.entity.ts") });
export const JOURNEY = kind("journey", "jny", {
  path: "/journey",
  load: () => import("./journey.entity.ts"),
  display: { label: "Journey entry", icon: "route", title: "{stage}" },
});

export const personGrants = declarePermissions(
  "person",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    delete: leaders,
    merge: [...leaders, "SALES_REP", "SUPPORT_AGENT"],
    sensitive: ["ADMIN", "DIRECTOR"],
    /** The right to mark a contact point as verified by hand. */
    vouch: leaders,
  },
  { checkedByVerbs: ["vouch"] },
);
export const journeyGrants = declarePermissions("journey", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
