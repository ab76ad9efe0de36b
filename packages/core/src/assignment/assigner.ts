import type * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { inForce } from "../rule/in-force.ts";
import type { InForce } from "../rule/kind.ts";
import type { RuleNamed } from "../score/shapes.ts";
import { useBatch } from "../storage/table/batch.ts";
import { hashed } from "../storage/table/key.ts";
import { next } from "../storage/table/sequence.ts";
import { freeFrom } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { type Assigned, candidatesOf, type Definition } from "./assigned.ts";
import { type Candidate, chosen, type Entry, entriesOf, entryFor, type Facts, isFree, type Method } from "./assignment.rules.ts";
import { Loads } from "./loads.ts";

/** Whom records go to by the rule of their kind: what it goes by is read here, and who gets what is decided by pure rules. */

/** What decided. */
export interface Decided {
  method: Method;
  rule: z.output<typeof RuleNamed>;
  rule_name: string | null;
}

export interface Choice {
  /** null: no rule fits, or nobody is free. */
  owner_id: string | null;
  /** null: no rule fits. */
  by: Decided | null;
  /** When it is worth to ask again; null where somebody was found, or no rule fits. */
  next_at: string | null;
}

/** Whoever has it was named, or is nobody: no rule was asked. */
export const named = (owner_id: string | null): Choice => ({ owner_id, by: null, next_at: null });

const NOBODY = named(null);

/** Seconds after which somebody who is full may have room again, and after which availability or the rule may be another. */
const FULL = 60;
const LONGEST = 60 * 60;

/** By the rule in force. */
export async function choose(kind: Assigned, record: Facts): Promise<Choice> {
  const [choice] = await deal(kind, await inForce(kind.rule), [record]);
  return choice ?? NOBODY;
}

/** What is known of an entry's users. */
interface Known {
  entry: Entry;
  /** As they are at this moment, with what was dealt so far. */
  candidates: () => readonly Candidate[];
  give: (user: string) => void;
  /** When the first of them works next, of those who do not now. */
  next_at: string;
  /** The turns that these records were given. */
  turn: number;
}

/**
 * Deals records out, in their order; each that is given counts for the next. In a rehearsal nothing is taken from anybody's turn or
 * room.
 */
export async function deal(
  kind: Assigned,
  rule: InForce<Definition>,
  records: readonly Facts[],
  { isRehearsal = useBatch()?.isRehearsal ?? false } = {},
): Promise<Choice[]> {
  const entries = entriesOf(rule.definition);
  const wanted = records.map((record) => entryFor(record, entries));
  const rehearsed = isRehearsal ? new Map<string, number>() : undefined;
  const known = new Map<Entry, Known>();
  for (const [entry, fitting] of Map.groupBy(wanted, (entry) => entry))
    if (entry) known.set(entry, await readOf(kind, entry, fitting.length, rehearsed));
  // From here on nothing waits: whoever else chooses in this process sees what these were given.
  return wanted.map((entry) => {
    const users = entry && known.get(entry);
    if (!users) return NOBODY;
    const { method } = users.entry.to;
    const by = { method, rule: { kind: rule.kind, id: rule.id, number: rule.number }, rule_name: users.entry.name };
    const candidates = users.candidates();
    const taker = chosen(method, candidates, users.turn++);
    if (!taker) return { owner_id: null, by, next_at: users.next_at };
    users.give(taker.id);
    return { owner_id: taker.id, by, next_at: null };
  });
}

async function readOf(
  { rule, load }: Assigned,
  entry: Entry,
  count: number,
  rehearsed: Map<string, number> | undefined,
): Promise<Known> {
  const ids = await candidatesOf(entry.to);
  const [available, loads] = await Promise.all([Availability.of(ids), Loads.of(load, ids)]);
  const now = Clock.now();
  const users = ids.map((id) => {
    const { capacity, ...times } = available.get(id) as Availability.Available;
    return { id, capacity: load.isCapped ? capacity : null, free_at: freeFrom(times, now) };
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
    else loads.get(id)?.give();
  };
  const isTurned = entry.to.method === "ROUND_ROBIN" && !rehearsed && candidates().filter(isFree).length > 1;
  const turn = isTurned ? await next(`${rule.name}.${hashed(entry.name ?? "")}`, count) : 0;
  const instants = users.flatMap(({ free_at }) => (free_at === now ? [Clock.after(FULL)] : free_at === null ? [] : [free_at]));
  const next_at = [...instants, Clock.after(LONGEST)].sort()[0] as string;
  return { entry, candidates, give, next_at, turn };
}

export * as Assigner from "./assigner.ts";
