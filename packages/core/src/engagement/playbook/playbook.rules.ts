import type { Step } from "./playbook.entity.ts";
import type { ProgressRecord, StepProgress } from "./progress.entity.ts";

/** Pure rules of playbooks. */

type StepStates = Readonly<Record<string, StepProgress>>;
type ProgressData = Pick<ProgressRecord, "record_id" | "steps" | "absorbed_ids">;

interface StepInput {
  readonly id?: string | null | undefined;
  readonly name: string;
}

/** Returns the id of each step: its own, or else that of a present step with the same name that no other step names; null for a new one. */
export function matchStepIds(steps: readonly StepInput[], current: readonly Pick<Step, "id" | "name">[]): (string | null)[] {
  const used = new Set(steps.flatMap(({ id }) => id ?? []));
  return steps.map(({ id, name }) => {
    if (id) return id;
    const match = current.find((step) => step.name === name && !used.has(step.id));
    if (match) used.add(match.id);
    return match?.id ?? null;
  });
}

interface EndableRecord {
  readonly is_converted?: boolean | null;
  readonly is_closed?: boolean | null;
}

/** Whether a playbook has ended for a record: the record was converted, or it is closed and the playbook is not for its stage in particular. */
export const hasEnded = (
  { is_converted, is_closed }: EndableRecord,
  { stage_id }: { readonly stage_id: string | null },
): boolean => is_converted === true || (is_closed === true && stage_id === null);

/** Whether a value of a field counts as filled. `false` and 0 do. */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (typeof value === "object") return Object.keys(value).length > 0;
  return true;
}

const countCompleted = ({ steps }: ProgressData): number =>
  Object.values(steps).filter(({ completed_at }) => completed_at !== null).length;

/**
 * Returns the progress that counts for a record: of its own and those of records that were merged into it, the further one; of equals the
 * own one, then the one of the record that was merged first.
 */
export function chooseProgress(own: ProgressData | undefined, merged: readonly ProgressData[]): ProgressData | undefined {
  const others = merged.filter(({ record_id }) => !own?.absorbed_ids.includes(record_id));
  return [...(own ? [own] : []), ...others].reduce<ProgressData | undefined>(
    (best, progress) => (best === undefined || countCompleted(progress) > countCompleted(best) ? progress : best),
    undefined,
  );
}

interface StepView extends Step {
  /** Whether a user checked it off. */
  readonly is_checked: boolean;
  /** Whether it is checked off, and all required fields are filled. */
  readonly is_done: boolean;
  readonly completed_at: string | null;
  readonly completed_by: string | null;
  readonly task_id: string | null;
  readonly missing_fields: string[];
}

interface ProgressView {
  readonly steps: StepView[];
  readonly removed_steps: (StepProgress & { readonly id: string })[];
  readonly done_count: number;
  /** The first step that is not done. */
  readonly next_step_id: string | null;
}

const emptyState: Omit<StepProgress, "name"> = { completed_at: null, completed_by: null, task_id: null };

/** Shows the steps of a playbook with the state of each. `isFieldFilled` reads the record. */
export function viewProgress(
  steps: readonly Step[],
  states: StepStates,
  isFieldFilled: (field: string) => boolean,
): ProgressView {
  const views = steps.map((step): StepView => {
    const { completed_at, completed_by, task_id } = states[step.id] ?? emptyState;
    const missing_fields = step.required_fields.filter((field) => !isFieldFilled(field));
    const is_checked = completed_at !== null;
    return {
      ...step,
      ...{ is_checked, is_done: is_checked && missing_fields.length === 0 },
      ...{ completed_at, completed_by, task_id, missing_fields },
    };
  });
  const present = new Set(steps.map(({ id }) => id));
  return {
    steps: views,
    removed_steps: Object.entries(states).flatMap(([id, state]) => (present.has(id) ? [] : [{ id, ...state }])),
    done_count: views.filter(({ is_done }) => is_done).length,
    next_step_id: views.find(({ is_done }) => !is_done)?.id ?? null,
  };
}

/** Sets the state of one step. */
export const changeStep = (
  states: StepStates,
  { id, name }: Pick<Step, "id" | "name">,
  change: Partial<StepProgress>,
): Record<string, StepProgress> => ({ ...states, [id]: { ...emptyState, ...states[id], name, ...change } });
