import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { parseStored } from "../../kernel/fn.ts";
import { derivedId } from "../../kernel/id.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Definition, definitionFields } from "./definition.ts";
import { arePinsCurrent, type Pins, readPins } from "./pins.ts";
import { findRun } from "./schedule.ts";
import { buildVersionId } from "./version.ts";
import { buildWalk } from "./walk-queue.rules.ts";
import { isLasting, type Watch } from "./watch.rules.ts";
import { compileWatches } from "./watch-compiler.ts";
import { putAllWatches, readWatchesOf } from "./watch-index.ts";
import { type WorkflowRecord, Workflows, WorkflowVersions } from "./workflow.entity.ts";
import { WORKFLOW } from "./workflow.kind.ts";

/**
 * Workflows that a rule or a record manages, such as the automations of the rule `stage_automation`: they are written together with it, run as the
 * system, and cannot be changed by themselves.
 */
export interface ManagedWorkflow {
  /** Identifies it among those of its manager. The same key is the same workflow, in another version. */
  readonly key: string;
  readonly name: string;
  readonly definition: z.input<typeof Definition>;
  /** Whether no step runs and no record is enrolled until the manager says otherwise. Without it, a pause stays until another version. */
  readonly isPaused?: boolean;
  /** Whether the records that meet `where` are enrolled now, and those inside continue in this version. */
  readonly refreshes?: boolean;
}

/** The workflows that a manager has from one instant until another; null is without an end. */
export interface ManagedPeriod {
  readonly from: string;
  readonly to: string | null;
  /** Whether it is being published. Its workflows then use templates and macros as they are now. Others use them as they were published. */
  readonly isPublished?: boolean;
  readonly workflows: readonly ManagedWorkflow[];
}

export const buildManagedId = (managedBy: string, key: string): string => derivedId(WORKFLOW, 0, `${managedBy}/${key}`);

/**
 * Adds the change of a manager's workflows to the transaction that changes the manager: a workflow, its new versions and its watches. Changes of
 * records are matched by the period of their time, so a late event is decided as an early one. A workflow that no period has any more ends.
 */
export async function addManagedWorkflows(tx: Transaction, managedBy: string, periods: readonly ManagedPeriod[]): Promise<void> {
  const plans = await planAll(managedBy, periods);
  if (plans.length === 0) return;
  const isLarge = plans.reduce((sum, plan) => sum + countItems(plan), 0) > MAX_ITEMS;
  // The status of those that end may wait for `syncManagedWorkflows`: their watches end now.
  for (const plan of plans) if (!isLarge || plan.after?.status !== "ENDED") addPlan(tx, plan);
  addWatches(tx, plans);
  tx.put(buildManagerItem(managedBy, plans));
}

/** Items of one transaction, beside those of the manager itself. */
const MAX_ITEMS = 80;

const countItems = ({ before, after, versions, hasOtherWatches }: WorkflowPlan): number =>
  versions.length + (after && after !== before ? 1 : 0) + (hasOtherWatches ? 1 : 0);

function addWatches(tx: Transaction, plans: readonly WorkflowPlan[]): Transaction {
  const changed = plans.filter(({ hasOtherWatches }) => hasOtherWatches);
  return changed.length > 0 ? putAllWatches(tx, changed.map(toWatches)) : tx;
}

/**
 * Makes the workflows of a manager what its periods say, a transaction for each: after a migration, and when another period has begun. Repeating it
 * changes nothing.
 */
export const syncManagedWorkflows = (managedBy: string, periods: readonly ManagedPeriod[]): Promise<void> =>
  retryOnConflict(async () => {
    const plans = await planAll(managedBy, periods);
    // The numbers come first: a run that is killed leaves no version without its number.
    if (plans.length > 0) await transaction().put(buildManagerItem(managedBy, plans)).commit(undefined);
    for (const plan of plans) {
      // Watches that are over match nothing. The next publication deletes them.
      const isOver = plan.watches.length === 0;
      await addWatches(addPlan(transaction(), plan), isOver ? [] : [plan]).commit(undefined);
    }
  });

/** The item that holds the keys of the workflows that a manager has ever had, with the number of their last version. */
const managerKey = (managedBy: string): Key => ({ pk: tenantKey(useTenant(), "MANAGEDWORKFLOWS"), sk: managedBy });

const buildManagerItem = (managedBy: string, plans: readonly WorkflowPlan[]) => ({
  ...managerKey(managedBy),
  last_versions: Object.fromEntries(plans.map(({ key, lastVersion }) => [key, lastVersion])),
});

interface PlannedVersion {
  readonly number: number;
  readonly definition: Definition;
  readonly pins: Pins | null;
}

/** How the stored form of one workflow changes. */
interface WorkflowPlan {
  readonly key: string;
  readonly id: string;
  readonly kind: string;
  readonly before: WorkflowRecord | undefined;
  readonly after: WorkflowRecord | undefined;
  readonly lastVersion: number;
  readonly versions: readonly PlannedVersion[];
  readonly watches: readonly Watch[];
  readonly hasOtherWatches: boolean;
}

