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
 * The recount. It walks all records of a tenant, and is the only code that may do so. It verifies the projections of the stream consumer:
 * that each record's checkpoint has what the record contributes, and that the counters are the sums of the checkpoints. Counters that
 * differ are repaired, unless they changed meanwhile; those are verified by the next recount.
 *
 * A kind is verified in three passes: read the revisions of its counters, sum the records, and compare both in order of scopes. For a small
 * tenant this fits into memory. For a larger one, the sums are spilled to the object store and the progress is stored in the table. Memory
 * therefore stays bounded, and a recount that was killed or ran out of time continues.
 */
export interface RecountResult {
  records: number;
  /** The first differences. All of them are repaired. */
  differences: Difference[];
  mended: number;
  /** The first counters that changed during the recount: `lead/*`. */
  busy: string[];
  /** Whether everything was verified; if not, the next call continues. */
  done: boolean;
}

export interface RecountOptions {
  /** Whether counters that differ are overwritten. */
  repair?: boolean;
  /** Whether the item of each search word is verified, which costs a read for each. */
  verifiesWords?: boolean;
  /** Maximum duration of this call; unlimited by default. */
  seconds?: number;
  /** Maximum numbers in memory. */
  maxNumbers?: number;
}

const MAX_NUMBERS_IN_MEMORY = 20_000;
/** Maximum differences, and busy counters, in the result. */
const MAX_REPORTED = 200;
const JOB = "recount";
const phases = ["before", "walk", "compare"] as const;

/** The progress, with the names of all runs that were spilled. */
interface RecountState {
  purpose: string;
  subject: string | undefined;
  phase: (typeof phases)[number];
  after: string | undefined;
  /** Runs of counter revisions, and runs of sums. */
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
  /** Set once something was spilled. */
  lease: JobLease<RecountState> | undefined;
  before: RunEntry<string>[];
  sums: ScopeSums;
}

/** Recounts the actor's tenant. */
export async function recount(options: RecountOptions = {}): Promise<RecountResult> {
  const run = await beginRun(options);
  const all = (await loadAllCollections()).filter(({ kind, definition }) => !kind.isDerived && definition.indexes.by_time);
  const subjects = [
    ...all.flatMap((collection) => [buildRecordSubject(collection), ...buildPathSubjects(collection)]),
    ...all.filter(({ definition }) => definition.derivedVisibility).map((collection) => buildVisibilitySubject(collection, all)),
    buildTagSubject(all),
  ];
  const { result, subject } = run.state;
  for (const recountSubject of subjects.slice(
    Math.max(
      0,
      subjects.findIndex(({ name }) => name === subject),
    ),
  )) {
    run.state.subject = recountSubject.name;
    if (!(await verifySubject(run, recountSubject))) return { ...result, done: false };
  }
  result.done = true;
  if (run.lease) {
    await deleteRuns();
    await Job.saveProgress(JOB, run.lease, run.state);
  }
  return result;
}

/** What a recount is for. One with another purpose begins anew. */
const buildPurpose = (mend: boolean, words: boolean): string => JSON.stringify({ mend, words });

/** Returns whether an unfinished recount of the actor's tenant repairs counters. */
export async function isRepairUnfinished(): Promise<boolean> {
  const state = await Job.readProgress<RecountState>(JOB);
  return state !== undefined && !state.result.done && state.purpose === buildPurpose(true, false);
}

async function beginRun({
  repair = true,
  verifiesWords = false,
  seconds,
  maxNumbers = MAX_NUMBERS_IN_MEMORY,
}: RecountOptions): Promise<RecountRun> {
  const purpose = buildPurpose(repair, verifiesWords);
  const storedState = await Job.readProgress<RecountState>(JOB);
  const goesOn = storedState?.purpose === purpose && !storedState.result.done;
  const lease = goesOn ? await Job.claim<RecountState>(JOB) : undefined;
  const result: RecountResult = { records: 0, differences: [], mended: 0, busy: [], done: false };
  return {
    repair,
    verifiesWords,
    until: seconds === undefined ? Number.POSITIVE_INFINITY : Clock.ms() + seconds * 1000,
    maxNumbers,
    state: lease?.state ?? { purpose, subject: undefined, phase: "before", after: undefined, before: [], sums: [], result },
    lease,
    before: [],
    sums: new ScopeSums(),
  };
}

/** Continues a subject. Returns whether it is complete. */
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

