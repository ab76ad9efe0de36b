import { type JsonSchema, listSchemaInputs, readStepSchemas, readTriggerSchemas } from "@crm/console/api/step-schema.ts";
import { compareDefinitions, type Definition as DraftDefinition } from "@crm/console/pages/engagement/workflow/definition.ts";
import { describeDryRunStep } from "@crm/console/pages/engagement/workflow/dry-run-text.ts";
import { formatDuration, parseDuration, writeDuration } from "@crm/console/pages/engagement/workflow/duration.ts";
import { describeSchedule, parseSchedule, writeSchedule } from "@crm/console/pages/engagement/workflow/schedule.ts";
import { createStep, listStepKinds } from "@crm/console/pages/engagement/workflow/step-kinds.ts";
import {
  describeStep,
  describeTrigger,
  describeWay,
  type WorkflowNames,
} from "@crm/console/pages/engagement/workflow/step-text.ts";
import {
  canMoveStep,
  createStepId,
  duplicateStep,
  findPlacedStep,
  insertStep,
  listPlacedSteps,
  listStepErrors,
  moveStep,
  removeStep,
  type Step,
} from "@crm/console/pages/engagement/workflow/step-tree.ts";
import { findTargetKind, listTargets } from "@crm/console/pages/engagement/workflow/target-kind.ts";
import { toTemplateField } from "@crm/console/pages/engagement/workflow/template-field.ts";
import { readValueKind } from "@crm/console/pages/engagement/workflow/value-kinds.ts";
import { countEnrollments, type EnrollmentCounts } from "@crm/console/pages/engagement/workflow/workflow-figures.ts";
import { Definition } from "@crm/core/engagement/workflow/definition.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { partOf } from "../support/part-of.ts";

/** The rules of the workflow builder: the tree of steps, the inputs from the JSON Schema, and what the cards say. */

const step = (id: string, parts: Record<string, unknown> = {}): Step => ({ id, do: "task", ...parts });

const tree: Step[] = [
  step("a"),
  {
    id: "b",
    do: "branch",
    cases: [
      { where: {}, steps: [step("b1"), step("b2")] },
      { where: {}, steps: [] },
    ],
    else: [step("b3")],
  },
  {
    id: "s",
    do: "split",
    ways: [
      { percent: 50, steps: [] },
      { percent: 50, steps: [step("s1")] },
    ],
  },
];

const ids = (steps: readonly Step[]): string =>
  listPlacedSteps(steps)
    .map(({ step: { id } }) => id)
    .join(" ");
const paths = (steps: readonly Step[]): Record<string, string> =>
  Object.fromEntries(listPlacedSteps(steps).map(({ step: { id }, path }) => [id, path]));

/** Writes a message with its values, as far as the tests need it. */
const write = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const names: WorkflowNames = {
  t: write,
  locale: "en",
  kind: "Lead",
  nameField: (name) =>
    ({ first_name: "First name", close_date: "Close date", owner_id: "Owner", status: "Status" })[name] ?? name,
  nameKind: (kind) => kind,
  nameAction: (action) => (action === "convertLead" ? "Convert a lead" : ""),
  nameRecord: (id) => (id === "usr_1" ? "Ada" : undefined),
  nameChoice: (field, value) => (field === "status" && value === "new" ? "New" : undefined),
  nameStep: () => undefined,
  describeWhere: (where) => (where && Object.keys(where).length > 0 ? "Status is New" : ""),
};

