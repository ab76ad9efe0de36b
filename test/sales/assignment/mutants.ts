import { constant, edit, type Mutant, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "assignment: what this process gave is seen once it is counted",
    at: "loads#Load.reserve",
    change: replaceCall("push", "void Clock"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: what was given counts twice once it is counted",
    at: "loads#Load.reconcile",
    change: replaceCall("slice", "reservations"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: every request begins with the first in turn",
    at: "assigner#readEntryUsers/turn",
    change: constant("0 * Number([advanceSequence, hashTexts, count].length)"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: one kind of record counts for another",
    at: "assigner#readEntryUsers",
    change: edit("Loads.readLoads(load, ids)", 'Loads.readLoads({ ...load, kind: "customer", count: "live" }, ids)'),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "assignment: the owner of a record is chosen again at each attempt",
    at: "new-owner#createOwnerChooser",
    change: edit("chosenOwner ??= ", "chosenOwner = "),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "assignment: a rehearsal takes turns and room",
    at: "bulk-assignment#assignmentRuleFor",
    change: edit("isRehearsal: true", "isRehearsal: false"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
];
