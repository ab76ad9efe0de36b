import { type Interval, intersectIntervals, mergeIntervals } from "../../kernel/interval.ts";
import type { Escalation, Metric, Targets } from "./policy.rules.ts";
import { type Calendar, computeDueTimes, countSecondsBetween, explainDueTime, type Pause } from "./working-time.rules.ts";

/**
 * The SLA clocks of a ticket. They are computed from its facts and terms alone, so a merge, a reopening or another policy is just one more fact or
 * term, and repeated computation gives the same result. Pure.
 */

/**
 * A fact in a ticket's history. `requester_message` and `agent_answer` are public; an automatic one starts, stops and resumes nothing. `waiting`
 * means the status Waiting on Customer, until `resumed`, a message of the requester or the resolution.
 */
export type Fact =
  | { at: string; type: "opened" | "waiting" | "resumed" | "resolved" | "reopened" | "merged_into" | "unmerged" }
  | { at: string; type: "requester_message" | "agent_answer"; is_automatic?: boolean }
  | { at: string; type: "merged"; owed: SlaDue; ticket_id?: string | undefined };

/** An open target: since when a response or the resolution is due, and the pauses since then. */
export interface PendingTarget {
  since: string;
  pauses: Interval[];
}

/** The open targets of another ticket when it was merged into this one. */
export interface SlaDue {
  response: PendingTarget | null;
  resolution: PendingTarget | null;
}

/** The policy, targets and calendar that apply from an instant on. A stopped clock keeps the terms under which it stopped. */
export interface Terms {
  from: string;
  policy_id: string;
  targets: Targets;
  escalations: readonly Escalation[];
  calendar: Calendar;
}

/** `merged`: the target continues on the ticket that this one was merged into. */
type ClockState = "running" | "paused" | "met" | "violated" | "merged";

export interface Clock {
  metric: Metric;
  policy_id: string;
  started_at: string;
  stopped_at: string | null;
  target_seconds: number;
  /** Null while the clock is paused before it is due, or if it is not due within ten years. */
  due_at: string | null;
  state: ClockState;
  is_paused: boolean;
  violated_at: string | null;
  /** Seconds of working time; null if the clock has stopped. */
  remaining_seconds: number | null;
  /** The escalation levels with their known times; empty if the clock has stopped. */
  levels: Level[];
  /** The pauses that affect the due time. */
  pauses: Pause[];
}

export interface Level extends Escalation {
  at: string;
}

/**
 * A period in which a response or the resolution is due. The ticket's own pauses count from `effectiveFrom`; `inheritedPauses` come from a merged
 * ticket.
 */
interface ClockPeriod {
  metric: Metric;
  since: string;
  effectiveFrom: string;
  inheritedPauses: Interval[];
  stop: { at: string; isMerge: boolean } | null;
}

interface MergedDue {
  at: string;
  owed: SlaDue;
}

/** Derives the clock periods and pauses of a ticket from its facts. */
class History {
  readonly periods: ClockPeriod[] = [];
  readonly pauses: Pause[] = [];
  response: ClockPeriod | null = null;
  resolution: ClockPeriod | null = null;
  #waitingPause: Pause | null = null;
  /** The pause that the resolution began. */
  #resolvedPause: Pause | null = null;
  /** A message that arrived while the ticket was resolved needs an answer once the ticket is reopened. */
  #unansweredSince: string | null = null;
  #lateMerges: MergedDue[] = [];
  /** The pause of a merge that was undone. */
  #mergePause: Pause | null = null;

