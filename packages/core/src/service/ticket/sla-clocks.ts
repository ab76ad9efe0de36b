import { isDeepStrictEqual } from "node:util";
import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import { useSettings } from "../../kernel/context.ts";
import { laterInstant } from "../../kernel/interval.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { alwaysOpenCalendar, SupportCalendar } from "../sla/calendar.ts";
import { type Clock, computeClocks, type Fact } from "../sla/clock.rules.ts";
import { type PolicyCriteria, SlaPolicy } from "../sla/policy.ts";
import { type Calendar, countSecondsBetween } from "../sla/working-time.rules.ts";
import { appendFacts } from "./sla-facts.rules.ts";
import { type OutcomeRecord, Outcomes, outcomeId } from "./sla-outcome.entity.ts";
import type { StoredTerms, TrackedClock } from "./sla-state.ts";
import { findActiveClock, findStoppedClock, listPendingTriggers, type Slot } from "./sla-triggers.rules.ts";
import { isEnded } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * Updates the SLA clocks of a ticket on each write: facts, terms, due times and outcomes. All of it is in the transaction of the write, so the
 * clocks never disagree with the ticket.
 */

/** The ticket fields that decide its policy. */
const policyFields = ["given_priority_id", "category_id", "ticket_type", "urgency_level_id", "customer_id"] as const;

interface Terms extends StoredTerms {
  calendar: Calendar;
}

/** Returns whether a change may bring another policy: a new, restored or reopened ticket, or a change of a field that decides. */
const isPolicyLookupNeeded = (before: TicketRecord | null, after: TicketRecord): boolean =>
  before === null ||
  (before.deleted_at !== null && after.deleted_at === null) ||
  (isEnded(before.status) && !isEnded(after.status)) ||
  policyFields.some((field) => before[field] !== after[field]);

/** The facts of a change. `isReview` applies the current policies and calendars although nothing happened. */
export interface ClockEvent {
  instant: string;
  facts: readonly Fact[];
  isReview?: boolean;
  /** The facts were corrected, as by the undo of a merge. Clocks that began with what is gone end without a judgement. */
  isCorrected?: boolean;
}

/** Returns the ticket with its clocks after the facts. Adds outcomes to the transaction. */
export async function advanceClocks(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { instant, facts: newFacts, isReview = false, isCorrected = false }: ClockEvent,
): Promise<TicketRecord> {
  const facts = clampFactTimes(after.sla.facts, newFacts);
  const isAnew = isReview || isPolicyLookupNeeded(before, after);
  if (facts.length === 0 && !isAnew && !isCorrected) return after;
  const terms = isAnew ? await termsFor(after, instant) : await withCalendar(after.sla.terms);
  const happened = [...after.sla.facts, ...facts];
  const clocks = computeClocksAt(happened, terms, instant);
  const change: ClockChange = { tx, instant, clocks, terms, before, after, isAnew, isCorrected };
  const [response, resolution] = [await advanceSlot(change, "response"), await advanceSlot(change, "resolution")];
  const state = { response: response.owing, resolution: resolution.owing };
  const { calendar: _calendar, ...storedTerms } = terms ?? { calendar: undefined };
  return withClockFields(
    {
      ...after,
      sla: { ...state, facts: appendFacts(after.sla.facts, facts), terms: terms ? (storedTerms as StoredTerms) : null },
      sla_policy_id: terms?.policy_id ?? null,
      sla_violations: after.sla_violations + response.violated + resolution.violated,
    },
    clocks,
  );
}

/**
 * Clocks of processes differ and can be set back. So a new fact never comes before the known ones; otherwise a pause could end before it began.
 */
function clampFactTimes(knownFacts: readonly Fact[], newFacts: readonly Fact[]): Fact[] {
  const last = findLatest(knownFacts, "");
  return newFacts.map((fact) => (fact.at < last ? { ...fact, at: last } : fact));
}

/** Returns the time of the latest fact, or `at` if that is later. */
const findLatest = (facts: readonly Fact[], instant: string): string =>
  facts.reduce((last, fact) => laterInstant(last, fact.at), instant);

/** Sets the fields that users and lists see, and when the clocks need attention next. */
export function withClockFields(ticket: TicketRecord, clocks: readonly Clock[]): TicketRecord {
  const { response, resolution } = ticket.sla;
  const dueTimes = [response, resolution].flatMap((clock) => (clock && !clock.stopped_at ? [clock.due_at] : []));
  const judgedDue = ticket.sla.terms ? ticket.first_response_due_at : null;
  const [next_due_at = null] = dueTimes.filter((due_at) => due_at !== null).sort();
  return {
    ...ticket,
    first_response_due_at: response?.metric === "first_response" ? response.due_at : judgedDue,
    next_response_due_at: response?.metric === "next_response" && !response.stopped_at ? response.due_at : null,
    resolution_due_at: resolution?.due_at ?? null,
    next_due_at,
    is_sla_paused: clocks.some(({ is_paused }) => is_paused),
    is_sla_violated: ticket.sla_violations > 0,
    sla_attention_at: listPendingTriggers(ticket.sla, clocks)[0]?.triggerTime ?? null,
  };
}

