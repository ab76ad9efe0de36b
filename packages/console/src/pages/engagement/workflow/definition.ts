import type { RecordData } from "../../../api/kind.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { listPlacedSteps, type Step } from "./step-tree.ts";

/** What a workflow does, as the API has it. */

export interface Trigger {
  readonly on: string;
  readonly [field: string]: unknown;
}

type Where = Readonly<Record<string, unknown>> | null;

export interface Definition {
  readonly trigger: Trigger;
  readonly where?: Where;
  readonly steps: readonly Step[];
  readonly exit?: { readonly where?: Where; readonly events?: readonly string[] } | null;
  readonly enrollment?: { readonly repeat?: string; readonly existing?: boolean } | null;
  readonly window?: { readonly days: readonly string[]; readonly from: string; readonly to: string } | null;
  readonly run_as?: string;
}

/** The fields of a workflow that its builder changes. */
const definitionNames = ["trigger", "where", "steps", "exit", "enrollment", "window", "run_as"] as const;

export const readDefinition = (record: Readonly<Record<string, unknown>>): Definition =>
  Object.fromEntries(definitionNames.map((name) => [name, record[name] ?? null])) as unknown as Definition;

/** A workflow as a record. */
export type WorkflowRecord = LabelledRecord & RecordData;

/** How many enrollments there are at a step (`GET /workflows/{id}/figures`). */
export interface StepFigures {
  readonly step_id: string;
  readonly at: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly timed_out: number;
  readonly rejected: number;
}

export interface Figures {
  readonly statuses: Readonly<Record<string, number>>;
  readonly steps: readonly StepFigures[];
}

/** Writes a value so that the order of names does not matter, and what is empty is as if it were not there. */
function normalize(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).filter(([, item]) => item !== null && item !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

interface DefinitionChanges {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Whether steps have another order. */
  readonly isMoved: boolean;
  readonly hasOtherTrigger: boolean;
  readonly hasOtherSettings: boolean;
}

/** Returns a step without the steps inside. */
const readOwnParts = (step: Step): string =>
  normalize(
    Object.fromEntries(
      Object.entries(step).map(([name, value]) => {
        if (name === "else" || name === "rejected") return [name, null];
        if (name !== "cases" && name !== "ways") return [name, value];
        return [name, (value as readonly Record<string, unknown>[]).map(({ steps: _steps, ...part }) => part)];
      }),
    ),
  );

/** Compares a draft with the version that is published. */
export function compareDefinitions(published: Definition, draft: Definition): DefinitionChanges {
  const before = new Map(listPlacedSteps(published.steps).map(({ step, list }) => [step.id, { step, list }]));
  const after = listPlacedSteps(draft.steps);
  const ids = new Set(after.map(({ step }) => step.id));
  const common = after.filter(({ step }) => before.has(step.id));
  const order = [...before.keys()].filter((id) => ids.has(id));
  const differs = (names: readonly (keyof Definition)[]): boolean =>
    names.some((name) => normalize(published[name]) !== normalize(draft[name]));
  return {
    added: after.length - common.length,
    removed: before.size - common.length,
    changed: common.filter(({ step }) => readOwnParts(step) !== readOwnParts(before.get(step.id)?.step ?? step)).length,
    isMoved: common.some(
      ({ step, list }, index) => order[index] !== step.id || normalize(before.get(step.id)?.list) !== normalize(list),
    ),
    hasOtherTrigger: differs(["trigger", "where"]),
    hasOtherSettings: differs(["exit", "enrollment", "window", "run_as"]),
  };
}
