import { Clock } from "../../kernel/clock.ts";
import { allCollections } from "../table/collections.ts";
import { Job, type JobLease } from "../write/job.ts";
import { fold } from "./counter-cells.ts";
import { rewrite } from "./counter-rewrite.ts";
import type { Difference } from "./difference.ts";
import { pathsOf, recordsOf } from "./recount-records.ts";
import { addedUp, type Counts, deleteRuns, type Entry, following, inOrder, readRun, Sums, writeRun } from "./recount-runs.ts";
import { sightsOf } from "./recount-sights.ts";
import type { Kept, Subject } from "./recount-subject.ts";
import { tagsOf } from "./recount-tags.ts";

/**
 * The recount: walks all records of a tenant, the one place where that is allowed, and proves what is kept from the
 * stream: that each record's checkpoint says what the record contributes, and that the counters are the sum of the
 * checkpoints. Counters that differ are mended, if nothing counted in between; what moved meanwhile is proved another day.
 *
 * A kind is proved in three passes: which counters there are, what the records add up to, and both side by side in the order of
 * scopes. A small tenant has room in memory for that. Of a larger one the sums are spilled to the object store, and how far it is
 * stands in the table: so it takes no more memory, ends when its time is up, and goes on there, killed or not.
 */
export interface Recount {
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
  mend?: boolean;
  /** Whether each word is looked for by which searches find records: that reads an item for each. */
  words?: boolean;
  /** What this call may take; as long as it needs, unless told otherwise. */
  seconds?: number;
  /** Numbers that are held in memory. */
  most?: number;
}

const MOST = 20_000;
/** Differences that are told, and busy counters. */
const TOLD = 200;
const JOB = "recount";
const phases = ["before", "walk", "compare"] as const;

/** How far it is, with all runs that were spilled up to there. */
interface State {
  purpose: string;
  subject: string | undefined;
  phase: (typeof phases)[number];
  after: string | undefined;
  /** Runs of counters that there were before, and of sums. */
  before: string[];
  sums: string[];
  result: Recount;
}

interface Run {
  mend: boolean;
  words: boolean;
  until: number;
  most: number;
  state: State;
  /** Once something was spilled. */
  lease: JobLease<State> | undefined;
  before: Entry<string>[];
  sums: Sums;
}

/** Proves the tenant of the actor. */
export async function recount(options: RecountOptions = {}): Promise<Recount> {
  const run = await begun(options);
  const all = (await allCollections()).filter(({ kind, definition }) => !kind.isDerived && definition.indexes.by_time);
  const subjects = [
    ...all.flatMap((collection) => [recordsOf(collection), ...pathsOf(collection)]),
    ...all.filter(({ definition }) => definition.revealed).map((collection) => sightsOf(collection, all)),
    tagsOf(all),
  ];
  const { result, subject } = run.state;
  for (const each of subjects.slice(
    Math.max(
      0,
      subjects.findIndex(({ name }) => name === subject),
    ),
  )) {
    run.state.subject = each.name;
    if (!(await prove(run, each))) return { ...result, done: false };
  }
  result.done = true;
  if (run.lease) {
    await deleteRuns();
    await Job.advance(JOB, run.lease, run.state);
  }
  return result;
}

async function begun({ mend = true, words = false, seconds, most = MOST }: RecountOptions): Promise<Run> {
  const purpose = JSON.stringify({ mend, words });
  const kept = await Job.progress<State>(JOB);
  const goesOn = kept?.purpose === purpose && !kept.result.done;
  const lease = goesOn ? await Job.claim<State>(JOB) : undefined;
  const result: Recount = { records: 0, differences: [], mended: 0, busy: [], done: false };
  return {
    mend,
    words,
    until: seconds === undefined ? Number.POSITIVE_INFINITY : Clock.ms() + seconds * 1000,
    most,
    state: lease?.state ?? { purpose, subject: undefined, phase: "before", after: undefined, before: [], sums: [], result },
    lease,
    before: [],
    sums: new Sums(),
  };
}