async function planAll(managedBy: string, periods: readonly ManagedPeriod[]): Promise<WorkflowPlan[]> {
  const lastVersions = ((await readItem(managerKey(managedBy)))?.last_versions ?? {}) as Record<string, number>;
  const keys = new Set([...Object.keys(lastVersions), ...periods.flatMap(({ workflows }) => workflows.map(({ key }) => key))]);
  return Promise.all([...keys].map((key) => planWorkflow({ managedBy, key, last: lastVersions[key] ?? 0 }, periods)));
}

/** Versions that are compared with a definition. An older one is published again under a new number. */
const COMPARED_VERSIONS = 10;

async function planWorkflow(
  { managedBy, key, last }: { readonly managedBy: string; readonly key: string; readonly last: number },
  periods: readonly ManagedPeriod[],
): Promise<WorkflowPlan> {
  const id = buildManagedId(managedBy, key);
  const numbers = Array.from({ length: Math.min(last, COMPARED_VERSIONS) }, (_, index) => last - index);
  const stored = await Records.loadMany(
    WorkflowVersions,
    numbers.map((number) => buildVersionId(id, number)),
  );
  const known: PlannedVersion[] = stored.filter((version) => version !== undefined);
  const versions: PlannedVersion[] = [];
  const watches: Watch[] = [];
  const now = Clock.now();
  const kind = periods.flatMap(({ workflows }) => workflows.find((each) => each.key === key)?.definition.kind ?? [])[0];
  const before = await Records.load(Workflows, id);
  const storedWatches = await readWatchesOf(kind ?? before?.kind ?? "", id);
  let lastVersion = last;
  let shown: ShownVersion | undefined;
  for (const { from, to, isPublished = false, workflows } of periods) {
    const wanted = workflows.find((each) => each.key === key);
    if (!wanted) continue;
    const definition = parseStored(Definition, { ...wanted.definition, run_as: "system" });
    const same = [...known, ...versions].filter((each) => isDeepStrictEqual(each.definition, definition));
    const pins = isPublished || same.length === 0 ? await readPins(definition) : undefined;
    const usable = pins ? same.filter((each) => arePinsCurrent(each.pins, pins)) : same;
    let version = usable.find(({ number }) => isVersionOfPeriod(storedWatches, number, { from, to })) ?? usable[0];
    if (!version) {
      version = { number: ++lastVersion, definition, pins: pins ?? {} };
      versions.push(version);
    }
    watches.push(
      ...(await compile(version, { workflow_id: id, from: findWatchStart(storedWatches, version, { from, to }), to })),
    );
    const isCurrent = from <= now && (to === null || to > now);
    if (isCurrent || (!shown && from > now)) shown = { ...version, wanted, from, isCurrent };
  }
  const built = buildAfter({ id, managedBy, before, shown });
  const after = isDeepStrictEqual(before, built) ? before : built;
  const allWatches = [...watches, ...listLateWatches(storedWatches, watches)];
  const hasOtherWatches = JSON.stringify(allWatches) !== JSON.stringify(storedWatches);
  return {
    key,
    id,
    kind: kind ?? before?.kind ?? "",
    before,
    after,
    lastVersion,
    versions,
    watches: allWatches,
    hasOtherWatches,
  };
}

/** The version that a workflow shows: the one in force, else the next one. */
type ShownVersion = PlannedVersion & { readonly wanted: ManagedWorkflow; readonly from: string; readonly isCurrent: boolean };

const isOfPeriod = (watch: Watch, { from, to }: Pick<ManagedPeriod, "from" | "to">): boolean =>
  watch.act === "enroll" && watch.from >= from && (to === null || watch.from < to);

/** Whether changes of a period match this version already. Other versions with the same definition may use templates as they were then. */
const isVersionOfPeriod = (
  storedWatches: readonly Watch[],
  version: number,
  period: Pick<ManagedPeriod, "from" | "to">,
): boolean => storedWatches.some((watch) => watch.version === version && isOfPeriod(watch, period));

/** Returns since when changes match a version: since its period began, or since it replaced another one in that period. */
function findWatchStart(
  storedWatches: readonly Watch[],
  { number }: PlannedVersion,
  { from, to }: Pick<ManagedPeriod, "from" | "to">,
): string {
  const ofPeriod = storedWatches.filter((watch) => isOfPeriod(watch, { from, to }));
  const stored = ofPeriod.find(({ version }) => version === number);
  return stored?.from ?? (ofPeriod.length > 0 ? Clock.now() : from);
}

/** For so long changes of before may still arrive. */
const LATE_SECONDS = 60 * 60;

