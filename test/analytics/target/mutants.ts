import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "targets: a manager sets the target of a user of another team",
    at: "target/target#requireWritableScope",
    change: never("!visible.has"),
    tests: "test/analytics/target/targets.test.ts",
  },
  {
    name: "targets: a manager sets the target of the organization",
    at: "target/target#requireWritableScope",
    change: edit("if (team_id === null)\n    throw", "if (team_id === null) return;\n  if (team_id === undefined) throw"),
    tests: "test/analytics/target/targets.test.ts",
  },
  {
    name: "targets: a user reads the targets of users whom they do not see",
    at: "target/target-sheet#TargetSheet.load",
    change: edit('user_id === null || visible === "all" || visible.has(user_id)', "true as boolean"),
    tests: "test/analytics/target/targets.test.ts",
  },
  {
    name: "targets: a reader who sees a part of a team gets the target of the team",
    at: "target/target-sheet#TargetSheet.#teamScope",
    change: edit("id: isWhole ? team : undefined", "id: team"),
    tests: "test/analytics/target/targets.test.ts",
  },
  {
    name: "targets: the own target of a period is added to those of its parts",
    at: "target/roll-up.rules#rollUp",
    change: edit("if (own) return [own];", ""),
    tests: "test/analytics/target/roll-up.test.ts",
  },
  {
    name: "targets: rates of users add up to that of their team",
    at: "target/roll-up.rules#rollUp",
    change: edit("adds.owners ?", "adds ?"),
    tests: "test/analytics/target/roll-up.test.ts",
  },
  {
    name: "targets: values of now add up over months",
    at: "target/roll-up.rules#rollUp",
    change: edit("adds.periods && ", ""),
    tests: "test/analytics/target/roll-up.test.ts",
  },
  {
    name: "targets: a target of 0 has a percentage",
    at: "target/attainment.rules#computeAttainment",
    change: edit("Money.isZero(whole) ? null :", ""),
    tests: "test/analytics/target/roll-up.test.ts",
  },
  {
    name: "targets: the gap is value minus target",
    at: "target/attainment.rules#computeAttainment",
    change: edit("Money.subtract(whole, reached)", "Money.subtract(reached, whole)"),
    tests: "test/analytics/target/roll-up.test.ts test/analytics/target/targets.test.ts",
  },
  {
    name: "targets: a quarter begins a month late",
    at: "target/target-period.rules#findFirstDay",
    change: edit("* 3 - 2", "* 3 - 1"),
    tests: "test/analytics/target/roll-up.test.ts",
  },
];