/** Computes the clocks of a ticket at an instant. */
export async function loadClocks(ticket: TicketRecord, instant: string): Promise<{ clocks: Clock[]; terms: Terms | null }> {
  const terms = await withCalendar(ticket.sla.terms);
  return { clocks: computeClocksAt(ticket.sla.facts, terms, instant), terms };
}

/** Another process may have written a fact that is some milliseconds later than `at`. */
const computeClocksAt = (facts: readonly Fact[], terms: Terms | null, instant: string): Clock[] =>
  terms ? computeClocks(facts, [terms], findLatest(facts, instant)) : [];

/** Returns the terms that apply from an instant on. Unchanged terms keep their start. */
async function termsFor(ticket: TicketRecord, from: string): Promise<Terms | null> {
  const followed = await SlaPolicy.findForTicket(await buildPolicyCriteria(ticket));
  if (!followed) return null;
  const { choice, policy_id, targets, calendar } = followed;
  const escalations = followed.escalations.map(({ percent, notify }) => ({ percent, notify: [...notify] }));
  const previousTerms = ticket.sla.terms;
  const nextTerms: StoredTerms = {
    from: previousTerms?.from ?? from,
    policy_id,
    calendar_id: choice.policy.calendar_id,
    targets,
    escalations,
  };
  return { ...nextTerms, from: isDeepStrictEqual(nextTerms, previousTerms) ? nextTerms.from : from, calendar };
}

/** Policies apply to the priority that a user gave, not to the one to which routing raised it. */
export async function buildPolicyCriteria(ticket: TicketRecord): Promise<PolicyCriteria> {
  const { given_priority_id, category_id, ticket_type, urgency_level_id, customer_id } = ticket;
  const customer = customer_id ? await CustomerLookup.loadAny(customer_id) : undefined;
  return {
    ...{ priority_id: given_priority_id, category_id, urgency_level_id },
    ticket_type,
    customer_tier: customer?.tier ?? null,
    is_vip: customer?.vip_status ?? false,
  };
}

async function withCalendar(terms: StoredTerms | null): Promise<Terms | null> {
  if (!terms) return null;
  const { calendar_id } = terms;
  const calendars = calendar_id === null ? undefined : await SupportCalendar.load([calendar_id]);
  return { ...terms, calendar: (calendar_id && calendars?.get(calendar_id)) || alwaysOpenCalendar };
}

interface ClockChange {
  tx: Transaction;
  instant: string;
  clocks: readonly Clock[];
  terms: Terms | null;
  before: TicketRecord | null;
  after: TicketRecord;
  isAnew: boolean;
  isCorrected: boolean;
}

/** Returns the tracked clock of a slot after a change, and whether the change found a violation. */
async function advanceSlot(change: ClockChange, slot: Slot): Promise<{ owing: TrackedClock | null; violated: 0 | 1 }> {
  const { clocks, instant, isAnew, isCorrected } = change;
  const trackedClock = change.after.sla[slot];
  const stoppedClock = findStoppedClock(clocks, trackedClock);
  const activeClock = findActiveClock(clocks, slot);
  if (isCorrected && trackedClock && trackedClock.started_at !== activeClock?.started_at) {
    if (trackedClock.outcome) await closeCorrectedOutcome(change, trackedClock.outcome.id);
    return { owing: activeClock ? startTrackedClock(activeClock) : null, violated: 0 };
  }
  const lapsed = isAnew && trackedClock ? findLapsedDueTime(trackedClock, instant) : null;
  if (trackedClock && stoppedClock)
    return stopTrackedClock(
      change,
      slot,
      trackedClock,
      lapsed ? { ...stoppedClock, due_at: lapsed, state: "violated" } : stoppedClock,
      activeClock,
    );
  const judged =
    trackedClock && lapsed ? await recordOutcome(change, trackedClock, { state: "VIOLATED", stoppedClock: null }) : null;
  if (!activeClock || !trackedClock || activeClock.metric !== trackedClock.metric)
    return { owing: activeClock ? startTrackedClock(activeClock) : null, violated: judged ? 1 : 0 };
  if (trackedClock.stopped_at && !activeClock.stopped_at)
    return { owing: toTrackedClock(await reopenTrackedClock(change, trackedClock), activeClock), violated: 0 };
  return {
    owing: trackedClock.stopped_at
      ? trackedClock
      : toTrackedClock({ ...trackedClock, outcome: judged ?? trackedClock.outcome }, activeClock),
    violated: judged ? 1 : 0,
  };
}

/**
 * Returns the due time if it passed under the former terms, because that violation stands under any new terms; null if it has not passed or the
 * clock is judged.
 */
const findLapsedDueTime = ({ outcome, stopped_at, due_at }: TrackedClock, instant: string): string | null =>
  !outcome && !stopped_at && due_at !== null && due_at < instant ? due_at : null;

