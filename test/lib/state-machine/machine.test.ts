import { listStates, readMachine } from "@crm/core/lib/state-machine/machine.ts";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";
import { taskState } from "./machine-simulator.ts";

/** A definition with every state type and every field that the runner supports. */
const buildFullDefinition = () => ({
  Comment: "All there is",
  QueryLanguage: "JSONata",
  Version: "1.0",
  TimeoutSeconds: 86_400,
  StartAt: "First",
  States: {
    First: { Type: "Pass", Comment: "c", QueryLanguage: "JSONata", Assign: { n: "{% 1 %}" }, Output: { a: 1 }, Next: "Ask" },
    Ask: taskState("ask", {
      waits: true,
      input: { n: "{% $n %}" },
      TimeoutSeconds: 3600,
      HeartbeatSeconds: "{% $n * 60 %}",
      Retry: [
        {
          ErrorEquals: ["Busy", "States.TaskFailed"],
          IntervalSeconds: 2,
          MaxAttempts: 5,
          BackoffRate: 1.5,
          MaxDelaySeconds: 60,
          JitterStrategy: "FULL",
        },
        { ErrorEquals: ["States.ALL"] },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], Assign: { e: "{% $states.errorOutput %}" }, Output: {}, Next: "Choose" }],
      Output: "{% $states.result %}",
      Next: "Choose",
    }),
    Choose: {
      Type: "Choice",
      Choices: [{ Condition: "{% $n = 1 %}", Assign: { n: 2 }, Output: {}, Next: "Wait" }],
      Assign: { n: 3 },
      Output: {},
      Default: "Until",
    },
    Wait: { Type: "Wait", Seconds: 60, Next: "Both" },
    Until: { Type: "Wait", Timestamp: "2026-03-14T01:59:00Z", Next: "Both" },
    Both: {
      Type: "Parallel",
      Arguments: { n: "{% $n %}" },
      Branches: [
        { StartAt: "Note", States: { Note: taskState("note", { End: true }) } },
        { StartAt: "Nothing", States: { Nothing: { Type: "Succeed", Output: {} } } },
      ],
      Retry: [{ ErrorEquals: ["States.ALL"] }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      Items: "{% $states.input %}",
      ItemSelector: { v: "{% $states.context.Map.Item.Value %}" },
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "One",
        States: { One: { Type: "Pass", Assign: { own: 1 }, End: true } },
      },
      Next: "Done",
    },
    Done: { Type: "Succeed" },
    Over: { Type: "Fail", Error: "Over", Cause: "{% 'it is' %}" },
  },
});

type Definition = ReturnType<typeof buildFullDefinition>;
const findFaults = (definition: unknown) => readMachine("quote_approval", definition, ["ask", "note"]).faults;

/** Returns the definition with another value at a path; `undefined` removes it. */
function replaceAt(path: string, value: unknown): Definition {
  const definition = buildFullDefinition();
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, definition);
  parent[last] = value;
  return JSON.parse(JSON.stringify(definition)) as Definition;
}

