import { common, type Interval, joined } from "../kernel/interval.ts";
import type { Escalation, Metric, Targets } from "./policy.rules.ts";
import { type Calendar, explained, instantsOf, type Pause, secondsBetween } from "./working-time.rules.ts";

/**
 * Pure rules of a ticket's clocks (seed 001, SLA Tracking). They follow from what happened alone, so that a merge, a reopening or another
 * policy is no more than another fact or term, and whoever asks twice is told the same.
 */

/**
 * What happened with a ticket. `requester_message` and `agent_answer` are public; an automatic one starts, stops and resumes nothing.
 * `waiting` is Waiting on Customer, until `resumed`, the requester's message or the resolution.
 */
export type Fact =
  | { at: string; type: "opened" | "waiting" | "resumed" | "resolved" | "reopened" | "merged_into" }
  | { at: string; type: "requester_message" | "agent_answer"; is_automatic?: boolean }
  | { at: string; type: "merged"; owed: Owed };

/** What a ticket owes its requester: since when, and the pauses that there were since then. */
export interface Debt {
  since: string;
  pauses: Interval[];
}

/** What another ticket owed when it was merged into this one. */
export interface Owed {
  response: Debt | null;
  resolution: Debt | null;
}

/** By what clocks go from an instant on. One that has stopped stays as it was judged. */
export interface Terms {
  from: string;
  policy_id: string;
  targets: Targets;
  escalations: readonly Escalation[];
  calendar: Calendar;
}

/** `merged`: the ticket that it was merged into owes it. */
export type State = "running" | "paused" | "met" | "violated" | "merged";

export interface Clock {
  metric: Metric;
  policy_id: string;
  started_at: string;
  stopped_at: string | null;
  target_seconds: number;
  /** null while it is paused before it is due, or where ten years are too little. */
  due_at: string | null;
  state: State;
  is_paused: boolean;
  violated_at: string | null;
  /** Of working time; null of one that has stopped. */
  remaining_seconds: number | null;
  /** When somebody is told, as far as that is known; none of one that has stopped. */
  levels: Level[];
  /** Those that its due time heeds. */
  pauses: Pause[];
}

export interface Level extends Escalation {
  at: string;
}

/** Something owed; this ticket's own pauses hold from `holds` on, those `before` were brought by a merge. */
interface Demand {
  metric: Metric;
  since: string;
  holds: string;
  before: Interval[];
  stop: { at: string; isMerge: boolean } | null;
}

interface Brought {
  at: string;
  owed: Owed;
}

/** What was owed to a requester, and when the ticket paused, by its facts. */
class History {
  readonly demands: Demand[] = [];
  readonly pauses: Pause[] = [];
  response: Demand | null = null;
  resolution: Demand | null = null;
  #waiting: Pause | null = null;
  /** From a resolution on. */
  #resting: Pause | null = null;
  /** What came while it was resolved is owed once it is reopened. */
  #unheard: string | null = null;
  #late: Brought[] = [];