async function sumRecords(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  const { state, sums, verifiesWords } = run;
  for await (const { after, records, differences } of subject.pages(state.after, { add: sums.add, verifiesWords })) {
    state.after = after;
    state.result.records += records;
    addDifferences(state.result, differences);
    if (isTimeUp(run)) return stopRun(run);
    if (sums.size >= run.maxNumbers) await spillRun(run);
  }
  return true;
}

/** Compares the stored counters with the sums, in order of scopes. */
async function compareCounters(run: RecountRun, subject: RecountSubject): Promise<boolean> {
  const { state } = run;
  // From here on, each repair of a counter is saved together with the progress.
  if (run.lease) await spillRun(run);
  const storedCounters = await peekable(subject.readStored(state.after), ({ scope }) => scope);
  const ofRun = ([scope]: RunEntry<unknown>): string => scope;
  const before = await peekable(concatRuns([...state.before.map(readRun<string>), iterateEntries(run.before)]), ofRun);
  const sums = await peekable(mergeRuns([...state.sums.map(readRun<Counts>), iterateEntries(run.sums.take())]), ofRun);
  const lastScope = state.after;
  for (let iteration = 1; ; iteration++) {
    const scope = [storedCounters.next(), before.next(), sums.next()].filter((candidate) => candidate !== undefined).sort()[0];
    if (scope === undefined) return true;
    const [now, previousEntry, sumEntry] = [await storedCounters.take(scope), await before.take(scope), await sums.take(scope)];
    if (lastScope !== undefined && scope <= lastScope) continue;
    state.after = scope;
    if ((now?.revision ?? "") === (previousEntry?.[1] ?? "")) await settleCounter(run, subject, now, scope, sumEntry?.[1] ?? {});
    else if (state.result.busy.length < MAX_REPORTED) state.result.busy.push(`${subject.name}/${scope}`);
    // A recount that fits into memory ends soon.
    if (run.lease && iteration % TIME_CHECK_INTERVAL === 0 && isTimeUp(run)) return stopRun(run);
  }
}

/** Wraps a source so that its next value can be inspected before it is taken. */
async function peekable<T>(source: AsyncGenerator<T>, readScope: (value: T) => string) {
  let head = await source.next();
  return {
    next: (): string | undefined => (head.done ? undefined : readScope(head.value)),
    take: async (scope: string): Promise<T | undefined> => {
      if (head.done || readScope(head.value) !== scope) return undefined;
      const { value } = head;
      head = await source.next();
      return value;
    },
  };
}

/** Reports the differences of a counter, folds its cells, and repairs it. */
async function settleCounter(
  run: RecountRun,
  subject: RecountSubject,
  now: StoredCounter | undefined,
  scope: string,
  counts: Counts,
): Promise<void> {
  const { state, repair } = run;
  const differences = subject.findDifferences(now, scope, counts);
  addDifferences(state.result, differences);
  if (!repair || !subject.isCounter) return;
  const isFolded = now === undefined || now.items.length === 1 || (await foldCells(subject.name, scope));
  if (differences.length > 0 && isFolded && (await repairCounter(run, subject.name, scope, now, counts))) state.result.mended++;
}

/** Saves the progress in the same transaction, so that a repair is counted once even if the process is killed. */
function repairCounter(
  { state, lease }: RecountRun,
  kind: string,
  scope: string,
  now: StoredCounter | undefined,
  counts: Counts,
): Promise<boolean> {
  const { result } = state;
  const step = lease && Job.saveProgressStep(JOB, lease, { ...state, result: { ...result, mended: result.mended + 1 } });
  return rewriteCounter({ kind, scope }, now, counts, step);
}

const isTimeUp = ({ until }: RecountRun): boolean => Clock.ms() >= until;

async function stopRun(run: RecountRun): Promise<false> {
  await spillRun(run);
  return false;
}

/** Spills the sums in memory, and saves the progress. */
async function spillRun(run: RecountRun): Promise<void> {
  const { state } = run;
  run.lease ??= await Job.claim<RecountState>(JOB);
  for (const [runKind, entries] of [
    ["before", run.before.splice(0)],
    ["sums", run.sums.take()],
  ] as const) {
    if (entries.length === 0) continue;
    // The worker's id in the name keeps a worker that lost the lease from overwriting this run.
    const name = `${runKind}-${state[runKind].length}.${run.lease.worker.slice(0, 8)}`;
    await writeRun(name, entries);
    state[runKind].push(name);
  }
  run.lease = await Job.saveProgress(JOB, run.lease, state);
}

function addDifferences(result: RecountResult, differences: readonly Difference[]): void {
  result.differences.push(...differences.slice(0, Math.max(0, MAX_REPORTED - result.differences.length)));
}