describe("the tree of steps", () => {
  it("has the paths of the API", () => {
    expect(paths(tree)).toEqual({
      a: "steps[0]",
      b: "steps[1]",
      b1: "steps[1].cases[0].steps[0]",
      b2: "steps[1].cases[0].steps[1]",
      b3: "steps[1].else[0]",
      s: "steps[2]",
      s1: "steps[2].ways[1].steps[0]",
    });
  });

  it.each([
    ["into the first way of a branch", "a", 1, "steps[0].cases[0].steps[0]"],
    ["past a step", "b1", 1, "steps[1].cases[0].steps[1]"],
    ["into the next way", "b2", 1, "steps[1].cases[1].steps[0]"],
    ["out of the last way", "b3", 1, "steps[2]"],
    ["out of the first way", "b1", -1, "steps[1]"],
    ["into the way before", "b3", -1, "steps[1].cases[1].steps[0]"],
    ["into the last way of a branch", "s", -1, "steps[1].else[1]"],
  ] as const)("moves a step %s", (_, id, direction, path) => {
    const moved = moveStep(tree, id, direction);
    expect(findPlacedStep(moved, id)?.path).toBe(path);
    expect(ids(moved).split(" ").sort()).toEqual(ids(tree).split(" ").sort());
  });

  it("moves a step through all places and back", () => {
    let steps: readonly Step[] = tree;
    let moves = 0;
    for (; canMoveStep(steps, "a", 1); moves++) steps = moveStep(steps, "a", 1);
    expect(findPlacedStep(steps, "a")?.path).toBe("steps[2]");
    for (; canMoveStep(steps, "a", -1); moves--) steps = moveStep(steps, "a", -1);
    expect(moves).toBe(0);
    expect(steps).toEqual(tree);
  });

  it("adds, removes and copies steps, with an id for each copy", () => {
    expect(ids(insertStep(tree, { parent: "b", place: "cases[1].steps" }, 0, step("x")))).toBe("a b b1 b2 x b3 s s1");
    expect(ids(insertStep(tree, { parent: null, place: "steps" }, 3, step("x")))).toBe("a b b1 b2 b3 s s1 x");
    expect(ids(removeStep(tree, "b"))).toBe("a s s1");
    const copied = duplicateStep(tree, "b");
    expect(ids(copied)).toBe("a b b1 b2 b3 b_1 b1_1 b2_1 b3_1 s s1");
    expect(createStepId("task", new Set(["task_1"]))).toBe("task_2");
  });

  it("gives each step its own errors", () => {
    const errors = {
      "steps[1].cases[0].where": "No such field",
      "steps[1].cases[0].steps[0].subject": "Required",
      "steps[1]": "Too deep",
      "steps[0].set.first_name": "Too long",
    };
    const find = (id: string) => listStepErrors(findPlacedStep(tree, id) ?? expect.fail(), errors);
    expect(find("a")).toEqual({ "set.first_name": "Too long" });
    expect(find("b")).toEqual({ "cases[0].where": "No such field", "": "Too deep" });
    expect(find("b1")).toEqual({ subject: "Required" });
  });
});

describe("the inputs of steps", () => {
  const root = z.toJSONSchema(Definition, { io: "input", unrepresentable: "any" }) as JsonSchema;

  it("come from the JSON Schema of the API", () => {
    const schemas = readStepSchemas(root);
    const describeInputs = (kind: string): string =>
      listSchemaInputs(schemas.get(kind) ?? {})
        .map(({ name, type, isRequired }) => `${name}${isRequired ? "!" : ""}:${type}`)
        .join(" ");
    expect(describeInputs("task")).toBe(
      "subject!:text activity_type_id!:activity_field name:text on_error:choice due_in:duration assign_to:user priority_id:activity_field",
    );
    expect(describeInputs("notify")).toBe("to!:people message!:text name:text on_error:choice");
    expect(describeInputs("branch")).toBe("name:text on_error:choice");
    expect(describeInputs("wait").split(" ")).toEqual(
      expect.arrayContaining(["for:duration", "until:date", "until_where:conditions", "until_event:event", "timeout:duration"]),
    );
    expect([...readTriggerSchemas(root).keys()]).toEqual(expect.arrayContaining(["created", "changed", "schedule", "manual"]));
  });

  it("fit all kinds of steps, and new ones get ids", () => {
    const kinds = listStepKinds(readStepSchemas(root));
    expect(kinds).toEqual(expect.arrayContaining(["task", "branch", "split", "wait"]));
    expect(createStep("wait", new Set(["wait_1"]))).toEqual({ id: "wait_2", do: "wait", for: "1d" });
    // A new branch and a new split can be saved as they are.
    for (const kind of ["branch", "split", "wait", "end"])
      expect(Definition.shape.steps.safeParse([createStep(kind, new Set())]).success, kind).toBe(true);
  });

  it("know on which record a step acts", () => {
    const kind = partOf<Parameters<typeof findTargetKind>[1]>({
      kind: "lead",
      fields: [{ name: "customer_id", type: "reference", record: "customer", visible: true }],
    });
    const steps = [step("call"), { id: "new", do: "create", kind: "opportunity" }, step("last")];
    expect(findTargetKind(step("x", { target: "customer" }), kind, steps)).toBe("customer");
    expect(findTargetKind(step("x", { target: "created.new" }), kind, steps)).toBe("opportunity");
    expect(findTargetKind(step("x"), kind, steps)).toBe("lead");
    expect(listTargets(steps[2] ?? expect.fail(), kind, steps).map(({ id }) => id)).toEqual([
      "customer",
      "created.call",
      "created.new",
    ]);
  });

  it.each([
    ["a text", "constant"],
    [{ field: "record.owner_id" }, "field"],
    [{ date: "today", plus: "3d" }, "date"],
    [{ round_robin: ["usr_1"] }, "turn"],
    [{ output: "call.id" }, "other"],
  ])("know what kind of value %j is", (value, expected) => expect(readValueKind(value)).toBe(expected));
});