  /** In the order of time; of facts at the same instant as they are given. */
  constructor(facts: readonly Fact[]) {
    for (const fact of facts.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1))) {
      if ("is_automatic" in fact && fact.is_automatic) continue;
      this.happen(fact);
      if (fact.type === "merged_into") return;
    }
    if (this.resolution && this.#resting) this.resolution.stop = { at: this.#resting.from, isMerge: false };
  }

  private happen(fact: Fact): void {
    const { at } = fact;
    switch (fact.type) {
      case "opened":
        this.response ??= this.demand("first_response", at);
        this.resolution ??= this.demand("resolution", at);
        break;
      case "requester_message":
        this.write(at);
        break;
      case "agent_answer":
        this.answer(at);
        break;
      case "waiting":
        if (!this.#resting) this.#waiting ??= this.pause(at);
        break;
      case "resumed":
        this.resume(at);
        break;
      case "resolved":
        this.resolve(at);
        break;
      case "reopened":
        this.reopen(at);
        break;
      case "merged":
        if (this.#resting) this.#late.push(fact);
        else this.take(fact);
        break;
      case "merged_into":
        this.leave(at);
        break;
    }
  }

  private demand(metric: Metric, since: string): Demand {
    const made: Demand = { metric, since, holds: since, before: [], stop: null };
    this.demands.push(made);
    return made;
  }

  private pause(from: string): Pause {
    const made: Pause = { from, to: null };
    this.pauses.push(made);
    return made;
  }

  private resume(at: string): void {
    if (this.#waiting) this.#waiting.to = at;
    this.#waiting = null;
  }

  private write(at: string): void {
    this.resume(at);
    if (this.#resting) this.#unheard ??= at;
    else this.response ??= this.demand("next_response", at);
  }

  private answer(at: string): void {
    this.#unheard = null;
    this.#late = this.#late.map((each) => ({ ...each, owed: { ...each.owed, response: null } }));
    this.stop(at, false);
  }

  private stop(at: string, isMerge: boolean): void {
    if (this.response) this.response.stop = { at, isMerge };
    this.response = null;
  }

  private resolve(at: string): void {
    this.resume(at);
    this.stop(at, false);
    this.#resting ??= this.pause(at);
  }

  private reopen(at: string): void {
    if (!this.#resting) return;
    this.#resting.to = at;
    if (this.#unheard) this.response = this.demand("next_response", this.#unheard);
    for (const each of this.#late) this.take(each);
    [this.#resting, this.#unheard, this.#late] = [null, null, []];
  }

  private take({ owed, at }: Brought): void {
    if (owed.response) this.response = owing(this.response ?? this.demand("next_response", at), owed.response, at);
    if (owed.resolution && this.resolution) owing(this.resolution, owed.resolution, at);
  }

  private leave(at: string): void {
    this.stop(at, true);
    if (this.resolution) this.resolution.stop = { at: this.#resting?.from ?? at, isMerge: !this.#resting };
    this.resolution = null;
  }
}

/** What has been owed for longer counts: so no merge gives anybody more time. */
function owing(demand: Demand, { since, pauses }: Debt, at: string): Demand {
  if (since < demand.since) Object.assign(demand, { since, before: pauses, holds: at });
  return demand;
}

/** The pauses of a demand, up to an instant. */
function pausesOf({ before, holds }: Demand, pauses: readonly Pause[], until: string | null): Pause[] {
  const end = until ?? END;
  const own = pauses.map(({ from, to }) => ({ from, to: to ?? END }));
  const held = joined([...before, ...common([{ from: holds, to: end }], joined(own))]);
  return held.map(({ from, to }) => ({ from, to: to === END ? null : to }));
}

/** Behind every instant. */
const END = "~";

/** What a ticket owes at the instant at which it is merged into another. */
export function owedAt(facts: readonly Fact[], at: string): Owed {
  const { pauses, response, resolution } = new History(facts.filter((fact) => fact.at <= at));
  const debt = (demand: Demand | null): Debt | null =>
    demand === null || demand.stop
      ? null
      : { since: demand.since, pauses: pausesOf(demand, pauses, at).map(({ from, to }) => ({ from, to: to ?? at })) };
  return { response: debt(response), resolution: debt(resolution) };
}

/** The clocks of a ticket in the order in which they started, as they stand now; each customer's message that waited has its own. */
export function clocksOf(facts: readonly Fact[], terms: readonly Terms[], now: string): Clock[] {
  const known = facts.filter(({ at }) => at <= now);
  const { demands, pauses } = new History(known);
  return demands.flatMap((demand) => {
    const end = demand.stop?.at ?? now;
    const held = terms.findLast(({ from }) => from <= end) ?? terms[0];
    const seconds = held?.targets[demand.metric];
    return held && seconds ? [clockOf(demand, held, seconds, pausesOf(demand, pauses, demand.stop?.at ?? null), now)] : [];
  });
}

function clockOf({ metric, since, stop }: Demand, held: Terms, target: number, pauses: Pause[], now: string): Clock {
  const { policy_id, calendar, escalations } = held;
  const levels = stop ? [] : escalations;
  const [due_at = null, ...instants] = instantsOf(calendar, since, [target, ...thresholdsOf(levels, target)], pauses);
  const isViolated = due_at !== null && (stop ? due_at < toSecond(stop.at) : due_at <= now);
  const isPaused = !stop && pauses.some(({ to }) => to === null);
  return {
    ...{ metric, policy_id, started_at: since, stopped_at: stop?.at ?? null, target_seconds: target, due_at, pauses },
    state: isViolated ? "violated" : stop ? (stop.isMerge ? "merged" : "met") : isPaused ? "paused" : "running",
    is_paused: isPaused,
    violated_at: isViolated ? due_at : null,
    remaining_seconds: stop ? null : isViolated ? 0 : Math.max(0, target - secondsBetween(calendar, since, now, pauses)),
    levels: levels.flatMap((level, at) => (instants[at] ? [{ ...level, at: instants[at] }] : [])),
  };
}

/** What an instant is in whole seconds: who answers in the second in which it is due is in time. */
const toSecond = (instant: string): string => `${instant.slice(0, 19)}.000Z`;

const HOUR = 60 * 60;

/** Levels behind the target come an hour of working time apart at least (decisions, Tickets). */
function thresholdsOf(levels: readonly Escalation[], target: number): number[] {
  let last = 0;
  return levels.map(({ percent }) => {
    const usual = Math.ceil((target * percent) / 100);
    last = percent > 100 ? Math.max(usual, Math.max(last, target) + HOUR) : usual;
    return last;
  });
}

/** The next level of any clock behind an instant: when it is time to look again. */
export const nextLevel = (clocks: readonly Clock[], after: string): string | null =>
  clocks
    .flatMap(({ levels }) => levels.map(({ at }) => at))
    .filter((at) => at > after)
    .sort()[0] ?? null;

/** What a due time is made of. */
export const explain = ({ started_at, target_seconds, pauses }: Clock, calendar: Calendar) =>
  explained(calendar, started_at, target_seconds, pauses);
