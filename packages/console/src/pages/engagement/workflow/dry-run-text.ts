import type { StepText, WorkflowNames } from "./step-text.ts";
import { describeStep, describeWay } from "./step-text.ts";
import type { Step } from "./step-tree.ts";

/** What a dry run says, as the API has it. */
interface DryRunStep {
  readonly id: string;
  readonly do: string;
  readonly would: string;
  readonly at?: string | null;
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly until: string | null;
  readonly problem: string | null;
}

export interface DryRunRecord {
  readonly record_id: string;
  readonly at?: string | null;
  readonly steps: readonly DryRunStep[];
  readonly reason: string | null;
}

export interface DryRunAnswer {
  readonly enrolled: readonly DryRunRecord[];
  readonly total: number;
  readonly is_complete?: boolean;
}

/** Returns a step with the values that a run would write. */
function applyInput(step: Step, input: DryRunStep["input"]): Step {
  if (!input) return step;
  if (step.do === "task") return { ...step, subject: input.subject ?? step.subject };
  if (step.do === "notify") return { ...step, message: input.message ?? step.message };
  if (step.do === "update" || step.do === "create" || step.do === "action" || step.do === "convert") {
    const { id: _id, ...set } = input;
    return { ...step, set };
  }
  return step;
}

/**
 * Returns the way that a branch or a split would take, by what the API says: `case 2`, `else`, `40 %`. Of ways with the same percentage it is the one
 * that begins with the step after it.
 */
export function findTakenWay(step: Step, would: string, next: string | undefined): string | undefined {
  if (step.do === "branch") {
    const [, number] = /^case (\d+)$/.exec(would) ?? [];
    return number === undefined ? "else" : `cases[${Number(number) - 1}].steps`;
  }
  if (step.do !== "split") return undefined;
  const ways = (step.ways ?? []) as readonly { readonly percent?: number; readonly steps?: readonly Step[] }[];
  const taken = ways.map((way, index) => ({ ...way, index })).filter(({ percent }) => `${percent ?? 0} %` === would);
  const { index } = taken.find(({ steps }) => steps?.[0] !== undefined && steps[0].id === next) ?? taken[0] ?? {};
  return index === undefined ? undefined : `ways[${index}].steps`;
}

/** Says what a step would do. A reason is a sentence of the API; a single word names an operation. */
export function describeDryRunStep(
  said: DryRunStep,
  step: Step | undefined,
  next: string | undefined,
  names: WorkflowNames,
): StepText {
  const known = step ?? { id: said.id, do: said.do };
  const way = findTakenWay(known, said.would, next);
  const { title: sentence, detail } = describeStep(applyInput(known, said.input), names);
  const title = way !== undefined && typeof known.name === "string" && known.name !== "" ? known.name : sentence;
  if (way !== undefined) return { title, detail: describeWay(known, way, names) };
  if (said.would.includes(" ")) return { title, detail: said.would };
  return { title, ...(detail === undefined ? {} : { detail }) };
}
