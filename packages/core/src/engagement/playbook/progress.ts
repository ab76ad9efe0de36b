import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useActorId, useSettings } from "../../kernel/context.ts";
import { invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { listNames } from "../../kernel/registry.ts";
import { anyId, id, instant, text } from "../../kernel/schema.ts";
import { addDays, instantToDay } from "../../kernel/time-zone.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { Activity } from "../../people/activity/activity.ts";
import { SubjectActivities } from "../../people/activity/subject-activities.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { requireOpenable } from "../../storage/write/readable-records.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { ActivePlaybooks } from "./active-playbooks.ts";
import { selectApplicable } from "./applicability.ts";
import { type PlaybookRecord, type Step, Stored } from "./playbook.entity.ts";
import { PLAYBOOK, PLAYBOOK_PROGRESS, PLAYBOOK_STEP } from "./playbook.kind.ts";
import { changeStep, chooseProgress, isFilled, viewProgress } from "./playbook.rules.ts";
import { PlaybookProgresses, type ProgressRecord, type StepProgress } from "./progress.entity.ts";

/**
 * The progress of records in playbooks. It is visible and writable with the record. Required fields are read from the record each time. A
 * record into which others were merged has the further progress of them.
 */

const StepView = z.object({
  ...Stored.shape.steps.element.shape,
  is_checked: z.boolean().describe("Whether a user checked it off"),
  is_done: z.boolean().describe("Whether it is checked off and all required fields are filled"),
  completed_at: instant().nullable(),
  completed_by: actor().nullable(),
  task_id: id(ACTIVITY).nullable().describe("The task that was created from the step"),
  missing_fields: z.array(z.string()).describe("Required fields that are empty"),
});

const RemovedStep = StepView.pick({ name: true, completed_at: true, completed_by: true, task_id: true }).extend({
  id: id(PLAYBOOK_STEP),
});

export const Progress = z.object({
  playbook_id: id(PLAYBOOK),
  name: z.string(),
  description: z.string().nullable(),
  record_id: anyId(),
  steps: z.array(StepView),
  done_count: z.number().int(),
  next_step_id: id(PLAYBOOK_STEP).nullable().describe("The first step that is not done; null: all are done"),
  removed_steps: z.array(RemovedStep).describe("Steps with progress that the playbook no longer has"),
});
type Progress = z.output<typeof Progress>;

/** Records that were merged into a record, whose progress is read. */
const MAX_MERGED = 20;

interface Subject {
  readonly record: BaseRecord & { merged_ids?: readonly string[] | null; custom_fields?: CustomFields.Values | null };
  readonly collection: Collection<BaseRecord>;
}

/** Reads a record of a kind that has activities. It fails as a read of the record would fail. */
async function readSubject(recordId: string): Promise<Subject> {
  const record = await requireOpenable(recordId);
  const collection = await loadCollectionById(record.id);
  if (!collection || !listNames("activities").includes(collection.kind.name)) throw notFound();
  return { record, collection };
}

const progressId = (playbook: string, record: string): string =>
  derivedId(PLAYBOOK_PROGRESS, idTime(record), `${playbook}/${record}`);

interface StoredProgress {
  /** The item of the record itself. */
  readonly own: ProgressRecord | undefined;
  readonly steps: Readonly<Record<string, StepProgress>>;
  readonly absorbedIds: readonly string[];
}

/** Loads the progress of a record in each of the playbooks. */
async function loadProgress(playbooks: readonly PlaybookRecord[], { record }: Subject): Promise<StoredProgress[]> {
  const absorbedIds = (record.merged_ids ?? []).slice(0, MAX_MERGED);
  const recordIds = [record.id, ...absorbedIds];
  const ids = playbooks.flatMap((playbook) => recordIds.map((recordId) => progressId(playbook.id, recordId)));
  const items = await Records.loadMany(PlaybookProgresses, ids, { live: true });
  return playbooks.map((_, index) => {
    const [own, ...merged] = items.slice(index * recordIds.length, (index + 1) * recordIds.length);
    const chosen = chooseProgress(
      own,
      merged.flatMap((progress) => progress ?? []),
    );
    return { own, steps: chosen?.steps ?? {}, absorbedIds };
  });
}

/** Returns whether a field of a record is filled. A custom field that the caller may not see, or that was deleted, is not asked for. */
async function loadFieldReader({ record, collection }: Subject): Promise<(field: string) => boolean> {
  const values = collection.definition.customFields
    ? (await CustomFields.loadPresenter(collection.kind.name))(record.custom_fields ?? null)
    : {};
  return (field) => {
    const [, customField] = /^custom_fields\.(.+)$/.exec(field) ?? [];
    if (customField !== undefined) return !Object.hasOwn(values, customField) || isFilled(values[customField]);
    return isFilled((record as unknown as Record<string, unknown>)[field]);
  };
}

type FieldReader = Awaited<ReturnType<typeof loadFieldReader>>;

const present = (
  playbook: PlaybookRecord,
  record: BaseRecord,
  states: Readonly<Record<string, StepProgress>>,
  isFieldFilled: FieldReader,
): Progress =>
  ({
    playbook_id: playbook.id,
    name: playbook.name,
    description: playbook.description,
    record_id: record.id,
    ...viewProgress(playbook.steps, states, isFieldFilled),
  }) as Progress;

export const list = fn(z.strictObject({ record_id: text(64) }), async ({ record_id }): Promise<Progress[]> => {
  const subject = await readSubject(record_id);
  const active = await ActivePlaybooks.listActive(subject.collection.kind.name);
  const playbooks = await selectApplicable(active, subject.collection, subject.record);
  if (playbooks.length === 0) return [];
  const [progress, isFieldFilled] = await Promise.all([loadProgress(playbooks, subject), loadFieldReader(subject)]);
  return playbooks.map((playbook, index) => present(playbook, subject.record, progress[index]?.steps ?? {}, isFieldFilled));
});

const StepInput = z.strictObject({ id: text(64), record_id: text(64), step_id: text(64) });
type StepInput = z.output<typeof StepInput>;

interface StepContext {
  readonly subject: Subject;
  readonly playbook: PlaybookRecord;
  readonly step: Step;
  readonly state: StepProgress | undefined;
}

/** Changes the state of a step. Requests at once repeat from the state that the other one wrote. */
const changeState = (
  { id: playbookId, record_id, step_id }: StepInput,
  edit: (context: StepContext, tx: Transaction) => Promise<Partial<StepProgress> | undefined>,
): Promise<Progress> =>
  retryOnConflict(async () => {
    const subject = await readSubject(record_id);
    const active = await ActivePlaybooks.listActive(subject.collection.kind.name);
    const playbook = active.find(({ id: activeId }) => activeId === playbookId);
    const step = playbook?.steps.find(({ id: stepId }) => stepId === step_id);
    if (!playbook || !step) throw notFound();
    if ((await selectApplicable([playbook], subject.collection, subject.record)).length === 0)
      throw ruleViolation("The playbook does not apply to this record now: check its stage, segment and conditions");
    const [[stored], isFieldFilled] = await Promise.all([loadProgress([playbook], subject), loadFieldReader(subject)]);
    const { own, steps = {}, absorbedIds = [] } = stored ?? {};
    const tx = transaction();
    const patch = await edit({ subject, playbook, step, state: steps[step.id] }, tx);
    if (patch === undefined) return present(playbook, subject.record, steps, isFieldFilled);
    const next = changeStep(steps, step, patch);
    const fields = { playbook_id: playbook.id, record_id: subject.record.id, steps: next, absorbed_ids: [...absorbedIds] };
    putDerived(tx, PlaybookProgresses, own, progressId(playbook.id, subject.record.id), fields);
    return tx.commit(present(playbook, subject.record, next, isFieldFilled));
  });

export const complete = fn(StepInput, (input) =>
  changeState(input, async ({ state }) =>
    state?.completed_at ? undefined : { completed_at: Clock.now(), completed_by: useActorId() },
  ),
);

export const reopen = fn(StepInput, (input) =>
  changeState(input, async ({ state }) => (state?.completed_at ? { completed_at: null, completed_by: null } : undefined)),
);

/** Creates the task of a step, once: the progress names it in the same transaction. A task that was deleted can be created again. */
export const createTask = fn(StepInput, (input) =>
  changeState(input, async ({ subject, step, state }, tx) => {
    const { task } = step;
    if (!task) throw invalid("step_id", "The step has no task");
    const [present] = state?.task_id ? await Activity.loadLive([state.task_id]) : [];
    if (present) return undefined;
    const activity = await SubjectActivities.addTo(tx, subject.record.id, await buildTask(task, subject));
    return { task_id: activity.id };
  }),
);

/** The owner of the record does the task, or else the caller. */
async function buildTask(task: NonNullable<Step["task"]>, { record, collection }: Subject) {
  const owner = task.assign_to === "OWNER" ? collection.ownerId(record) : undefined;
  const assignee = owner && (await Directory.findActive(owner)) ? owner : undefined;
  const actorId = useActor().type === "user" ? useActorId() : undefined;
  return {
    subject: task.subject,
    activity_type_id: task.activity_type_id,
    due_date: addDays(instantToDay(useSettings().timezone, Clock.now()), task.due_in_days),
    ...(assignee || actorId ? { assigned_to_id: assignee ?? actorId } : {}),
  };
}

export * as PlaybookProgress from "./progress.ts";
