import { Clock } from "../../kernel/clock.ts";
import { loadAllCollections } from "../table/collection-registry.ts";
import { Job, type JobLease } from "../write/job.ts";
import { foldCells } from "./counter-cells.ts";
import { rewriteCounter } from "./counter-rewrite.ts";
import type { Difference } from "./recount-difference.ts";
import { buildPathSubjects, buildRecordSubject } from "./recount-records.ts";
import {
  type Counts,
  concatRuns,
  deleteRuns,
  iterateEntries,
  mergeRuns,
  type RunEntry,
  readRun,
  ScopeSums,
  writeRun,
} from "./recount-runs.ts";
import type { RecountSubject, StoredCounter } from "./recount-subject.ts";
import { buildTagSubject } from "./recount-tags.ts";
import { buildVisibilitySubject } from "./recount-visibility.ts";

/**
 * The recount: walks all records of a tenant, the one place where that is allowed, and proves what is kept from the
 * stream: that each record's checkpoint says what the record contributes, and that the counters are the sum of the
 * checkpoints. Counters that differ are mended, if nothing counted in between; what moved meanwhile is proved another day.
 *
 * A kind is proved in three passes: which counters there are, what the records add up to, and both side by side in the order of
 * scopes. A small tenant has room in memory for that. Of a larger one the sums are spilled to the object store, and how far it is
 * stands in the table: so it takes no more memory, ends when its time is up, and goes on there, killed or not.
 */
export interface RecountResult {
  records: number;
  /** The first of them; all are mended. */
  differences: Difference[];
  mended: number;
  /** Counters that moved while they were being proved, the first of them: `lead/*`. */
  busy: string[];
  /** Whether all was proved; otherwise another call goes on where this one stopped. */
  done: boolean;
}

export interface RecountOptions {
  /** Whether counters that differ are written anew. */
  repair?: boolean;
  /** Whether each word is looked for by which searches find records: that reads an item for each. */
  verifiesWords?: boolean;
  /** What this call may take; as long as it needs, unless told otherwise. */
  seconds?: number;
  /** Numbers that are held in memory. */
  maxNumbers?: number;
}

const MAX_NUMBERS_IN_MEMORY = 20_000;
/** Differences that are told, and busy counters. */
const MAX_REPORTED = 200;
const JOB = "recount";
const phases = ["before", "walk", "compare"] as const;

/** How far it is, with all runs that were spilled up to there. */
interface RecountState {
  purpose: string;
  subject: string | undefined;
  phase: (typeof phases)[number];
  after: string | undefined;
  /** Runs of counters that there were before, and of sums. */
  before: string[];
  sums: string[];
  result: RecountResult;
}

interface RecountRun {
  repair: boolean;
  verifiesWords: boolean;
  until: number;
  maxNumbers: number;
  state: RecountState;
  /** Once something was spilled. */
  lease: JobLease<RecountState> | undefined;
  before: RunEntry<string>[];
  sums: ScopeSums;
}

/** Proves the tenant of the actor. */
export async function recount(options: RecountOptions = {}): Promise<RecountResult> {
  const run = await beginRun(options);
  const all = (await loadAllCollections()).filter(({ kind, definition }) => !kind.isDerived && definition.indexes.by_time);
  const subjects = [
    ...all.flatMap((collection) => [buildRecordSubject(collection), ...buildPathSubjects(collection)]),
    ...all.filter(({ definition }) => definition.derivedVisibility).map((collection) => buildVisibilitySubject(collection, all)),
    buildTagSubject(all),
  ];
  const { result, subject } = run.state;
  for (const each of subjects.slice(
    Math.max(
      0,
      subjects.findIndex(({ name }) => name === subject),
    ),
  )) {
    run.state.subject = each.name;
    if (!(await verifySubject(run, each))) return { ...result, done: false };
  }
  result.done = true;
  if (run.lease) {
    await deleteRuns();
    await Job.saveProgress(JOB, run.lease, run.state);
  }
  return result;
}

async function beginRun({
  repair: mend = true,
  verifiesWords: words = false,
  seconds,
  maxNumbers: most = MAX_NUMBERS_IN_MEMORY,
}: RecountOptions): Promise<RecountRun> {
  const purpose = JSON.stringify({ mend, words });
  const kept = await Job.readProgress<RecountState>(JOB);
  const goesOn = kept?.purpose === purpose && !kept.result.done;
  const lease = goesOn ? await Job.claim<RecountState>(JOB) : undefined;
  const result: RecountResult = { records: 0, differences: [], mended: 0, busy: [], done: false };
  return {
    repair: mend,
    verifiesWords: words,
    until: seconds === undefined ? Number.POSITIVE_INFINITY : Clock.ms() + seconds * 1000,
    maxNumbers: most,
    state: lease?.state ?? { purpose, subject: undefined, phase: "before", after: undefined, before: [], sums: [], result },
    lease,
    before: [],
    sums: new ScopeSums(),
  };
}

/** Goes on with what it is at; whether it is through with it. */
async function verifySubject(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  const passes = { before: readRevisions, walk: sumRecords, compare: compareCounters };
  for (const phase of phases.slice(phases.indexOf(run.state.phase))) {
    run.state.phase = phase;
    if (!(await passes[phase](run, subject))) return false;
    run.state.after = undefined;
  }
  Object.assign(run.state, { phase: "before", before: [], sums: [] });
  run.before = [];
  run.sums = new ScopeSums();
  return true;
}

