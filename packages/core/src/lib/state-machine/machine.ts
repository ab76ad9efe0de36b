import type * as z from "zod";
import type { Branch, Retrier, State } from "./asl.ts";
import { EXPRESSION, listBranches, Machine, WAIT_FOR_TOKEN } from "./asl.ts";
import { findExpressionFault } from "./expression.ts";

/**
 * The result of reading a definition. A definition is validated before an execution starts: unsupported or impossible content is refused, with a
 * sentence for each fault, so that what runs here also runs on AWS.
 */
interface MachineReadResult {
  readonly machine?: Machine;
  readonly faults: readonly string[];
}

/** Reads a definition; `steps` are the steps that its domain declares for it. */
export function readMachine(flow: string, definition: unknown, steps: readonly string[]): MachineReadResult {
  const parsed = Machine.safeParse(definition);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "The machine"}: ${issueMessage(issue)}`);
    return { faults: faults.map((fault) => `The flow ${flow} cannot run. ${fault}.`) };
  }
  const machine = parsed.data;
  const faults = [
    ...findBranchFaults(machine, "", new Set()),
    ...findNameFaults(machine),
    ...findTemplateFaults(machine, ""),
    ...findStepFaults(machine, steps),
  ];
  return faults.length > 0 ? { faults: faults.map((fault) => `The flow ${flow} cannot run. ${fault}`) } : { machine, faults };
}

/** Returns what is wrong with an invalid name. */
const issueMessage = (issue: z.core.$ZodIssue): string =>
  issue.code === "invalid_key" ? issue.issues.map(({ message }) => message).join(", ") : issue.message;

/** Yields all states of a machine with their names, including those in branches. */
export function* listStates(branch: Branch): Generator<[name: string, state: State]> {
  for (const [name, state] of Object.entries(branch.States)) {
    yield [name, state];
    for (const each of listBranches(state)) yield* listStates(each);
  }
}

/** Returns the states to which a state can lead. */
function listTargets(state: State): string[] {
  const next = "Next" in state && state.Next !== undefined ? [state.Next] : [];
  const caught = "Catch" in state ? (state.Catch ?? []).map(({ Next }) => Next) : [];
  const choiceTargets =
    state.Type === "Choice" ? [...state.Choices.map(({ Next }) => Next), ...(state.Default ? [state.Default] : [])] : [];
  return [...next, ...choiceTargets, ...caught];
}

/** Returns the variables that a state assigns on any way out of it. */
function listAssignedVariables(state: State): string[] {
  const stateAssignments = "Assign" in state ? [state.Assign] : [];
  const caught = "Catch" in state ? (state.Catch ?? []).map(({ Assign }) => Assign) : [];
  const choiceAssignments = state.Type === "Choice" ? state.Choices.map(({ Assign }) => Assign) : [];
  return [...stateAssignments, ...caught, ...choiceAssignments].flatMap((assigned) => Object.keys(assigned ?? {}));
}

/** Returns the faults within the states of a branch; `outer` are the variables of the enclosing scopes. */
function findBranchFaults(branch: Branch, prefix: string, outerVariables: ReadonlySet<string>): string[] {
  const states = Object.entries(branch.States);
  const variables = new Set(states.flatMap(([, state]) => listAssignedVariables(state)));
  const scope = new Set([...outerVariables, ...variables]);
  const reachableStates = findReachableStates(branch);
  return [
    ...(Object.hasOwn(branch.States, branch.StartAt) ? [] : [`${prefix}StartAt: No state is named ${branch.StartAt}.`]),
    ...[...variables]
      .filter((name) => outerVariables.has(name))
      .map((name) => `${prefix}States: The variable ${name} is also assigned in an outer scope: give it another name.`),
    ...states.flatMap(([name, state]) => {
      const path = `${prefix}States.${name}`;
      return [
        ...listTargets(state)
          .filter((target) => !Object.hasOwn(branch.States, target))
          .map((target) => `${path}: The next state ${target} does not exist in this branch.`),
        ...(reachableStates.has(name) ? [] : [`${path}: No state leads to this state.`]),
        ...findStateFaults(state).map((fault) => `${path}: ${fault}`),
        ...listBranches(state).flatMap((each, index) => findBranchFaults(each, `${path}.${branchPath(state, index)}.`, scope)),
      ];
    }),
  ];
}

const branchPath = (state: State, index: number): string => (state.Type === "Map" ? "ItemProcessor" : `Branches.${index}`);

function findReachableStates({ StartAt, States }: Branch): ReadonlySet<string> {
  const reachableStates = new Set([StartAt]);
  for (const name of reachableStates) {
    const state = States[name];
    if (state) for (const target of listTargets(state)) reachableStates.add(target);
  }
  return reachableStates;
}

function findStateFaults(state: State): string[] {
  if (state.Type === "Choice" || state.Type === "Succeed" || state.Type === "Fail") return [];
  const faults = (state.Next === undefined) === (state.End === undefined) ? ["Must have either Next or End."] : [];
  if (state.Type === "Pass") return faults;
  if (state.Type === "Wait")
    return (state.Seconds === undefined) === (state.Timestamp === undefined)
      ? [...faults, "Must have either Seconds or Timestamp."]
      : faults;
  return [
    ...faults,
    ...(state.Type === "Task" ? findTaskFaults(state) : []),
    ...(state.Retry ?? []).flatMap(findDelayFaults),
    ...findCatchAllFaults("Retry", state.Retry),
    ...findCatchAllFaults("Catch", state.Catch),
  ];
}

function findTaskFaults({ Resource, Arguments, TimeoutSeconds, HeartbeatSeconds }: Extract<State, { Type: "Task" }>): string[] {
  const isWaiting = Resource === WAIT_FOR_TOKEN;
  const faults: string[] = [];
  if (isWaiting !== (Arguments.Payload.token !== undefined))
    faults.push(
      isWaiting
        ? "The task waits for a token, but its Payload has none."
        : "The Payload has a token, but the task does not wait for it: use .waitForTaskToken.",
    );
  if (!isWaiting && HeartbeatSeconds !== undefined) faults.push("HeartbeatSeconds is only for tasks that wait for a token.");
  if (typeof TimeoutSeconds === "number" && typeof HeartbeatSeconds === "number" && HeartbeatSeconds >= TimeoutSeconds)
    faults.push("HeartbeatSeconds must be less than TimeoutSeconds.");
  return faults;
}

const findDelayFaults = ({ IntervalSeconds = 1, MaxDelaySeconds }: Retrier): string[] =>
  MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds
    ? ["MaxDelaySeconds must be more than IntervalSeconds."]
    : [];

/** Requires that a rule for all errors names nothing else and comes last. */
function findCatchAllFaults(field: string, rules: readonly { readonly ErrorEquals: readonly string[] }[] = []): string[] {
  return rules.flatMap(({ ErrorEquals }, index) =>
    ErrorEquals.includes("States.ALL") && (ErrorEquals.length > 1 || index < rules.length - 1)
      ? [`States.ALL must be the only error in its ErrorEquals, and must be in the last ${field}.`]
      : [],
  );
}

/** As on AWS, names are unique in the whole machine. */
function findNameFaults(machine: Machine): string[] {
  const names = [...listStates(machine)].map(([name]) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `States: More than one state is named ${name}.`,
  );
}

/** Fields whose text is never evaluated. */
const LITERAL_FIELDS = new Set([
  "Comment",
  "Type",
  "Resource",
  "FunctionName",
  "Next",
  "Default",
  "StartAt",
  "QueryLanguage",
  "step",
]);

function findTemplateFaults(value: unknown, path: string): string[] {
  if (typeof value === "string") {
    const fault = EXPRESSION.test(value) ? findExpressionFault(value) : findMalformedExpression(value);
    return fault ? [`${path.slice(1)}: ${fault}`] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, nestedValue]) =>
    LITERAL_FIELDS.has(key) ? [] : findTemplateFaults(nestedValue, `${path}.${key}`),
  );
}

/** Returns a fault for text that was meant as an expression and would be literal. */
const findMalformedExpression = (text: string): string | undefined =>
  /^\s*\{%|%\}\s*$/.test(text) ? "An expression must begin with {% and end with %}, with no text around it." : undefined;

function findStepFaults(machine: Machine, steps: readonly string[]): string[] {
  const taskSteps = [...listStates(machine)].flatMap(([name, state]) =>
    state.Type === "Task" ? [{ name, step: state.Arguments.Payload.step }] : [],
  );
  const used = new Set(taskSteps.map(({ step }) => step));
  return [
    ...taskSteps
      .filter(({ step }) => !steps.includes(step))
      .map(({ name, step }) => `States.${name}: The domain does not declare the step ${step} for this flow.`),
    ...steps.filter((step) => !used.has(step)).map((step) => `No Task uses the step ${step}: remove it from the domain's flow.`),
  ];
}