describe("the parameters of a template", () => {
  it.each([
    [
      { name: "days", type: "integer", description: "Days to wait", default: 7, min: 1, max: 9 },
      { type: "integer", label: "Days to wait", min: 1, max: 9 },
    ],
    [
      { name: "assignee_id", type: "user", default: null, min: null, max: null, values: null },
      { type: "reference", record: "user", label: "Assignee" },
    ],
    [
      { name: "statuses", type: "texts", default: ["new"] },
      { type: "text", multiple: true, format: "tags" },
    ],
    [
      { name: "channel", type: "text", values: ["email", "sms"] },
      { type: "choice", required: true },
    ],
  ])("%j have inputs", (parameter, field) => expect(toTemplateField(parameter, [{ kind: "user" }])).toMatchObject(field));
});

describe("the words of a workflow", () => {
  it.each([
    [step("x", { subject: "Call {{record.first_name|you}}", due_in: "2d" }), "Create a task: Call [First name]", "Due in 2 days"],
    [{ id: "x", do: "wait", for: "1w" }, "Wait 1 week", undefined],
    [{ id: "x", do: "wait", until_where: { status: "new" } }, "Wait until Status is New", "At most 90 days"],
    [
      { id: "x", do: "wait", until: { date: "record.close_date", plus: "-3d" } },
      "Wait until 3 days before Close date",
      undefined,
    ],
    [{ id: "x", do: "update", set: { status: "new" } }, "Set Status to New", undefined],
    [
      { id: "x", do: "update", set: { status: "new", first_name: "A" }, target: "owner" },
      "Change Status and First name",
      "On: Owner",
    ],
    [{ id: "x", do: "assign", owner: { round_robin: ["usr_1"] } }, "Assign to Ada in turn", undefined],
    [{ id: "x", do: "notify", to: ["owner", "usr_1"], message: "Hi" }, "Notify the owner and Ada", "Hi"],
    [{ id: "x", do: "approval", to: "DIRECTOR", subject: "Ok?" }, "Ask a director for approval", "Ok?"],
    [{ id: "x", do: "action", action: "convertLead" }, "Convert a lead", undefined],
    [{ id: "x", do: "unheard_of" }, "Unheard of", undefined],
  ])("say what %j does", (given, title, detail) => {
    const said = describeStep(given as Step, names);
    expect(said.title).toBe(title);
    expect(said.detail).toBe(detail);
  });

  it("say what enrolls a record, and which way is for which records", () => {
    expect(describeTrigger({ on: "date", date_field: "close_date", offset: "-30d" }, null, names).title).toBe(
      "On: 30 days before Close date",
    );
    expect(describeTrigger({ on: "changed", fields: ["status"] }, { status: "new" }, names)).toEqual({
      title: "Lead: Status changes",
      detail: "Only if Status is New",
    });
    const [, branch = expect.fail(), split = expect.fail()] = tree;
    expect(describeWay(branch, "else", names)).toBe("Otherwise");
    expect(describeWay(split, "ways[1].steps", names)).toBe("\u206850%\u2069 of the records");
  });

  it("say which way a dry run took, and what a step would write", () => {
    const [, , split] = tree;
    const said = { do: "split", input: null, until: null, problem: null };
    expect(describeDryRunStep({ ...said, id: "s", would: "50 %" }, split, "s1", names).detail).toBe(
      "\u206850%\u2069 of the records",
    );
    const task = { id: "a", do: "task", would: "createActivity", input: { subject: "Call Ada" }, until: null, problem: null };
    expect(describeDryRunStep(task, tree[0], undefined, names).title).toBe("Create a task: Call Ada");
    const skipped = { ...task, would: "The record has no person to write to" };
    expect(describeDryRunStep(skipped, tree[0], undefined, names).detail).toBe(skipped.would);
  });

  it.each([
    ["0 8 * * *", "Every day at 08:00"],
    ["30 17 * * 1-5", "From Monday to Friday at 17:30"],
    ["0 9 * * 0", "Every Sunday at 09:00"],
    ["5 6 31 * *", "On day 31 of each month at 06:05"],
  ])("read and write the schedule %s", (cron, text) => {
    expect(describeSchedule(cron, write, "en")).toBe(text);
    expect(writeSchedule(parseSchedule(cron) ?? expect.fail())).toBe(cron);
  });

  it("leave other schedules and durations as they are", () => {
    expect(parseSchedule("*/5 * * * *")).toBeUndefined();
    expect(describeSchedule("*/5 * * * *", write, "en")).toBe("By schedule: */5 * * * *");
    expect(parseDuration("soon")).toBeUndefined();
    expect(writeDuration(parseDuration("-3d") ?? expect.fail())).toBe("-3d");
    expect(formatDuration("1h", "de")).toBe("1 Stunde");
  });
});

