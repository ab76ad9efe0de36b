import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, useSettings } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { runAtTime } from "../../kernel/trial-time.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { listEventTypes } from "../../storage/stream/record-events.ts";
import { loadVersionsSince, type RecordVersion } from "../../storage/stream/record-history.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { listChangedFields, Records } from "../../storage/write/records.ts";
import { createConditionReader, hasReachedExit, meetsWhere } from "./condition.ts";
import { computeDue } from "./date-plan.ts";
import { type Definition, isYearly, type Step } from "./definition.ts";
import { type CollectedRecord, findPersonId, findRecord } from "./enrolled-record.ts";
import { type EnrollmentRecord, Enrollments } from "./enrollment.entity.ts";
import { isExempt } from "./enrollment.listener.ts";
import { loadFieldOrders } from "./field-orders.ts";
import { type KindChange, readKindChanges } from "./kind-changes.ts";
import { findRun } from "./schedule.ts";
import { findNext, findStep, listSteps } from "./step-tree.rules.ts";
import { findOpenInstant } from "./time-window.rules.ts";
import { buildTrialContext, buildTrialEnrollment, type TrialEnrollment, type TrialStep, TrialWorld, tryStep } from "./trial.ts";
import { usesRotation } from "./value-rotation.ts";
import { buildWatchIndex, type FieldOrders, findMatches, type Watch, type WatchIndex } from "./watch.rules.ts";
import { compileWatches } from "./watch-compiler.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

/**
 * Says which records a draft would have enrolled if it had been published some days ago, and what each step would have done. The changes of these days
 * come from the tenant's feed of events; the records as they were at each change are rebuilt from the audit trail. They are compared with the
 * watches of the draft as the stream does, and the steps run in memory at their times. Nothing is written.
 */

/**
 * Changes that are compared with the trigger (for dates and schedules: records that are looked at), and enrollments and steps that are shown. Each
 * costs a read of the record and of a part of its history.
 */
const MAX_CHANGES = 500;
const MAX_ENROLLMENTS = 100;
const MAX_STEPS = 1000;
/** Histories that are read at the same time. */
const MAX_CONCURRENCY = 10;

interface PeriodTrial {
  readonly enrolled: TrialEnrollment[];
  readonly is_complete: boolean;
  readonly examined_until: string;
  readonly notes: string[];
}

const DAY_SECONDS = 24 * 60 * 60;

/** Tries the draft with the changes of the last days, as far as both the caller and the owner see the records. */
export async function dryRunDays(
  workflow: WorkflowRecord,
  definition: Definition,
  { collection, days }: { readonly collection: Collection<BaseRecord>; readonly days: number },
): Promise<PeriodTrial> {
  const since = Clock.addSeconds(-days * DAY_SECONDS);
  const context = await buildTrialContext(workflow, buildTrialEnrollment(workflow, definition, "").id);
  const ownerGone = "The owner of the workflow can no longer sign in";
  if (!context) return { enrolled: [], is_complete: true, examined_until: Clock.now(), notes: [ownerGone] };
  return runIn(context, async () => {
    const published = { workflow_id: workflow.id, version: (workflow.published_version ?? 0) + 1, from: since };
    const index = buildWatchIndex(await compileWatches(collection, definition, published));
    const { changes, until, isComplete } = await readKindChanges(collection.name, since);
    const isWalk = definition.trigger.on === "date" || definition.trigger.on === "schedule";
    const candidates = isWalk ? await listWalked(collection, since) : changes.filter((change) => mayEnroll(index, change));
    const cutAt = isWalk ? undefined : candidates[MAX_CHANGES]?.at;
    const orders = await loadFieldOrders(collection, index);
    const trial = new TrialDays(workflow, definition, { collection, index, orders, since, until: cutAt ?? until });
    const examined = cutAt === undefined ? candidates.slice(0, MAX_CHANGES) : candidates.filter(({ at }) => at < cutAt);
    await trial.loadHistories(examined, changes);
    return trial.run(isComplete && candidates.length <= MAX_CHANGES);
  });
}

