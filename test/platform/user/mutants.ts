import { edit, type Mutant, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exports: private user fields are export columns for all users",
    at: "user.export#users.columns",
    change: edit(".filter(({ name }) => !User.listHiddenFields().includes(name))", ""),
    tests: "test/platform/export/export.test.ts",
  },
  {
    name: "assignment: an absence is processed repeatedly",
    at: "availability#proceed",
    change: edit("const seen = done && from !== undefined ? [from] : [];", "const seen: string[] = [];"),
    tests: "test/sales/assignment/absence.test.ts",
  },
  {
    name: "assignment: any user can set the availability of others",
    at: "availability#requireUser",
    change: replaceCall("hasPermission", 'hasPermission("availability:write")'),
    tests: "test/sales/assignment/assignment.test.ts",
  },
  {
    name: "meeting slots: an absence does not reduce the working time",
    at: "user/availability.rules#listWorkingIntervals",
    change: edit("mergeIntervals(away)", "[]"),
    tests: "test/people/activity/meeting-slots.test.ts",
  },
];
