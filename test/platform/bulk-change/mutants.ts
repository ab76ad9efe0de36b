import { edit, type Mutant, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "tags: a record that has lost one gets the other name of it",
    at: "bulk-change/actions#resolveChanges",
    change: edit("if (only_tagged && remainingTags.length === tags.length)", "if (only_tagged && tags.length < 0)"),
    tests: "test/platform/tag/rename.test.ts",
  },
  {
    name: "territories: an assigned territory is overwritten",
    at: "bulk-change/rule-decision#decideAction",
    change: edit("decision.before !== null && !overwrite", "false"),
    tests: "test/sales/territory/territory.test.ts",
  },
  {
    name: "bulk changes: a worker that was overtaken, or cancelled, goes on",
    at: "bulk-change/row-log#buildLockCheck",
    change: edit('"worker = :me"', '"worker = :me OR attribute_exists(pk)"'),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a cancellation leaves the gates open",
    at: "bulk-change/bulk-change#cancel",
    change: edit("tx.addStep(step)", "void step"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a worker begins with what was cancelled",
    at: "bulk-change/worker#acquireFences",
    change: edit(".requireUnchanged(record)", ""),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: rows that are done are done again",
    at: "bulk-change/row-log#listLoggedRows",
    change: returns("new Map()"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a row has no entry",
    at: "bulk-change/row#runAction",
    change: edit("[gate, RowLog.buildEntryStep(record.id, place, buildEntry(answer))]", "[gate]"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: what others write meanwhile is thought to be what was read",
    at: "bulk-change/row#withPrecondition",
    change: edit("precondition ? { precondition } : {}", "{}"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a dry run writes",
    at: "bulk-change/row#dryRun",
    change: returns("verb()"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: an undo reverts later changes",
    at: "bulk-change/undo#restoreValues",
    change: edit("isSo(name, marks[name])", "true"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: an undo restores a record deleted later",
    at: "bulk-change/undo#restoreRecord",
    change: edit("record.version === version", "true"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: an undo deletes a record changed later",
    at: "bulk-change/undo#removeRecord",
    change: edit("isSame ?", "true ?"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: what is one record's alone is set for all",
    at: "change-validation#listUniqueFields",
    change: returns("new Set()"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: what is sealed is set for all",
    at: "change-validation#validateChanges",
    change: edit("Object.hasOwn(sealing, top) || isSealed(shape[top] as z.ZodType)", "false"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: a worker continues without the permission",
    at: "changeable#requireRight",
    change: skip,
    tests: "test/platform/bulk-change/rights.test.ts",
  },
  {
    name: "bulk changes: any user can read those of others",
    at: "bulk-change/bulk-change#readOwn",
    change: edit('!hasRole("ADMIN")', "false"),
    tests: "test/platform/bulk-change/rights.test.ts",
  },
  {
    name: "bulk changes: results show what the caller does not see",
    at: "bulk-change/results#listResults",
    change: edit("seen.has(entry.id)", "true"),
    tests: "test/platform/bulk-change/rights.test.ts",
  },
];