const startTrackedClock = (clock: Clock): TrackedClock => toTrackedClock({ percent: 0, outcome: null }, clock);

/** Copies the current values of a computed clock. */
export const toTrackedClock = (
  { percent, outcome }: Pick<TrackedClock, "percent" | "outcome">,
  { metric, started_at, stopped_at, due_at, target_seconds }: Clock,
): TrackedClock => ({ metric, started_at, stopped_at, due_at, target_seconds, percent, outcome });

/** Judges a clock that has stopped, once. An earlier violation gets its end. A clock that a merge stopped in time gets no outcome. */
async function stopTrackedClock(
  change: ClockChange,
  slot: Slot,
  trackedClock: TrackedClock,
  clock: Clock,
  activeClock: Clock | undefined,
) {
  const isViolated = clock.state === "violated" || trackedClock.outcome !== null;
  let { outcome } = trackedClock;
  if (outcome) await closeOutcome(change, outcome.id, clock);
  else if (clock.state !== "merged")
    outcome = await recordOutcome(
      change,
      { ...trackedClock, due_at: clock.due_at },
      { state: isViolated ? "VIOLATED" : "MET", stoppedClock: clock },
    );
  const violated: 0 | 1 = isViolated && !trackedClock.outcome ? 1 : 0;
  // The undo of a merge continues the clock that the merge stopped.
  if (slot === "resolution" || change.after.merged_into_id !== null)
    return { owing: toTrackedClock({ percent: trackedClock.percent, outcome }, clock), violated };
  return { owing: activeClock ? startTrackedClock(activeClock) : null, violated };
}

/** Reopens the outcome of a clock that runs again. A MET outcome is deleted; a VIOLATED outcome stays and continues. */
async function reopenTrackedClock({ tx, instant }: ClockChange, trackedClock: TrackedClock): Promise<TrackedClock> {
  const { outcome } = trackedClock;
  const judged = outcome && (await Records.load(Outcomes, outcome.id));
  if (!judged) return { ...trackedClock, outcome: null };
  if (judged.state === "MET") {
    tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, deleted_at: instant }));
    return { ...trackedClock, outcome: null };
  }
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: null, over_seconds: null }));
  return trackedClock;
}

/** Adds the outcome of a clock to the transaction. */
export async function recordOutcome(
  { tx, terms, before, after }: Pick<ClockChange, "tx" | "terms" | "before" | "after">,
  { metric, started_at, due_at, target_seconds }: TrackedClock,
  { state, stoppedClock }: { state: OutcomeRecord["state"]; stoppedClock: Clock | null },
): Promise<NonNullable<TrackedClock["outcome"]>> {
  const judged_at = (state === "VIOLATED" ? due_at : stoppedClock?.stopped_at) ?? started_at;
  const id = outcomeId({ ticket_id: after.id, metric, started_at, judged_at });
  const { assigned_to_id, team_id, category_id, priority_id, customer_id } = stoppedClock ? after : (before ?? after);
  const policy_id = (before ?? after).sla.terms?.policy_id ?? terms?.policy_id ?? "";
  const outcome = Records.init(
    Outcomes,
    {
      ...{
        ticket_id: after.id,
        metric,
        state,
        policy_id,
        agent_id: assigned_to_id,
        team_id,
        category_id,
        priority_id,
        customer_id,
      },
      ...{ started_at, due_at, target_seconds, judged_at, stopped_at: stoppedClock?.stopped_at ?? null },
      over_seconds: stoppedClock ? computeOverrun(stoppedClock, terms) : null,
      judged_day: instantToDay(useSettings().timezone, judged_at),
    },
    { id },
  );
  tx.create(Outcomes, outcome, () => new WriteConflict(`${after.id} was judged at the same time`));
  return { id, state };
}

/** Sets the end of a violation. */
async function closeOutcome({ tx, terms }: ClockChange, id: string, clock: Clock): Promise<void> {
  const judged = await Records.load(Outcomes, id);
  if (!judged) return;
  const over_seconds = computeOverrun(clock, terms, judged.target_seconds);
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: clock.stopped_at, over_seconds }));
}

/** Sets the end of a violation whose clock a correction took away. */
async function closeCorrectedOutcome({ tx, terms, instant }: ClockChange, id: string): Promise<void> {
  const judged = await Records.load(Outcomes, id);
  if (!judged || judged.stopped_at !== null) return;
  const over_seconds = terms ? countSecondsBetween(terms.calendar, judged.judged_at, instant, []) : 0;
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: instant, over_seconds }));
}

const computeOverrun = (
  { started_at, stopped_at, pauses, target_seconds }: Clock,
  terms: Terms | null,
  target = target_seconds,
): number =>
  terms && stopped_at ? Math.max(0, countSecondsBetween(terms.calendar, started_at, stopped_at, pauses) - target) : 0;

export * as SlaClocks from "./sla-clocks.ts";
