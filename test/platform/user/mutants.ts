import { edit, type Mutant, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exports: private fields of users are columns for all",
    at: "user.export#users.columns",
    change: edit(".filter(({ name }) => !User.listHiddenFields().includes(name))", ""),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "assignment: an absence is seen to again and again",
    at: "availability#proceed",
    change: edit("const seen = done && from !== undefined ? [from] : [];", "const seen: string[] = [];"),
    tests: "test/sales/assignment/absence.test.ts",
  },
  {
    name: "assignment: any user sets the availability of others",
    at: "availability#requireUser",
    change: replaceCall("hasPermission", 'hasPermission("availability:write")'),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "slots: an absence takes no time",
    at: "user/availability.rules#listWorkingIntervals",
    change: edit("mergeIntervals(away)", "[]"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
];