  /** Applies the facts in order of time. Facts of the same instant keep their order. A merge that was undone only paused the clocks. */
  constructor(facts: readonly Fact[]) {
    const ordered = facts.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
    for (const [index, fact] of ordered.entries()) {
      if ("is_automatic" in fact && fact.is_automatic) continue;
      const isMerge = fact.type === "merged_into";
      if (isMerge && ordered.slice(index).some(({ type }) => type === "unmerged")) this.#mergePause ??= this.pause(fact.at);
      else this.applyFact(fact);
      if (isMerge && !this.#mergePause) return;
    }
    if (this.resolution && this.#resolvedPause) this.resolution.stop = { at: this.#resolvedPause.from, isMerge: false };
  }

  private applyFact(fact: Fact): void {
    const { at: time } = fact;
    switch (fact.type) {
      case "opened":
        this.response ??= this.startPeriod("first_response", time);
        this.resolution ??= this.startPeriod("resolution", time);
        break;
      case "requester_message":
        this.addMessage(time);
        break;
      case "agent_answer":
        this.answer(time);
        break;
      case "waiting":
        if (!this.#resolvedPause) this.#waitingPause ??= this.pause(time);
        break;
      case "resumed":
        this.resume(time);
        break;
      case "resolved":
        this.resolve(time);
        break;
      case "reopened":
        this.reopen(time);
        break;
      case "merged":
        if (this.#resolvedPause) this.#lateMerges.push(fact);
        else this.inheritDue(fact);
        break;
      case "merged_into":
        this.endByMerge(time);
        break;
      case "unmerged":
        if (this.#mergePause) this.#mergePause.to = time;
        this.#mergePause = null;
        break;
    }
  }

  private startPeriod(metric: Metric, since: string): ClockPeriod {
    const period: ClockPeriod = { metric, since, effectiveFrom: since, inheritedPauses: [], stop: null };
    this.periods.push(period);
    return period;
  }

  private pause(from: string): Pause {
    const pause: Pause = { from, to: null };
    this.pauses.push(pause);
    return pause;
  }

  private resume(instant: string): void {
    if (this.#waitingPause) this.#waitingPause.to = instant;
    this.#waitingPause = null;
  }

  private addMessage(instant: string): void {
    this.resume(instant);
    if (this.#resolvedPause) this.#unansweredSince ??= instant;
    else this.response ??= this.startPeriod("next_response", instant);
  }

  private answer(instant: string): void {
    this.#unansweredSince = null;
    this.#lateMerges = this.#lateMerges.map((mergedDue) => ({ ...mergedDue, owed: { ...mergedDue.owed, response: null } }));
    this.stop(instant, false);
  }

  private stop(instant: string, isMerge: boolean): void {
    if (this.response) this.response.stop = { at: instant, isMerge };
    this.response = null;
  }

  private resolve(instant: string): void {
    this.resume(instant);
    this.stop(instant, false);
    this.#resolvedPause ??= this.pause(instant);
  }

  private reopen(instant: string): void {
    if (!this.#resolvedPause) return;
    this.#resolvedPause.to = instant;
    if (this.#unansweredSince) this.response = this.startPeriod("next_response", this.#unansweredSince);
    for (const mergedDue of this.#lateMerges) this.inheritDue(mergedDue);
    [this.#resolvedPause, this.#unansweredSince, this.#lateMerges] = [null, null, []];
  }

  private inheritDue({ owed: due, at: mergedAt }: MergedDue): void {
    if (due.response)
      this.response = mergePeriod(this.response ?? this.startPeriod("next_response", mergedAt), due.response, mergedAt);
    if (due.resolution && this.resolution) mergePeriod(this.resolution, due.resolution, mergedAt);
  }

  private endByMerge(instant: string): void {
    this.stop(instant, true);
    if (this.resolution) this.resolution.stop = { at: this.#resolvedPause?.from ?? instant, isMerge: !this.#resolvedPause };
    this.resolution = null;
  }
}

/** The earlier start counts, so a merge never extends a target. */
function mergePeriod(demand: ClockPeriod, { since, pauses }: PendingTarget, mergedAt: string): ClockPeriod {
  if (since < demand.since) Object.assign(demand, { since, inheritedPauses: pauses, effectiveFrom: mergedAt });
  return demand;
}

/** Returns the pauses of a period, up to an instant. */
function collectPauses({ inheritedPauses, effectiveFrom }: ClockPeriod, pauses: readonly Pause[], until: string | null): Pause[] {
  const end = until ?? AFTER_ALL_INSTANTS;
  const boundedPauses = pauses.map(({ from, to }) => ({ from, to: to ?? AFTER_ALL_INSTANTS }));
  const intervals = mergeIntervals([
    ...inheritedPauses,
    ...intersectIntervals([{ from: effectiveFrom, to: end }], mergeIntervals(boundedPauses)),
  ]);
  return intervals.map(({ from, to }) => ({ from, to: to === AFTER_ALL_INSTANTS ? null : to }));
}

/** Sorts after every instant. */
const AFTER_ALL_INSTANTS = "~";

/** Returns the open targets of a ticket when it is merged into another. */
export function computeSlaDue(facts: readonly Fact[], time: string): SlaDue {
  const { pauses, response, resolution } = new History(facts.filter((fact) => fact.at <= time));
  const debt = (demand: ClockPeriod | null): PendingTarget | null =>
    demand === null || demand.stop
      ? null
      : { since: demand.since, pauses: collectPauses(demand, pauses, time).map(({ from, to }) => ({ from, to: to ?? time })) };
  return { response: debt(response), resolution: debt(resolution) };
}

/**
 * Returns the clocks of a ticket at `now`, in the order of their starts. Each period in which the requester waits for an answer has its own clock.
 */
export function computeClocks(facts: readonly Fact[], terms: readonly Terms[], now: string): Clock[] {
  const pastFacts = facts.filter(({ at: time }) => time <= now);
  const { periods, pauses } = new History(pastFacts);
  return periods.flatMap((demand) => {
    const end = demand.stop?.at ?? now;
    const activeTerms = terms.findLast(({ from }) => from <= end) ?? terms[0];
    const seconds = activeTerms?.targets[demand.metric];
    return activeTerms && seconds
      ? [buildClock(demand, activeTerms, seconds, collectPauses(demand, pauses, demand.stop?.at ?? null), now)]
      : [];
  });
}

function buildClock({ metric, since, stop }: ClockPeriod, terms: Terms, target: number, pauses: Pause[], now: string): Clock {
  const { policy_id, calendar, escalations } = terms;
  const levels = stop ? [] : escalations;
  const [due_at = null, ...instants] = computeDueTimes(calendar, since, [target, ...computeThresholds(levels, target)], pauses);
  const isViolated = due_at !== null && (stop ? due_at < toSecond(stop.at) : due_at <= now);
  const isPaused = !stop && pauses.some(({ to }) => to === null);
  return {
    ...{ metric, policy_id, started_at: since, stopped_at: stop?.at ?? null, target_seconds: target, due_at, pauses },
    state: isViolated ? "violated" : stop ? (stop.isMerge ? "merged" : "met") : isPaused ? "paused" : "running",
    is_paused: isPaused,
    violated_at: isViolated ? due_at : null,
    remaining_seconds: stop ? null : isViolated ? 0 : Math.max(0, target - countSecondsBetween(calendar, since, now, pauses)),
    levels: levels.flatMap((level, index) => (instants[index] ? [{ ...level, at: instants[index] }] : [])),
  };
}

/** Truncates an instant to seconds: an answer in the second in which it is due is in time. */
const toSecond = (instant: string): string => `${instant.slice(0, 19)}.000Z`;

const HOUR_SECONDS = 60 * 60;

/** Computes when levels are due, in seconds of working time. Levels above 100 % are at least an hour apart. */
function computeThresholds(levels: readonly Escalation[], target: number): number[] {
  let last = 0;
  return levels.map(({ percent }) => {
    const usual = Math.ceil((target * percent) / 100);
    last = percent > 100 ? Math.max(usual, Math.max(last, target) + HOUR_SECONDS) : usual;
    return last;
  });
}

/** Returns the time of the next level of any clock after an instant: the next time to check the ticket. */
export const findNextLevel = (clocks: readonly Clock[], after: string): string | null =>
  clocks
    .flatMap(({ levels }) => levels.map(({ at: time }) => time))
    .filter((clock) => clock > after)
    .sort()[0] ?? null;

/** Explains how the due time of a clock is computed. */
export const explainClock = ({ started_at, target_seconds, pauses }: Clock, calendar: Calendar) =>
  explainDueTime(calendar, started_at, target_seconds, pauses);
