import { constant, drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "segments: an evaluation ends after its first write",
    at: "segment/membership#computeStep",
    change: edit("return { unit, done: false };", "return { unit, done: true };"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "segments: a membership state overwrites a concurrent write",
    at: "segment/membership#stateAction",
    change: edit(
      '    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",\n    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),\n',
      "",
    ),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "segments: a completed membership step is not marked as done",
    at: "segment/membership#refreshMemberships",
    change: edit("{ ...step, done: true }", "step"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "segments: a record joins any number of segments in one step",
    at: "segment/membership#MAX_ENTRIES_PER_STEP",
    change: constant("1000"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "segments: members are not counted per owner",
    at: "segment/membership#computeStep",
    change: edit("[counterScope(set), counterScope(set, entry[2])]", "[counterScope(set)]"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "segments: deleted records stay members",
    at: "segment/membership#computeTargetEntries",
    change: edit("if (!record || record.deleted_at) return", "if (!record) return"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "segments: definitions stay cached after the build revision changes",
    at: "segment/segment-type#readDefinitions",
    change: edit("/${build.revision}`", "`"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "segments: the end of a day schedules no new run",
    at: "segment/build#computeNextRun",
    change: returns("null"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "segments: quintile bounds stay as first computed",
    at: "segment/build#computeQuintiles",
    change: edit("build.quintiles?.as_of === build.began_at", "build.quintiles"),
    tests: "test/engagement/segment/concurrent-evaluation.test.ts",
  },
  {
    name: "segments: a merge loses members added by hand",
    at: "segment/membership#loadMergedManualEntries",
    change: edit("...mergedIds.map((id) => entriesById.get(id))", "{}"),
    tests: "test/engagement/segment/segment.test.ts",
  },
  {
    name: "segments: equal values fall into different quintiles",
    at: "segment/quintile.rules#toFifth",
    change: edit("value >= bound", "value > bound"),
    tests: "test/engagement/segment/quintile.test.ts",
  },
  {
    name: "segments: a condition on a removed custom field still matches",
    at: "segment/custom-field-filter#withCurrentFields",
    change: edit("return NO_MATCH;", "return condition;"),
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
