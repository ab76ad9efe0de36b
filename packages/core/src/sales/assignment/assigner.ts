import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { selectProcessable } from "../../kernel/processing.ts";
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

/** Assigns records by the rule of their kind. This module reads the users' availability and loads; pure rules decide. */

/** The rule and method that chose the owner. */
export interface AssignmentDecision {
  method: Method;
  rule: z.output<typeof RuleReference>;
  rule_name: string | null;
}

export interface Choice {
  /** null: no rule fits, or no user is free. */
  owner_id: string | null;
  /** null: no rule fits. */
  decision: AssignmentDecision | null;
  /** When to try again; null if a user was found, or if no rule fits. */
  next_at: string | null;
}

/** A choice without a rule: the request named the owner, or named none. */
export const buildNamedChoice = (owner_id: string | null): Choice => ({ owner_id, decision: null, next_at: null });

const NO_CHOICE = buildNamedChoice(null);

/**
 * Seconds until a retry: after the first a full user may have capacity again, after the second availability or the rule may have changed.
 */
const FULL_RETRY_SECONDS = 60;
const MAX_RETRY_SECONDS = 60 * 60;

/** Chooses an owner by the rule in force. */
export async function choose(kind: AssignableKind, record: Facts): Promise<Choice> {
  const [choice] = await distribute(kind, await loadActiveRule(kind.rule), [record]);
  return choice ?? NO_CHOICE;
}

/** The users of one rule entry. */
interface EntryUsers {
  entry: Entry;
  /** The candidates with their present loads, including what was assigned so far. */
  candidates: () => readonly Candidate[];
  give: (user: string) => void;
  /** When the first user who is not available now becomes available. */
  next_at: string;
  /** The position in the rotation for the next record. */
  rotation: number;
}

/**
 * Assigns records in their order. Each assignment counts as load for the next. A rehearsal neither reserves load nor advances the rotation.
 */
export async function distribute(
  kind: AssignableKind,
  rule: ActiveRule<Definition>,
  records: readonly Facts[],
  { isRehearsal = useBatch()?.isDryRun ?? false } = {},
): Promise<Choice[]> {
  const entries = listEntries(rule.definition);
  const processable = await selectProcessable(
    records.flatMap(({ personal_key_id }) => personal_key_id ?? []),
    "assign",
  );
  // A record of a person who may not be assigned gets no owner.
  const recordEntries = records.map((record) =>
    !record.personal_key_id || processable.has(record.personal_key_id) ? findEntry(record, entries) : undefined,
  );
  const rehearsed = isRehearsal ? new Map<string, number>() : undefined;
  const usersByEntry = new Map<Entry, EntryUsers>();
  for (const [entry, matches] of Map.groupBy(recordEntries, (entry) => entry))
    if (entry) usersByEntry.set(entry, await readEntryUsers(kind, entry, matches.length, rehearsed));
  // No await from here on: other requests of this process see the loads that these assignments reserve.
  return recordEntries.map((entry) => {
    const users = entry && usersByEntry.get(entry);
    if (!users) return NO_CHOICE;
    const { method } = users.entry.to;
    const decision = { method, rule: { kind: rule.kind, id: rule.id, number: rule.number }, rule_name: users.entry.name };
    const candidates = users.candidates();
    const taker = chooseCandidate(method, candidates, users.rotation++);
    if (!taker) return { owner_id: null, decision: decision, next_at: users.next_at };
    users.give(taker.id);
    return { owner_id: taker.id, decision: decision, next_at: null };
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