describe("what of a draft is not published", () => {
  const published: DraftDefinition = { trigger: { on: "created" }, where: null, steps: tree };
  it.each([
    ["nothing", { ...published, where: undefined }, { added: 0, removed: 0, changed: 0, isMoved: false, hasOtherTrigger: false }],
    ["a removed step", { ...published, steps: removeStep(tree, "b1") }, { removed: 1, changed: 0, isMoved: false }],
    ["a moved step", { ...published, steps: moveStep(tree, "a", 1) }, { added: 0, removed: 0, changed: 0, isMoved: true }],
    ["another trigger", { ...published, trigger: { on: "manual" } }, { hasOtherTrigger: true, hasOtherSettings: false }],
    ["another exit", { ...published, exit: { where: { status: "new" } } }, { hasOtherTrigger: false, hasOtherSettings: true }],
    [
      "a changed condition of a branch",
      {
        ...published,
        steps: tree.map((one) =>
          one.id === "b"
            ? {
                ...one,
                cases: [
                  { where: { a: 1 }, steps: [step("b1"), step("b2")] },
                  { where: {}, steps: [] },
                ],
              }
            : one,
        ),
      },
      { added: 0, removed: 0, changed: 1, isMoved: false },
    ],
  ])("finds %s", (_, draft, expected) => expect(compareDefinitions(published, draft)).toMatchObject(expected));
});

it.each<[name: string, statuses: Record<string, number>[], counts: EnrollmentCounts]>([
  ["nothing", [], { open: 0, completed: 0, failed: 0 }],
  ["what waits and what has not begun as open", [{ PLANNED: 1, ACTIVE: 2, WAITING: 3 }], { open: 6, completed: 0, failed: 0 }],
  [
    "who left early as completed, and not what was stopped",
    [{ COMPLETED: 1, EXITED: 1, STOPPED: 5 }],
    { open: 0, completed: 2, failed: 0 },
  ],
  ["what is held as failed, of all workflows", [{ FAILED: 1 }, { HELD: 2 }], { open: 0, completed: 0, failed: 3 }],
])("counts enrollments: %s", (_, statuses, counts) => {
  expect(countEnrollments(statuses.map((one) => ({ statuses: one, steps: [] })))).toEqual(counts);
});
