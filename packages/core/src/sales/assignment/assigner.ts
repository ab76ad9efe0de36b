import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { ActiveRule } from "../../platform/rule/rule-kind.ts";
import { findFreeTime } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { advanceSequence } from "../../storage/table/sequence.ts";
import { useBatch } from "../../storage/table/transaction-batch.ts";
import type { RuleReference } from "../scoring/schemas.ts";
import { type AssignableKind, type Definition, listCandidates } from "./assignable-kind.ts";
import {
  type Candidate,
  chooseCandidate,
  type Entry,
  type Facts,
  findEntry,
  isFree,
  listEntries,
  type Method,
} from "./assignment.rules.ts";
import { Loads } from "./loads.ts";

/** Whom records go to by the rule of their kind: what it goes by is read here, and who gets what is decided by pure rules. */

/** What decided. */
export interface AssignmentDecision {
  method: Method;
  rule: z.output<typeof RuleReference>;
  rule_name: string | null;
}

export interface Choice {
  /** null: no rule fits, or nobody is free. */
  owner_id: string | null;
  /** null: no rule fits. */
  decision: AssignmentDecision | null;
  /** When it is worth to ask again; null where somebody was found, or no rule fits. */
  next_at: string | null;
}

/** Whoever has it was named, or is nobody: no rule was asked. */
export const buildNamedChoice = (owner_id: string | null): Choice => ({ owner_id, decision: null, next_at: null });

const NO_CHOICE = buildNamedChoice(null);

/** Seconds after which somebody who is full may have room again, and after which availability or the rule may be another. */
const FULL_RETRY_SECONDS = 60;
const MAX_RETRY_SECONDS = 60 * 60;

/** By the rule in force. */
export async function choose(kind: AssignableKind, record: Facts): Promise<Choice> {
  const [choice] = await distribute(kind, await loadActiveRule(kind.rule), [record]);
  return choice ?? NO_CHOICE;
}

/** What is known of an entry's users. */
interface EntryUsers {
  entry: Entry;
  /** As they are at this moment, with what was dealt so far. */
  candidates: () => readonly Candidate[];
  give: (user: string) => void;
  /** When the first of them works next, of those who do not now. */
  next_at: string;
  /** The turns that these records were given. */
  rotation: number;
}

/**
 * Deals records out, in their order; each that is given counts for the next. In a rehearsal nothing is taken from anybody's turn or
 * room.
 */
export async function distribute(
  kind: AssignableKind,
  rule: ActiveRule<Definition>,
  records: readonly Facts[],
  { isRehearsal = useBatch()?.isDryRun ?? false } = {},
): Promise<Choice[]> {
  const entries = listEntries(rule.definition);
  const wanted = records.map((record) => findEntry(record, entries));
  const rehearsed = isRehearsal ? new Map<string, number>() : undefined;
  const known = new Map<Entry, EntryUsers>();
  for (const [entry, fitting] of Map.groupBy(wanted, (entry) => entry))
    if (entry) known.set(entry, await readEntryUsers(kind, entry, fitting.length, rehearsed));
  // From here on nothing waits: whoever else chooses in this process sees what these were given.
  return wanted.map((entry) => {
    const users = entry && known.get(entry);
    if (!users) return NO_CHOICE;
    const { method } = users.entry.to;
    const by = { method, rule: { kind: rule.kind, id: rule.id, number: rule.number }, rule_name: users.entry.name };
    const candidates = users.candidates();
    const taker = chooseCandidate(method, candidates, users.rotation++);
    if (!taker) return { owner_id: null, decision: by, next_at: users.next_at };
    users.give(taker.id);
    return { owner_id: taker.id, decision: by, next_at: null };
  });
}

async function readEntryUsers(
  { rule, load }: AssignableKind,
  entry: Entry,
  count: number,
  rehearsed: Map<string, number> | undefined,
): Promise<EntryUsers> {
  const ids = await listCandidates(entry.to);
  const [available, loads] = await Promise.all([Availability.loadFor(ids), Loads.readLoads(load, ids)]);
  const now = Clock.now();
  const users = ids.map((id) => {
    const { capacity, ...times } = available.get(id) as Availability.UserAvailability;
    return { id, capacity: load.isCapped ? capacity : null, free_at: findFreeTime(times, now) };
  });
  const candidates = () =>
    users.map(({ id, capacity, free_at }) => ({
      id,
      capacity,
      load: (loads.get(id)?.open ?? 0) + (rehearsed?.get(id) ?? 0),
      is_available: free_at === now,
    }));
  const give = (id: string): void => {
    if (rehearsed) rehearsed.set(id, (rehearsed.get(id) ?? 0) + 1);
    else loads.get(id)?.reserve();
  };
  const isTurned = entry.to.method === "ROUND_ROBIN" && !rehearsed && candidates().filter(isFree).length > 1;
  const turn = isTurned ? await advanceSequence(`${rule.name}.${hashTexts(entry.name ?? "")}`, count) : 0;
  const instants = users.flatMap(({ free_at }) =>
    free_at === now ? [Clock.addSeconds(FULL_RETRY_SECONDS)] : free_at === null ? [] : [free_at],
  );
  const next_at = [...instants, Clock.addSeconds(MAX_RETRY_SECONDS)].sort()[0] as string;
  return { entry, candidates, give, next_at, rotation: turn };
}

export * as Assigner from "./assigner.ts";
