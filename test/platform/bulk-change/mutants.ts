import { edit, type Mutant, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "tags: a rename adds the new tag to a record that has lost the old tag",
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
    name: "bulk changes: a worker continues after a takeover or a cancellation",
    at: "bulk-change/row-log#buildLockCheck",
    change: edit('"worker = :me"', '"worker = :me OR attribute_exists(pk)"'),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a cancellation does not revoke the worker locks",
    at: "bulk-change/bulk-change#cancel",
    change: edit("tx.addStep(step)", "void step"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a worker starts a cancelled bulk change",
    at: "bulk-change/worker#acquireFences",
    change: edit(".requireUnchanged(record)", ""),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: completed rows are processed again",
    at: "bulk-change/row-log#listLoggedRows",
    change: returns("new Map()"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a processed row gets no log entry",
    at: "bulk-change/row#runAction",
    change: edit("[gate, RowLog.buildEntryStep(record.id, place, buildEntry(answer))]", "[gate]"),
    tests: "test/platform/bulk-change/row-idempotency.test.ts",
  },
  {
    name: "bulk changes: a concurrent write after the read goes undetected",
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
    name: "bulk changes: a unique field can be set to one value for all records",
    at: "change-validation#listUniqueFields",
    change: returns("new Set()"),
    tests: "test/platform/bulk-change/bulk-change.test.ts",
  },
  {
    name: "bulk changes: a sealed field can be set for all records",
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
    name: "bulk changes: any user can read the bulk changes of other users",
    at: "bulk-change/bulk-change#readOwn",
    change: edit('!hasRole("ADMIN")', "false"),
    tests: "test/platform/bulk-change/rights.test.ts",
  },
  {
    name: "bulk changes: results show records that the caller cannot see",
    at: "bulk-change/results#listResults",
    change: edit("seen.has(entry.id)", "true"),
    tests: "test/platform/bulk-change/rights.test.ts",
  },
];