/** Goes on with what it is at; whether it is through with it. */
async function prove(run: Run, subject: Subject): Promise<boolean> {
  const passes = { before: lookBefore, walk, compare };
  for (const phase of phases.slice(phases.indexOf(run.state.phase))) {
    run.state.phase = phase;
    if (!(await passes[phase](run, subject))) return false;
    run.state.after = undefined;
  }
  Object.assign(run.state, { phase: "before", before: [], sums: [] });
  run.before = [];
  run.sums = new Sums();
  return true;
}

/** Which counters there are, and when they changed last. */
async function lookBefore(run: Run, subject: Subject): Promise<boolean> {
  for await (const { scope, revision } of subject.kept(run.state.after)) {
    run.state.after = scope;
    run.before.push([scope, revision]);
    if (run.before.length % TOGETHER === 0 && isOver(run)) return stopped(run);
    if (run.before.length >= run.most) await keep(run);
  }
  return true;
}

const TOGETHER = 1000;

/** What the records add up to. */
async function walk(run: Run, subject: Subject): Promise<boolean> {
  const { state, sums, words } = run;
  for await (const { after, records, differences } of subject.pages(state.after, { add: sums.add, words })) {
    state.after = after;
    state.result.records += records;
    tell(state.result, differences);
    if (isOver(run)) return stopped(run);
    if (sums.size >= run.most) await keep(run);
  }
  return true;
}

/** What is kept beside what there should be, in the order of scopes. */
async function compare(run: Run, subject: Subject): Promise<boolean> {
  const { state } = run;
  // From here on each counter that is mended is written down, with all that is in memory.
  if (run.lease) await keep(run);
  const kept = await heads(subject.kept(state.after), ({ scope }) => scope);
  const ofRun = ([scope]: Entry<unknown>): string => scope;
  const before = await heads(following([...state.before.map(readRun<string>), inOrder(run.before)]), ofRun);
  const sums = await heads(addedUp([...state.sums.map(readRun<Counts>), inOrder(run.sums.take())]), ofRun);
  const passed = state.after;
  for (let looked = 1; ; looked++) {
    const scope = [kept.next(), before.next(), sums.next()].filter((each) => each !== undefined).sort()[0];
    if (scope === undefined) return true;
    const [now, was, counted] = [await kept.take(scope), await before.take(scope), await sums.take(scope)];
    if (passed !== undefined && scope <= passed) continue;
    state.after = scope;
    if ((now?.revision ?? "") === (was?.[1] ?? "")) await settle(run, subject, now, scope, counted?.[1] ?? {});
    else if (state.result.busy.length < TOLD) state.result.busy.push(`${subject.name}/${scope}`);
    // What is in memory alone is soon through.
    if (run.lease && looked % TOGETHER === 0 && isOver(run)) return stopped(run);
  }
}

/** A source of which the first is looked at before it is taken. */
async function heads<T>(source: AsyncGenerator<T>, scopeOf: (value: T) => string) {
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
async function settle(run: Run, subject: Subject, now: Kept | undefined, scope: string, counted: Counts): Promise<void> {
  const { state, mend } = run;
  const wrong = subject.wrong(now, scope, counted);
  tell(state.result, wrong);
  if (!mend || !subject.isCounter) return;
  const isFolded = now === undefined || now.items.length === 1 || (await fold(subject.name, scope));
  if (wrong.length > 0 && isFolded && (await rewritten(run, subject.name, scope, now, counted))) state.result.mended++;
}

/** Mended once, and told once, wherever it is killed. */
function rewritten({ state, lease }: Run, kind: string, scope: string, now: Kept | undefined, counted: Counts): Promise<boolean> {
  const { result } = state;
  const step = lease && Job.advancing(JOB, lease, { ...state, result: { ...result, mended: result.mended + 1 } });
  return rewrite({ kind, scope }, now, counted, step);
}

const isOver = ({ until }: Run): boolean => Clock.ms() >= until;

async function stopped(run: Run): Promise<false> {
  await keep(run);
  return false;
}

/** Spills what is in memory, and writes down how far it is. */
async function keep(run: Run): Promise<void> {
  const { state } = run;
  run.lease ??= await Job.claim<State>(JOB);
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
  run.lease = await Job.advance(JOB, run.lease, state);
}

function tell(result: Recount, differences: readonly Difference[]): void {
  result.differences.push(...differences.slice(0, Math.max(0, TOLD - result.differences.length)));
}
