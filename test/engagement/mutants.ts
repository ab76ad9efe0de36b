import { drop, edit, type Mutant, never } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "segments: a limited contact becomes a member through another person's activity",
    at: "contact-list/contact-list#contactSets",
    change: edit("if (isLimited(contact)) return [];", ""),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "imports: the members who join a list are not recorded",
    at: "engagement/contact-list/contact-list.import#list.join",
    change: drop("saveJoined"),
    tests: "test/platform/import/contact-list.test.ts",
  },
  {
    name: "imports: a list with a filter accepts members from a file",
    at: "engagement/contact-list/contact-list.import#list.require",
    change: never("membership"),
    tests: "test/platform/import/contact-list.test.ts",
  },
];
