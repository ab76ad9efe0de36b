import { drop, edit, type Mutant, never } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sets: a contact that joined a stranger is a member by what they did",
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
    name: "imports: a list with a filter takes members of a file",
    at: "engagement/contact-list/contact-list.import#list.require",
    change: never("membership"),
    tests: "test/platform/import/contact-list.test.ts",
  },
];