/** Which counters there are, and when they changed last. */
async function readRevisions(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  for await (const { scope, revision } of subject.readStored(run.state.after)) {
    run.state.after = scope;
    run.before.push([scope, revision]);
    if (run.before.length % TIME_CHECK_INTERVAL === 0 && isTimeUp(run)) return stopRun(run);
    if (run.before.length >= run.maxNumbers) await spillRun(run);
  }
  return true;
}

const TIME_CHECK_INTERVAL = 1000;

/** What the records add up to. */
async function sumRecords(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  const { state, sums, verifiesWords: words } = run;
  for await (const { after, records, differences } of subject.pages(state.after, { add: sums.add, verifiesWords: words })) {
    state.after = after;
    state.result.records += records;
    addDifferences(state.result, differences);
    if (isTimeUp(run)) return stopRun(run);
    if (sums.size >= run.maxNumbers) await spillRun(run);
  }
  return true;
}

/** What is kept beside what there should be, in the order of scopes. */
async function compareCounters(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  const { state } = run;
  // From here on each counter that is mended is written down, with all that is in memory.
  if (run.lease) await spillRun(run);
  const kept = await peekable(subject.readStored(state.after), ({ scope }) => scope);
  const ofRun = ([scope]: RunEntry<unknown>): string => scope;
  const before = await peekable(concatRuns([...state.before.map(readRun<string>), iterateEntries(run.before)]), ofRun);
  const sums = await peekable(mergeRuns([...state.sums.map(readRun<Counts>), iterateEntries(run.sums.take())]), ofRun);
  const passed = state.after;
  for (let looked = 1; ; looked++) {
    const scope = [kept.next(), before.next(), sums.next()].filter((each) => each !== undefined).sort()[0];
    if (scope === undefined) return true;
    const [now, was, counted] = [await kept.take(scope), await before.take(scope), await sums.take(scope)];
    if (passed !== undefined && scope <= passed) continue;
    state.after = scope;
    if ((now?.revision ?? "") === (was?.[1] ?? "")) await settleCounter(run, subject, now, scope, counted?.[1] ?? {});
    else if (state.result.busy.length < MAX_REPORTED) state.result.busy.push(`${subject.name}/${scope}`);
    // What is in memory alone is soon through.
    if (run.lease && looked % TIME_CHECK_INTERVAL === 0 && isTimeUp(run)) return stopRun(run);
  }
}

/** A source of which the first is looked at before it is taken. */
async function peekable<T>(source: AsyncGenerator<T>, scopeOf: (value: T) => string) {
  let head = await source.next();
  return {
    next: (): string | undefined => (head.done ? undefined : scopeOf(head.value)),
    take: async (scope: string): Promise<T | undefined> => {
      if (head.done || scopeOf(head.value) !== scope) return undefined;
      const { value } = head;
      head = await source.next();
      return value;
    },
  };
}

/** Tells what is wrong with a counter, and mends it; cells that it has are folded as it passes. */
async function settleCounter(
  run: RecountRun,
  subject: RecountSubject,
  now: StoredCounter | undefined,
  scope: string,
  counted: Counts,
): Promise<void> {
  const { state, repair: mend } = run;
  const wrong = subject.findDifferences(now, scope, counted);
  addDifferences(state.result, wrong);
  if (!mend || !subject.isCounter) return;
  const isFolded = now === undefined || now.items.length === 1 || (await foldCells(subject.name, scope));
  if (wrong.length > 0 && isFolded && (await repairCounter(run, subject.name, scope, now, counted))) state.result.mended++;
}

/** Mended once, and told once, wherever it is killed. */
function repairCounter(
  { state, lease }: RecountRun,
  kind: string,
  scope: string,
  now: StoredCounter | undefined,
  counted: Counts,
): Promise<boolean> {
  const { result } = state;
  const step = lease && Job.saveProgressStep(JOB, lease, { ...state, result: { ...result, mended: result.mended + 1 } });
  return rewriteCounter({ kind, scope }, now, counted, step);
}

const isTimeUp = ({ until }: RecountRun): boolean => Clock.ms() >= until;

async function stopRun(run: RecountRun): Promise<false> {
  await spillRun(run);
  return false;
}

/** Spills what is in memory, and writes down how far it is. */
async function spillRun(run: RecountRun): Promise<void> {
  const { state } = run;
  run.lease ??= await Job.claim<RecountState>(JOB);
  for (const [what, entries] of [
    ["before", run.before.splice(0)],
    ["sums", run.sums.take()],
  ] as const) {
    if (entries.length === 0) continue;
    // A worker that was overtaken writes none of ours.
    const name = `${what}-${state[what].length}.${run.lease.worker.slice(0, 8)}`;
    await writeRun(name, entries);
    state[what].push(name);
  }
  run.lease = await Job.saveProgress(JOB, run.lease, state);
}

function addDifferences(result: RecountResult, differences: readonly Difference[]): void {
  result.differences.push(...differences.slice(0, Math.max(0, MAX_REPORTED - result.differences.length)));
}
