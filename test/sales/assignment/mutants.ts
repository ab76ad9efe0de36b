import { constant, edit, type Mutant, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "assignment: a process ignores its own assignments until they are counted",
    at: "loads#Load.reserve",
    change: replaceCall("push", "void Clock"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: a counted assignment is counted again as a reservation",
    at: "loads#Load.reconcile",
    change: replaceCall("slice", "reservations"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: every request starts with the first user in the rotation",
    at: "assigner#readEntryUsers/turn",
    change: constant("0 * Number([advanceSequence, hashTexts, count].length)"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "assignment: the load of one record kind counts for another",
    at: "assigner#readEntryUsers",
    change: edit("Loads.readLoads(load, ids)", 'Loads.readLoads({ ...load, kind: "customer", count: "live" }, ids)'),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "assignment: every retry chooses the owner again",
    at: "new-owner#createOwnerChooser",
    change: edit("chosenOwner ??= ", "chosenOwner = "),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "assignment: a dry run consumes turns and capacity",
    at: "bulk-assignment#assignmentRuleFor",
    change: edit("isRehearsal: true", "isRehearsal: false"),
    tests: "test/sales/assignment/assignment.test.ts",
  },
];