describe("a definition", () => {
  it("with every supported feature is accepted, also by the AWS validator", () => {
    const { machine, faults } = readMachine("quote_approval", buildFullDefinition(), ["ask", "note"]);
    expect(faults).toEqual([]);
    expect([...listStates(machine ?? { StartAt: "", States: {} })].map(([name]) => name)).toHaveLength(12);
    expect(validate(buildFullDefinition())).toMatchObject({ isValid: true, errors: [] });
  });

  it.each<[path: string, value: unknown, said: string]>([
    ["QueryLanguage", "JSONPath", 'QueryLanguage: Invalid input: expected "JSONata".'],
    ["QueryLanguage", undefined, "QueryLanguage: "],
    ["States.First.QueryLanguage", "JSONPath", "States.First.QueryLanguage"],
    ["States.First.Result", 1, 'States.First: Unrecognized key: "Result".'],
    ["States.First.InputPath", "$.a", 'States.First: Unrecognized key: "InputPath".'],
    ["States.First.Parameters", {}, 'States.First: Unrecognized key: "Parameters".'],
    ["States.First.ResultPath", "$.a", 'States.First: Unrecognized key: "ResultPath".'],
    ["States.First.OutputPath", "$.a", 'States.First: Unrecognized key: "OutputPath".'],
    ["States.Ask.ResultSelector", {}, 'States.Ask: Unrecognized key: "ResultSelector".'],
    ["States.Ask.Credentials", {}, 'States.Ask: Unrecognized key: "Credentials".'],
    ["States.Ask.TimeoutSecondsPath", "$.a", 'States.Ask: Unrecognized key: "TimeoutSecondsPath".'],
    ["States.Ask.Resource", "arn:aws:states:::dynamodb:putItem", "States.Ask.Resource: Invalid option"],
    ["States.Ask.Resource", "arn:aws:states:::lambda:invoke", "The Payload has a token, but the task does not wait for it"],
    ["States.Ask.Arguments.Payload.token", undefined, "States.Ask: The task waits for a token, but its Payload has none."],
    ["States.Ask.Arguments.Payload.token", "t", "States.Ask.Arguments.Payload.token"],
    ["States.Ask.Arguments.Payload.execution", undefined, "States.Ask.Arguments.Payload.execution"],
    ["States.Ask.Arguments.Payload.step", "sign", "States.Ask: The domain does not declare the step sign for this flow."],
    ["States.Ask.Arguments.Payload.step", "note", "No Task uses the step ask: remove it from the domain's flow."],
    ["States.Ask.Arguments.FunctionName", "arn:aws:lambda:x", "States.Ask.Arguments.FunctionName"],
    ["States.Ask.Arguments.InvocationType", "Event", 'States.Ask.Arguments: Unrecognized key: "InvocationType".'],
    ["States.Ask.HeartbeatSeconds", 3600, "States.Ask: HeartbeatSeconds must be less than TimeoutSeconds."],
    ["States.Ask.TimeoutSeconds", 0, "States.Ask.TimeoutSeconds"],
    ["States.Ask.Retry.0.MaxDelaySeconds", 2, "States.Ask: MaxDelaySeconds must be more than IntervalSeconds."],
    ["States.Ask.Retry.0.BackoffRate", 0.5, "States.Ask.Retry.0.BackoffRate"],
    ["States.Ask.Retry.0.JitterStrategy", "HALF", "States.Ask.Retry.0.JitterStrategy"],
    [
      "States.Ask.Retry.0.ErrorEquals",
      ["States.ALL"],
      "States.Ask: States.ALL must be the only error in its ErrorEquals, and must be in the last Retry.",
    ],
    ["States.Ask.Retry.0.ErrorEquals", [], "States.Ask.Retry.0.ErrorEquals"],
    ["States.Ask.Catch.0.ErrorEquals", ["States.ALL", "Busy"], "in the last Catch."],
    ["States.Ask.Catch.0.ErrorEquals", ["States.BranchFailed"], "Must be one of States.ALL"],
    ["States.Ask.Catch.0.ResultPath", "$.e", 'States.Ask.Catch.0: Unrecognized key: "ResultPath".'],
    ["States.Ask.Catch.0.Next", "Nowhere", "States.Ask: The next state Nowhere does not exist in this branch."],
    ["States.Ask.Next", "One", "States.Ask: The next state One does not exist in this branch."],
    ["States.Ask.Next", undefined, "States.Ask: Must have either Next or End."],
    ["States.Ask.End", true, "States.Ask: Must have either Next or End."],
    ["States.Choose.Choices.0.Variable", "$.a", 'States.Choose.Choices.0: Unrecognized key: "Variable".'],
    ["States.Choose.Choices.0.Condition", "$n = 1", "States.Choose.Choices.0.Condition"],
    ["States.Choose.Choices", [], "States.Choose.Choices"],
    ["States.Wait.SecondsPath", "$.a", 'States.Wait: Unrecognized key: "SecondsPath".'],
    ["States.Wait.Timestamp", "2026-03-14T01:59:00Z", "States.Wait: Must have either Seconds or Timestamp."],
    ["States.Wait.Seconds", undefined, "States.Wait: Must have either Seconds or Timestamp."],
    ["States.Until.Timestamp", "tomorrow", "States.Until.Timestamp"],
    ["States.Both.Branches", [], "States.Both.Branches"],
    ["States.Both.Branches.0.QueryLanguage", "JSONata", "Branches.0: Unrecognized key"],
    ["States.Each.ItemReader", {}, 'States.Each: Unrecognized key: "ItemReader".'],
    ["States.Each.ItemBatcher", {}, 'States.Each: Unrecognized key: "ItemBatcher".'],
    ["States.Each.ResultWriter", {}, 'States.Each: Unrecognized key: "ResultWriter".'],
    ["States.Each.ToleratedFailureCount", 1, 'States.Each: Unrecognized key: "ToleratedFailureCount".'],
    ["States.Each.Iterator", {}, 'States.Each: Unrecognized key: "Iterator".'],
    ["States.Each.ItemProcessor.ProcessorConfig.Mode", "DISTRIBUTED", "ProcessorConfig.Mode"],
    [
      "States.Each.ItemProcessor.States.One.Assign.n",
      1,
      "The variable n is also assigned in an outer scope: give it another name.",
    ],
    ["States.Each.ItemProcessor.States.One.Next", "Done", "Must have either Next or End."],
    ["States.Done.Next", "Over", 'States.Done: Unrecognized key: "Next".'],
    ["States.Over.Error", undefined, "States.Over.Error"],
    ["States.Over.ErrorPath", "$.e", 'States.Over: Unrecognized key: "ErrorPath".'],
    ["States.Lost", { Type: "Succeed" }, "States.Lost: No state leads to this state."],
    ["States.Done.Type", "Stop", "States.Done.Type"],
    ["StartAt", "Nowhere", "StartAt: No state is named Nowhere."],
    ["States.First.Assign", { states: 1 }, "use another name"],
    ["States.First.Assign", { "1a": 1 }, "must not begin with a digit"],
    ["States.First.Output", "{% $a + %}", "States.First.Output: Unexpected end of expression."],
    ["States.First.Output", "{% $eval('1') %}", "Step Functions has no $eval: use $parse."],
    ["States.First.Output", { a: [" {% 1 %}"] }, "States.First.Output.a.0: An expression must begin with {% and end with %}"],
    ["Extra", 1, 'Unrecognized key: "Extra".'],
  ])("with %s = %j is rejected", (path, value, message) => {
    const faults = findFaults(replaceAt(path, value));
    expect(faults.join("\n")).toContain(message);
    for (const fault of faults) expect(fault).toMatch(/^The flow quote_approval cannot run\. [A-Z].*\.$/s);
  });

  it("with two states of the same name is rejected", () => {
    const duplicateDefinition = replaceAt("States.Each.ItemProcessor", {
      StartAt: "Done",
      States: { Done: { Type: "Succeed" } },
    });
    expect(findFaults(duplicateDefinition)).toEqual([
      "The flow quote_approval cannot run. States: More than one state is named Done.",
    ]);
  });

  it.each([[undefined], [null], ["x"], [{}], [{ QueryLanguage: "JSONata", StartAt: "A", States: [] }]])(
    "that is not a machine is rejected: %j",
    (definition) => expect(findFaults(definition).length).toBeGreaterThan(0),
  );
});
