import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

const tests = "test/platform/profile/profile.test.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "profile: a record of a standalone kind is shown to a user who may not read it",
    at: "write/readable-records#findReadable",
    change: edit("!kind.isStandalone && ", ""),
    tests,
  },
  {
    name: "profile: each repeat of a visit is written",
    at: "profile/recent-records#visit",
    change: edit("ms - last.ms < REPEAT_SECONDS * 1000", "false"),
    tests,
  },
  {
    name: "profile: a visit of another tab is overwritten",
    at: "profile/recent-records#save",
    change: edit('"revision = :before"', '"attribute_exists(revision)"'),
    tests,
  },
  {
    name: "profile: a new order drops favorites that the user cannot see now",
    at: "profile/favorites#replace",
    change: edit("[...ids, ...hidden]", "[...ids]"),
    tests,
  },
  {
    name: "layouts: a layout names fields that the caller cannot see",
    at: "layout/layout.rules#resolveLayout",
    change: edit("names.filter((name) => known.has(name))", "[...names]"),
    tests: "test/platform/profile/layout.test.ts",
  },
];
