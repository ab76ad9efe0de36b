import { chooseProgress, hasEnded, isFilled, matchStepIds, viewProgress } from "@crm/core/engagement/playbook/playbook.rules.ts";
import { expect, it } from "vitest";

const DONE_AT = "2026-03-10T09:00:00.000Z";

const state = (name: string, completed_at: string | null = DONE_AT) => ({
  ...{ name, completed_at, completed_by: completed_at && "usr_1", task_id: null },
});
const step = (id: string, required_fields: string[] = []) => ({ id, name: id, text: null, task: null, required_fields });

it.each([
  [
    [{ id: "s1", name: "New name" }, { name: "B" }],
    ["s1", "s2"],
  ],
  [
    [{ name: "B" }, { name: "B" }, { name: "C" }],
    ["s2", null, null],
  ],
  [
    [{ name: "A" }, { id: "s1", name: "X" }],
    [null, "s1"],
  ],
])("keeps the ids of present steps: %j", (steps, ids) => {
  const current = [
    { id: "s1", name: "A" },
    { id: "s2", name: "B" },
  ];
  expect(matchStepIds(steps, current)).toEqual(ids);
});

it.each([
  [null, false],
  [undefined, false],
  ["", false],
  [" ", false],
  [[], false],
  [{}, false],
  [0, true],
  [false, true],
  ["x", true],
  [["x"], true],
])("says whether a value is filled: %j", (value, filled) => {
  expect(isFilled(value)).toBe(filled);
});

it.each([
  ["an open record", {}, null, false],
  ["a converted lead", { is_converted: true }, null, true],
  ["a closed opportunity", { is_closed: true }, null, true],
  ["a closed opportunity in the stage of the playbook", { is_closed: true }, "mst_won", false],
])("ends for %s: %#", (_, record, stage_id, ended) => {
  expect(hasEnded(record, { stage_id })).toBe(ended);
});

const progress = (record_id: string, count: number, absorbed_ids: string[] = []) => ({
  ...{ record_id, absorbed_ids },
  steps: Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, state(`s${n}`)])),
});

it.each([
  ["none", undefined, [], undefined],
  ["the own", progress("own", 1), [], "own"],
  ["the own of equals", progress("own", 1), [progress("a", 1)], "own"],
  ["the further", progress("own", 1), [progress("a", 2)], "a"],
  ["the first of equals", undefined, [progress("a", 2), progress("b", 2)], "a"],
  ["the own, after it was taken over", progress("own", 1, ["a"]), [progress("a", 2)], "own"],
])("chooses the progress after a merge: %s", (_, own, merged, chosen) => {
  expect(chooseProgress(own, merged)?.record_id).toBe(chosen);
});

it("shows checked, missing, added and removed steps, and the next one", () => {
  const steps = [step("s1"), step("s2", ["amount", "close_date"]), step("s3")];
  const view = viewProgress(
    steps,
    { s1: state("s1"), s2: state("s2"), gone: state("gone"), s3: state("s3", null) },
    (field) => field === "amount",
  );
  expect(view.steps.map(({ id, is_checked, is_done, missing_fields }) => [id, is_checked, is_done, missing_fields])).toEqual([
    ["s1", true, true, []],
    ["s2", true, false, ["close_date"]],
    ["s3", false, false, []],
  ]);
  expect(view).toMatchObject({ done_count: 1, next_step_id: "s2", removed_steps: [{ id: "gone", completed_at: DONE_AT }] });
  expect(viewProgress([step("s1")], { s1: state("s1") }, () => true)).toMatchObject({ done_count: 1, next_step_id: null });
});
