import { constant, drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sets: an evaluation ends after its first write",
    at: "segment/membership#computeStep",
    change: edit("return { unit, done: false };", "return { unit, done: true };"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "sets: a standing is written over another's",
    at: "segment/membership#stateAction",
    change: edit(
      '    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",\n    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),\n',
      "",
    ),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "sets: what is said by hand is said until it is so",
    at: "segment/membership#refreshMemberships",
    change: edit("{ ...step, done: true }", "step"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "sets: a record comes into any number of sets in one step",
    at: "segment/membership#MAX_ENTRIES_PER_STEP",
    change: constant("1000"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "sets: members are not counted by their owners",
    at: "segment/membership#computeStep",
    change: edit("[counterScope(set), counterScope(set, entry[2])]", "[counterScope(set)]"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "sets: deleted records stay members",
    at: "segment/membership#computeTargetEntries",
    change: edit("if (!record || record.deleted_at) return", "if (!record) return"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "sets: what decides is what was read once",
    at: "segment/segment-type#readDefinitions",
    change: edit("/${build.revision}`", "`"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "sets: a day that is over moves nothing",
    at: "segment/build#computeNextRun",
    change: returns("null"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "sets: the bounds of fifths stay as they were found first",
    at: "segment/build#computeQuintiles",
    change: edit("build.quintiles?.as_of === build.began_at", "build.quintiles"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "sets: a merge loses members added by hand",
    at: "segment/membership#loadMergedManualEntries",
    change: edit("...mergedIds.map((id) => entriesById.get(id))", "{}"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "sets: values that are equal are in several fifths",
    at: "segment/quintile.rules#toFifth",
    change: edit("value >= bound", "value > bound"),
    tests: "test/engagement/segment/quintile.test.ts",
  },
  {
    name: "segments: a condition on what is gone holds",
    at: "segment/custom-field-filter#withCurrentFields",
    change: edit(": NO_MATCH", ": condition"),
    tests: "test/engagement/segment/custom-field-filter.test.ts",
  },
  {
    name: "segments: a redefined custom field triggers no rebuild",
    at: "segment/listeners#onFieldRedefined",
    change: drop("requestRebuild"),
    tests: "test/engagement/segment/custom-field-filter.test.ts",
  },
  {
    name: "imports: a revert removes members from before the import",
    at: "segment/sets#createSetOperations/leave",
    change: edit("added === addedAt", "added"),
    tests: "test/platform/import/contact-list.test.ts",
  },
  {
    name: "imports: a hidden record joins the list",
    at: "segment/sets#createSetOperations/join",
    change: edit("await Visibility.filterVisible(members, records)", "records"),
    tests: "test/platform/import/contact-list.test.ts",
  },
];
