import type { JsonSchema } from "../../../api/step-schema.ts";
import { createStepId, type Step } from "./step-tree.ts";

/** The kinds of steps that a user can add, and what a new step has. */

/** The order in which a menu offers steps. Others follow. */
const ORDER = [
  "task",
  "send",
  "notify",
  "update",
  "assign",
  "create",
  "action",
  "convert",
  "add_to",
  "remove_from",
  "wait",
  "branch",
  "split",
  "approval",
  "ai",
  "webhook",
  "end",
];

export const listStepKinds = (schemas: ReadonlyMap<string, JsonSchema>): string[] =>
  [...schemas.keys()].sort((a, b) => findOrder(a) - findOrder(b));

const findOrder = (kind: string): number => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

/** What a new step has beside its id. */
const firstValues: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  update: { set: {} },
  create: { set: {} },
  task: { activity_type_id: "task", due_in: "1d" },
  send: { channel: "email", purpose: "service" },
  notify: { to: ["owner"] },
  wait: { for: "1d" },
  branch: { cases: [{ where: {}, steps: [] }], else: [] },
  approval: { to: "manager", rejected: [] },
  split: {
    ways: [
      { percent: 50, steps: [] },
      { percent: 50, steps: [] },
    ],
  },
};

export const createStep = (kind: string, taken: ReadonlySet<string>): Step => ({
  id: createStepId(kind, taken),
  do: kind,
  ...firstValues[kind],
});

/** Of these groups of inputs a step has only one. */
export const exclusiveInputs: Readonly<Record<string, readonly (readonly string[])[]>> = {
  wait: [["for", "until_working", "calendar_id"], ["until"], ["until_where", "timeout"], ["until_event", "timeout"]],
  add_to: [["segment_id"], ["list_id"], ["campaign_id"]],
  remove_from: [["segment_id"], ["list_id"], ["campaign_id"]],
};

/** What an input has when its group is chosen. */
export const firstInputs: Readonly<Record<string, unknown>> = {
  for: "1d",
  until: { date: "today", plus: "1d" },
  until_where: {},
  until_event: "",
  segment_id: "",
  list_id: "",
  campaign_id: "",
};