/** Lists the records that a date or a schedule may enroll: all of the kind, as far as they are examined. */
async function listWalked(collection: Collection<BaseRecord>, since: string): Promise<{ record_id: string; at: string }[]> {
  const reading = { order: "asc", after: undefined, limit: MAX_CHANGES + 1 } as const;
  const ids = await listKeysAfter(collection, collection.allPartitions("live"), reading);
  return ids.map((record_id) => ({ record_id, at: since }));
}

/** Whether a change may enroll its record, by its events and fields alone. */
const mayEnroll = ({ byEvent, byField }: WatchIndex, { types, changed }: KindChange): boolean =>
  [...types.flatMap((type) => byEvent.get(type) ?? []), ...changed.flatMap((field) => byField.get(field) ?? [])].some(
    ({ act }) => act === "enroll",
  );

/** Fields that differ between all versions. */
const versionFields: readonly string[] = ["version", "updated_at", "updated_by"];

/** A version of a record in the order of time, with the types of its events. */
interface TrialChange {
  readonly record_id: string;
  readonly version: RecordVersion;
  readonly types: readonly string[] | undefined;
}

/** Work at a time. */
interface AgendaItem {
  readonly at: string;
  readonly work: () => Promise<void>;
}

/** An enrollment under way. */
interface Running {
  enrollment: EnrollmentRecord;
  readonly shown: TrialEnrollment;
  /** When the next step runs, or the wait is over. */
  due: string | null;
  wait: { readonly step: Step; readonly since: string; readonly endsByTime: boolean; readonly shown: TrialStep } | null;
}

/** Returns the part with the smallest value; parts without a value are left out. */
function minBy<T>(parts: readonly T[], read: (part: T) => string | undefined): T | undefined {
  let found: { part: T; value: string } | undefined;
  for (const part of parts) {
    const value = read(part);
    if (value !== undefined && (!found || value < found.value)) found = { part, value };
  }
  return found?.part;
}

class TrialDays {
  readonly #workflow: WorkflowRecord;
  readonly #definition: Definition;
  readonly #collection: Collection<BaseRecord>;
  readonly #index: WatchIndex;
  readonly #orders: FieldOrders;
  readonly #since: string;
  readonly #until: string;
  readonly #world = new TrialWorld();
  readonly #enrolled: TrialEnrollment[] = [];
  readonly #notes = new Set<string>();
  /** Enrollments under way, the earliest first. */
  #running: Running[] = [];
  /** Records that may not be enrolled again. */
  readonly #locked = new Set<string>();
  /** Records whose date is to come, with the instant at which they are enrolled. */
  readonly #planned = new Map<string, string>();
  /** Records that a schedule looks at. */
  #walked: readonly string[] = [];
  /** How often a step ran that chooses one of several values. */
  readonly #rotations = new Map<string, number>();
  #changes: TrialChange[] = [];
  #steps = 0;
  /** What the changes of the steps that run now match. */
  #ownMatches: { readonly act: Watch["act"]; readonly step_id: string | undefined; readonly at: string }[] = [];
  /** Whether the workflow would have been paused. */
  #isStopped = false;
  #readConditions: (record: BaseRecord) => BaseRecord = (record) => record;

  constructor(
    workflow: WorkflowRecord,
    definition: Definition,
    period: { collection: Collection<BaseRecord>; index: WatchIndex; orders: FieldOrders; since: string; until: string },
  ) {
    this.#workflow = workflow;
    this.#definition = definition;
    this.#collection = period.collection;
    this.#index = period.index;
    this.#orders = period.orders;
    this.#since = period.since;
    this.#until = period.until;
  }