/** Returns the stored watches that no period has any more: those that enroll until now, and those of enrollments without an end. */
function listLateWatches(storedWatches: readonly Watch[], watches: readonly Watch[]): Watch[] {
  const now = Clock.now();
  const oldest = Clock.addSeconds(-LATE_SECONDS);
  const isKept = (stored: Watch): boolean =>
    !watches.some(({ version, from }) => version === stored.version && from === stored.from);
  const kept = storedWatches.filter(isKept);
  const enrolling = kept
    .filter(({ act }) => act === "enroll")
    .map((stored) => ({ ...stored, to: stored.to !== undefined && stored.to < now ? stored.to : now }))
    .filter(({ from, to }) => to > oldest && from < to);
  const lasting = kept.filter(isLasting);
  const isEarliest = ({ version, from }: Watch): boolean =>
    ![...watches.filter(isLasting), ...lasting].some((other) => other.version === version && other.from < from);
  return [...enrolling, ...lasting.filter(isEarliest)];
}

async function compile(
  { number, definition }: PlannedVersion,
  { workflow_id, from, to }: { readonly workflow_id: string; readonly from: string; readonly to: string | null },
): Promise<Watch[]> {
  const kind = findKind(definition.kind);
  if (!kind) throw new Error(`${definition.kind} cannot be automated`);
  return compileWatches(await loadCollection(kind), definition, {
    workflow_id,
    version: number,
    from,
    ...(to === null ? {} : { to }),
  });
}

/** Returns the workflow as it is from now on; undefined if there never was one. */
function buildAfter(given: {
  readonly id: string;
  readonly managedBy: string;
  readonly before: WorkflowRecord | undefined;
  readonly shown: ShownVersion | undefined;
}): WorkflowRecord | undefined {
  const { id, managedBy, before, shown } = given;
  if (!shown) return before && { ...before, status: "ENDED", next_run_at: null };
  const definition = Object.fromEntries(
    Object.keys(definitionFields).map((field) => [field, shown.definition[field as keyof Definition] ?? null]),
  ) as Pick<WorkflowRecord, keyof Definition>;
  const now = Clock.now();
  const isNew = before?.published_version !== shown.number || before.status === "ENDED";
  // A workflow whose period lies ahead was written before it was published.
  const begins = shown.isCurrent && (isNew || (before.published_at ?? "") > before.updated_at);
  const { wanted } = shown;
  const isPaused = wanted.isPaused ?? (before?.status === "PAUSED" && !isNew);
  const purpose = wanted.refreshes ? "refresh" : begins && shown.definition.enrollment.existing ? "existing" : undefined;
  const wasPaused = isPaused && before?.status === "PAUSED";
  const fields = {
    ...definition,
    name: wanted.name,
    description: before?.description ?? null,
    owner_id: before?.owner_id ?? null,
    status: isPaused ? ("PAUSED" as const) : ("ACTIVE" as const),
    managed_by: managedBy,
    published_version: shown.number,
    published_at: isNew ? (shown.isCurrent ? now : shown.from) : (before?.published_at ?? now),
    published_by: isNew ? useActorId() : (before?.published_by ?? null),
    published_run_as: "system" as const,
    system_rights_withdrawn_at: null,
    system_rights_withdrawn_by: null,
    is_changed: false,
    paused_at: wasPaused ? before.paused_at : isPaused ? now : null,
    pause_reason: wasPaused ? before.pause_reason : isPaused ? ("user" as const) : null,
    pause_message: wasPaused ? before.pause_message : null,
    // A run that is due and not done yet stays.
    next_run_at: shown.isCurrent ? ((isNew ? null : before?.next_run_at) ?? findRun(shown.definition, now)) : null,
    webhook_token: before?.webhook_token ?? null,
    webhook_set_at: before?.webhook_set_at ?? null,
    walk: before?.walk ?? null,
    turn: before?.turn ?? 0,
    attention_at: before?.attention_at ?? null,
    ...(purpose
      ? {
          walk: buildWalk(before?.walk ?? null, [
            { purpose, version: shown.number, at: isNew || wanted.refreshes ? now : shown.from },
          ]),
          ...Job.requestWorker(before?.turn ?? 0),
        }
      : {}),
  };
  return before ? { ...before, ...fields, deleted_at: null } : Records.init(Workflows, fields, { id });
}

const toWatches = ({ kind, id, watches }: WorkflowPlan) => ({ kind, workflow: id, watches });

function addPlan(tx: Transaction, { id, before, after, versions }: WorkflowPlan): Transaction {
  for (const { number, definition, pins } of versions)
    tx.create(
      WorkflowVersions,
      Records.init(
        WorkflowVersions,
        { workflow_id: id, number, definition, owner_id: null, published_at: Clock.now(), published_by: useActorId(), pins },
        { id: buildVersionId(id, number) },
      ),
      () => new WriteConflict(`Version ${number} of ${id} was written concurrently`),
    );
  if (!after) return tx;
  if (!before) return tx.create(Workflows, after, () => new WriteConflict(`${id} was written concurrently`));
  return before === after ? tx : tx.replace(Workflows, before, Records.nextVersion(before, after));
}
