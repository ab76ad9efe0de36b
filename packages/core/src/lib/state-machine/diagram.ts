import type { Branch, State } from "./asl.ts";
import { listBranches } from "./asl.ts";

/** Renders a machine as a Mermaid state diagram. */
export function renderDiagram(machine: Branch): string {
  return ["stateDiagram-v2", ...renderBranch(machine, "  ")].join("\n");
}

/** Converts a name into a Mermaid identifier, which allows only letters, digits and underscores. */
const toIdentifier = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, (letter) => `_${letter.codePointAt(0)}_`);

function renderBranch({ StartAt, States }: Branch, pad: string): string[] {
  return [
    `${pad}[*] --> ${toIdentifier(StartAt)}`,
    ...Object.entries(States).flatMap(([name, state]) => renderState(name, state, pad)),
  ];
}

function renderState(name: string, state: State, pad: string): string[] {
  const id = toIdentifier(name);
  const inner = listBranches(state).flatMap((branch, index) => [
    ...(index > 0 ? [`${pad}  --`] : []),
    ...renderBranch(branch, `${pad}  `),
  ]);
  return [
    `${pad}state "${stateLabel(name, state)}" as ${id}${inner.length > 0 ? " {" : ""}`,
    ...(inner.length > 0 ? [...inner, `${pad}}`] : []),
    ...listTransitions(state).map(
      ([to, why]) => `${pad}${id} --> ${to === undefined ? "[*]" : toIdentifier(to)}${why ? `: ${why}` : ""}`,
    ),
  ];
}

/** Returns the label of a state: what it does, beside its name. */
function stateLabel(name: string, state: State): string {
  const suffixByType: Record<State["Type"], string> = {
    Pass: "",
    Choice: "?",
    Succeed: "",
    Fail: state.Type === "Fail" ? ` ✗ ${state.Error}` : "",
    Wait: state.Type === "Wait" ? ` ⏱ ${state.Seconds === undefined ? state.Timestamp : `${state.Seconds} s`}` : "",
    Task: state.Type === "Task" ? ` → ${state.Arguments.Payload.step}${state.Arguments.Payload.token ? ", waits" : ""}` : "",
    Parallel: " (side by side)",
    Map: " (each)",
  };
  return cleanText(name + suffixByType[state.Type]);
}

/** Returns the targets of a state with their conditions; undefined is the end. */
function listTransitions(state: State): [to: string | undefined, why: string][] {
  if (state.Type === "Succeed" || state.Type === "Fail") return [[undefined, ""]];
  if (state.Type === "Choice")
    return [
      ...state.Choices.map(({ Condition, Next }): [string, string] => [Next, cleanText(String(Condition))]),
      ...(state.Default === undefined ? [] : [[state.Default, "else"] as [string, string]]),
    ];
  const caught = state.Type === "Task" || state.Type === "Parallel" || state.Type === "Map" ? (state.Catch ?? []) : [];
  return [
    [state.Next, ""],
    ...caught.map(({ ErrorEquals, Next }): [string, string] => [Next, cleanText(ErrorEquals.join(", "))]),
  ];
}

/** Removes characters that end a text in Mermaid: quotes, colons, semicolons and braces. */
const cleanText = (text: string): string =>
  text
    .replaceAll(/^\{%\s*|\s*%\}$/g, "")
    .replaceAll(/["#;{}]/g, "'")
    .replaceAll(":", "∶")
    .replaceAll(/\s+/g, " ");