  /** Loads the versions of the records that may be enrolled, from the first change on that may enroll them. */
  async loadHistories(
    candidates: readonly Pick<KindChange, "record_id" | "at">[],
    changes: readonly KindChange[],
  ): Promise<void> {
    this.#readConditions = await createConditionReader(this.#collection);
    const typesByVersion = new Map(changes.map(({ record_id, version, types }) => [`${record_id}.${version}`, types]));
    const limited = limitConcurrency(MAX_CONCURRENCY);
    const first = new Map(candidates.toReversed().map(({ record_id, at }) => [record_id, at]));
    this.#walked = [...first.keys()];
    const histories = await Promise.all([...first].map(([id, since]) => limited(() => this.#loadHistory(id, since))));
    this.#changes = histories
      .flat()
      .map(({ record_id, version }) => ({ record_id, version, types: typesByVersion.get(`${record_id}.${version.version}`) }))
      .filter(({ version }) => version.at <= this.#until)
      .sort((a, b) =>
        a.version.at < b.version.at ? -1 : a.version.at > b.version.at ? 1 : a.version.version - b.version.version,
      );
  }

  async #loadHistory(record_id: string, since: string): Promise<{ record_id: string; version: RecordVersion }[]> {
    const record = await Records.load(this.#collection, record_id);
    if (!record || !(await Records.canSee(this.#collection, record))) return [];
    const versions = await loadVersionsSince(this.#collection, record, since);
    if (!versions) this.#notes.add("The history of some records is not complete, so they are left out");
    const [first] = versions ?? [];
    const before = first ? first.before : versions && record;
    if (before) this.#world.put(this.#collection, before);
    return (versions ?? []).map((version) => ({ record_id, version }));
  }

  /** Goes through the changes, the due steps, the dates and the runs of a schedule in order of time. */
  async run(isComplete: boolean): Promise<PeriodTrial> {
    for (const id of this.#definition.trigger.on === "date" ? this.#walked : [])
      await runAtTime(this.#since, async () => this.#plan(id, this.#since));
    let nextRun = findRun(this.#definition, this.#since);
    let position = 0;
    const findNextEvent = (): AgendaItem | undefined => {
      const change = this.#changes[position];
      const due = minBy(this.#running, ({ due: at }) => at ?? undefined);
      const planned = minBy([...this.#planned], ([, at]) => at);
      const run = nextRun;
      const agenda: AgendaItem[] = [];
      if (due) agenda.push({ at: due.due ?? "", work: () => this.#runDue(due) });
      if (planned) agenda.push({ at: planned[1], work: () => this.#reachDate(...planned) });
      if (run !== null)
        agenda.push({
          at: run,
          work: () => {
            nextRun = findRun(this.#definition, run);
            return this.#runSchedule(run);
          },
        });
      if (change)
        agenda.push({
          at: change.version.at,
          work: () => {
            position++;
            return this.#applyChange(change);
          },
        });
      return minBy(agenda, ({ at }) => at);
    };
    let examined = this.#since;
    for (let next = findNextEvent(); next && next.at <= this.#until; next = findNextEvent()) {
      if (this.#isFull() || this.#isStopped) break;
      examined = next.at;
      await runAtTime(next.at, next.work);
    }
    for (const { shown } of this.#running) shown.reason ??= "The record would still wait: later steps are not shown";
    const isCut = this.#isFull() || this.#isStopped;
    return {
      enrolled: this.#enrolled,
      is_complete: isComplete && !isCut,
      examined_until: isCut ? examined : this.#until,
      notes: [...this.#notes, ...this.#listNotes()],
    };
  }

  #isFull(): boolean {
    return this.#enrolled.length >= MAX_ENROLLMENTS || this.#steps >= MAX_STEPS;
  }

  /** Changes a record as it was changed then, and compares the change with the trigger, the exits and the waits. */
  async #applyChange({ record_id, version, types }: TrialChange): Promise<void> {
    const before = this.#world.get(this.#collection, record_id);
    const after = this.#patch(before, version);
    const changed = listChangedFields(this.#collection, before, after);
    // A step before has written these values already, so nothing would have changed.
    if (before && !changed.some((field) => !versionFields.includes(field))) return;
    this.#world.put(this.#collection, after);
    const own = await this.#isOwnEffect(version.request_id);
    if (own || (await isExempt(version))) return;
    const matches = this.#findMatches({ before, after, changed, types: types ?? this.#listTypes(before, after), at: version.at });
    for (const { act, step_id } of matches) {
      if (act === "enroll") await this.#enroll(record_id, version.at);
      else if (act === "plan") this.#plan(record_id, version.at);
      else
        for (const running of this.#running.filter(({ enrollment }) => enrollment.record_id === record_id))
          if (act === "exit") this.#end(running, "The exit conditions hold");
          else await this.#wake(running, step_id ?? "", version.at);
    }
  }

  /** Returns a record after a change: as the steps before left it, with the values that the change wrote. */
  #patch(before: BaseRecord | undefined, { after, changed, version }: RecordVersion): BaseRecord {
    if (!before) return after;
    const values = after as BaseRecord & Record<string, unknown>;
    return this.#collection.applyComputed({
      ...before,
      ...Object.fromEntries(changed.map((field) => [field, values[field]])),
      version: Math.max(before.version + 1, version),
      updated_at: after.updated_at,
      updated_by: after.updated_by,
    });
  }

  #listTypes = (before: BaseRecord | undefined, after: BaseRecord): string[] => listEventTypes(this.#collection, before, after);

  #findMatches({
    before,
    after,
    ...change
  }: {
    before: BaseRecord | undefined;
    after: BaseRecord;
    changed: readonly string[];
    types: readonly string[];
    at: string;
  }): Watch[] {
    const read = this.#readConditions;
    return findMatches(
      this.#index,
      { ...change, before: before && read(before), after: read(after), orders: this.#orders },
      WhereClauses.matchesExpression,
    );
  }

  /** Whether a step of this workflow made a change: the trial makes its own. */
  async #isOwnEffect(request: string): Promise<boolean> {
    if (!isId(request, WORKFLOW_ENROLLMENT)) return false;
    return (await Records.load(Enrollments, request))?.workflow_id === this.#workflow.id;
  }

  #findSubject = (id: string): Promise<CollectedRecord | undefined> => this.#world.run(() => findRecord(id));

  async #enroll(record_id: string, at: string): Promise<void> {
    const subject = await this.#findSubject(record_id);
    if (!subject || !(await mayProcess(findPersonId(subject.record), "automate"))) return;
    if ((await hasReachedExit(this.#definition, subject)) || !this.#lock(record_id)) return;
    await this.#start(record_id, at);
  }

  /** Takes a record for an enrollment. Returns false if it is, or was, in the workflow already. */
  #lock(record_id: string): boolean {
    if (this.#definition.enrollment.repeat === "every_time") return true;
    if (this.#locked.has(record_id)) return false;
    this.#locked.add(record_id);
    return true;
  }

  #unlock(record_id: string): void {
    if (this.#definition.enrollment.repeat === "once_at_a_time" || isYearly(this.#definition)) this.#locked.delete(record_id);
  }

  async #start(record_id: string, at: string): Promise<void> {
    const shown: TrialEnrollment = { record_id, at, steps: [], reason: null };
    this.#enrolled.push(shown);
    const enrollment = buildTrialEnrollment(this.#workflow, this.#definition, record_id);
    const running: Running = { enrollment, shown, due: at, wait: null };
    this.#running.push(running);
    await this.#runSteps(running);
  }

  /** Plans the enrollment of a record at its date, and moves or drops the plan when the date changes. */
  #plan(record_id: string, at: string): void {
    const { trigger } = this.#definition;
    if (trigger.on !== "date") return;
    const record = this.#world.get(this.#collection, record_id) as (BaseRecord & Record<string, unknown>) | undefined;
    const date = record?.deleted_at ? undefined : record?.[trigger.date_field];
    if (typeof date !== "string") {
      if (this.#planned.delete(record_id)) this.#unlock(record_id);
      return;
    }
    const due = computeDue(trigger, date, { zone: useSettings().timezone, from: at });
    if (!this.#planned.has(record_id) && (due < at || !this.#lock(record_id))) return;
    this.#planned.set(record_id, due < at ? at : due);
  }

  async #reachDate(record_id: string, at: string): Promise<void> {
    this.#planned.delete(record_id);
    const { where } = this.#definition;
    const subject = await this.#findSubject(record_id);
    const isAllowed = subject && (await mayProcess(findPersonId(subject.record), "automate"));
    if (
      isAllowed &&
      !(await hasReachedExit(this.#definition, subject)) &&
      (!where || (await meetsWhere(subject, where, "where")))
    )
      await this.#start(record_id, at);
    else this.#unlock(record_id);
  }

  async #runSchedule(at: string): Promise<void> {
    const { where } = this.#definition;
    for (const id of this.#walked) {
      const subject = await this.#findSubject(id);
      if (subject && (!where || (await meetsWhere(subject, where, "where")))) await this.#enroll(id, at);
    }
  }

  async #runDue(running: Running): Promise<void> {
    const openAt = findOpenInstant(this.#definition.window, useSettings().timezone, Clock.now());
    if (openAt > Clock.now()) {
      running.due = openAt;
      if (running.wait) running.wait.shown.until = openAt;
      return;
    }
    if (running.wait) {
      const reason = await this.#findEnd(running);
      if (reason !== undefined) return this.#end(running, reason);
      this.#endWait(running, Clock.now(), running.wait?.endsByTime ? "wait" : "time out");
    }
    await this.#runSteps(running);
  }

  /** Ends a wait because its event came or its conditions hold. */
  async #wake(running: Running, stepId: string, at: string): Promise<void> {
    if (running.wait?.step.id !== stepId || running.wait.since > at) return;
    this.#endWait(running, at, "wait");
    // The last step ends the enrollment, also if the change makes the exit conditions hold.
    if (running.enrollment.step_id === null) return this.#end(running, null);
    await this.#runSteps(running);
  }

  #endWait(running: Running, at: string, would: string): void {
    const { wait, enrollment } = running;
    if (!wait) return;
    Object.assign(wait.shown, { until: at, would });
    running.wait = null;
    running.enrollment = { ...enrollment, step_id: findNext(this.#definition.steps, wait.step.id) };
  }

  /** Returns why a record would leave now. */
  async #findEnd({ enrollment }: Running): Promise<string | undefined> {
    const subject = await this.#findSubject(enrollment.record_id);
    if (!subject || subject.record.id !== enrollment.record_id)
      return "The record was deleted, or the owner of the workflow no longer sees it";
    if (!(await mayProcess(findPersonId(subject.record), "automate"))) return "The person's data are restricted";
    return (await hasReachedExit(this.#definition, subject)) ? "The exit conditions hold" : undefined;
  }

  /**
   * Runs the steps that are due now. Their changes may end or wake other enrollments of the record. A change that would enroll the record again stops
   * the workflow.
   */
  async #runSteps(running: Running): Promise<void> {
    this.#ownMatches = [];
    await this.#runUntilWait(running);
    const matches = this.#ownMatches;
    const { record_id } = running.enrollment;
    for (const { act, step_id, at } of matches)
      for (const other of this.#running.filter(({ enrollment }) => enrollment.record_id === record_id))
        if (act === "exit") this.#end(other, "The exit conditions hold");
        // The own wait begins after the change.
        else if (act === "wake" && other !== running) await this.#wake(other, step_id ?? "", at);
    if (!matches.some(({ act }) => act === "enroll")) return;
    const subject = await this.#findSubject(record_id);
    if (!subject || (await hasReachedExit(this.#definition, subject))) return;
    this.#isStopped = true;
    this.#notes.add(
      "A step would have triggered the workflow again for the same record: the workflow would have been paused as a loop",
    );
  }

  /** Runs steps, one after the other, until the enrollment waits or ends. */
  async #runUntilWait(running: Running): Promise<void> {
    const { steps } = this.#definition;
    const now = Clock.now();
    running.due = null;
    for (;;) {
      const openAt = findOpenInstant(this.#definition.window, useSettings().timezone, now);
      if (openAt > now) {
        running.due = openAt;
        return;
      }
      const reason = await this.#findEnd(running);
      if (reason !== undefined) return this.#end(running, reason);
      const { enrollment, shown: enrolled } = running;
      const step = enrollment.step_id === null ? undefined : findStep(steps, enrollment.step_id);
      const subject = await this.#findSubject(enrollment.record_id);
      if (!step || !subject) return this.#end(running, null);
      this.#steps++;
      const { plan, shown, outputs } = await tryStep({
        ...{ definition: this.#definition, enrollment, subject, step, world: this.#world },
        choose: this.#countRotation(step),
      });
      enrolled.steps.push(shown);
      this.#watchOwnChange(subject.record, now);
      if ("wait" in plan && !plan.wait.isOver) {
        running.due = plan.wait.until;
        running.wait = { step, since: now, endsByTime: plan.wait.endsByTime, shown };
        return;
      }
      if (shown.problem !== null && step.on_error === "stop") return this.#remove(running);
      if ("end" in plan) return this.#end(running, plan.end.reason);
      const next = "way" in plan ? plan.way.next : findNext(steps, step.id);
      // The last step ends the enrollment, also if its change makes the exit conditions hold.
      if (next === null) return this.#end(running, null);
      running.enrollment = { ...enrollment, outputs, step_id: next };
    }
  }

  /** Chooses one of several values, one after the other. */
  #countRotation(step: Step): (values: readonly Json[]) => Json {
    const runs = this.#rotations.get(step.id) ?? 0;
    if (usesRotation(step)) this.#rotations.set(step.id, runs + 1);
    return (values) => values[runs % values.length] ?? null;
  }

  /** Compares a change by a step with the trigger, the exits and the waits. */
  #watchOwnChange(before: BaseRecord, at: string): void {
    const after = this.#world.get(this.#collection, before.id);
    if (!after || after.version === before.version) return;
    const changed = listChangedFields(this.#collection, before, after);
    const matches = this.#findMatches({ before, after, changed, types: this.#listTypes(before, after), at });
    this.#ownMatches.push(...matches.map(({ act, step_id }) => ({ act, step_id, at })));
  }

  #end(running: Running, reason: string | null): void {
    running.shown.reason = reason;
    if (running.wait) Object.assign(running.wait.shown, { until: Clock.now(), would: "leave" });
    this.#remove(running);
    this.#unlock(running.enrollment.record_id);
  }

  /** Ends an enrollment. One that failed keeps its record, so that it can be tried again. */
  #remove(running: Running): void {
    this.#running = this.#running.filter((each) => each !== running);
  }

  /** Says what may have been otherwise then. */
  #listNotes(): string[] {
    const steps = listSteps(this.#definition.steps).map(({ step }) => step);
    const has = (...actions: Step["do"][]): boolean => steps.some((step) => actions.includes(step.do));
    const hasTarget = steps.some((step) => "target" in step && step.target !== undefined && step.target !== "record");
    return [
      "Users, their rights and restrictions of persons are taken as they are now",
      ...(has("send") ? ["Messages are sent only if the person has consented at that time"] : []),
      ...(has("approval") ? ["Approvals are taken as given at once"] : []),
      ...(has("webhook") ? ["Addresses are not called, so their answers are unknown"] : []),
      ...(this.#definition.trigger.on === "date" || this.#definition.trigger.on === "schedule"
        ? ["Records that were deleted since are left out"]
        : []),
      ...(this.#definition.trigger.on === "event"
        ? ["Changes of fields that only the product keeps, such as the next check of an SLA, are not known"]
        : []),
      ...(hasTarget ? ["Records other than the enrolled one are taken as they are now"] : []),
      ...(has("update", "create", "task", "action", "convert", "assign")
        ? [
            "Changes that follow from a step later, such as another score, are not known",
            "Requests that wrote the values that a record had already are not known, even where a step would have changed these values",
          ]
        : []),
    ];
  }
}
