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
 * The clocks of a ticket, as each of its writes leaves them: facts, terms, what is owed by when, and what was judged. All of it is in the
 * transaction of the write, so a clock never says anything else than its ticket does.
 */

/** What of a ticket decides which policy it follows. */
const policyFields = ["given_priority_id", "category_id", "ticket_type", "urgency_level_id", "customer_id"] as const;

interface Terms extends StoredTerms {
  calendar: Calendar;
}

/** Whether a change may bring another policy: of what decides, at its birth, and when it comes back or is reopened. */
const isPolicyLookupNeeded = (before: TicketRecord | null, after: TicketRecord): boolean =>
  before === null ||
  (before.deleted_at !== null && after.deleted_at === null) ||
  (isEnded(before.status) && !isEnded(after.status)) ||
  policyFields.some((field) => before[field] !== after[field]);

/** What has happened at an instant; `isReview` goes by policies and calendars as they are now, though nothing happened. */
export interface ClockEvent {
  at: string;
  facts: readonly Fact[];
  isReview?: boolean;
}

/** The ticket with its clocks as they stand after what happened; what was judged joins the transaction. */
export async function advanceClocks(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { at, facts: told, isReview = false }: ClockEvent,
): Promise<TicketRecord> {
  const facts = clampFactTimes(after.sla.facts, told);
  const isAnew = isReview || isPolicyLookupNeeded(before, after);
  if (facts.length === 0 && !isAnew) return after;
  const terms = isAnew ? await termsFor(after, at) : await withCalendar(after.sla.terms);
  const happened = [...after.sla.facts, ...facts];
  const clocks = computeClocksAt(happened, terms, at);
  const change: ClockChange = { tx, at, clocks, terms, before, after, isAnew };
  const [response, resolution] = [await advanceSlot(change, "response"), await advanceSlot(change, "resolution")];
  const state = { response: response.owing, resolution: resolution.owing };
  const { calendar: _calendar, ...kept } = terms ?? { calendar: undefined };
  return withClockFields(
    {
      ...after,
      sla: { ...state, facts: appendFacts(after.sla.facts, facts), terms: terms ? (kept as StoredTerms) : null },
      sla_policy_id: terms?.policy_id ?? null,
      sla_violations: after.sla_violations + response.violated + resolution.violated,
    },
    clocks,
  );
}

/**
 * Processes' clocks differ, and one may be set back: what is told of a ticket later did not happen before what it knows, or a pause
 * would have ended before it began.
 */
function clampFactTimes(known: readonly Fact[], told: readonly Fact[]): Fact[] {
  const last = findLatest(known, "");
  return told.map((fact) => (fact.at < last ? { ...fact, at: last } : fact));
}

/** When the last of these happened, or an instant behind all of them. */
const findLatest = (facts: readonly Fact[], at: string): string => facts.reduce((last, fact) => laterInstant(last, fact.at), at);

/** What people and lists see of it, and when it is time to look again. */
export function withClockFields(ticket: TicketRecord, clocks: readonly Clock[]): TicketRecord {
  const { response, resolution } = ticket.sla;
  const owed = [response, resolution].flatMap((each) => (each && !each.stopped_at ? [each.due_at] : []));
  const judgedDue = ticket.sla.terms ? ticket.first_response_due_at : null;
  const [next_due_at = null] = owed.filter((due_at) => due_at !== null).sort();
  return {
    ...ticket,
    first_response_due_at: response?.metric === "first_response" ? response.due_at : judgedDue,
    next_response_due_at: response?.metric === "next_response" ? response.due_at : null,
    resolution_due_at: resolution?.due_at ?? null,
    next_due_at,
    is_sla_paused: clocks.some(({ is_paused }) => is_paused),
    is_sla_violated: ticket.sla_violations > 0,
    sla_attention_at: listPendingTriggers(ticket.sla, clocks)[0]?.at ?? null,
  };
}

/** The clocks of a ticket as they stand at an instant. */
export async function loadClocks(ticket: TicketRecord, at: string): Promise<{ clocks: Clock[]; terms: Terms | null }> {
  const terms = await withCalendar(ticket.sla.terms);
  return { clocks: computeClocksAt(ticket.sla.facts, terms, at), terms };
}

/** Another process may have written what is later than here by some milliseconds. */
const computeClocksAt = (facts: readonly Fact[], terms: Terms | null, at: string): Clock[] =>
  terms ? computeClocks(facts, [terms], findLatest(facts, at)) : [];

/** Those that hold from an instant on; what is as it was holds as long as it did. */
async function termsFor(ticket: TicketRecord, from: string): Promise<Terms | null> {
  const followed = await SlaPolicy.findForTicket(await buildPolicyCriteria(ticket));
  if (!followed) return null;
  const { choice, policy_id, targets, calendar } = followed;
  const escalations = followed.escalations.map(({ percent, notify }) => ({ percent, notify: [...notify] }));
  const had = ticket.sla.terms;
  const kept: StoredTerms = { from: had?.from ?? from, policy_id, calendar_id: choice.policy.calendar_id, targets, escalations };
  return { ...kept, from: isDeepStrictEqual(kept, had) ? kept.from : from, calendar };
}

/** A ticket goes by the priority that somebody gave it, not by one to which routing has raised it. */
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
  at: string;
  clocks: readonly Clock[];
  terms: Terms | null;
  before: TicketRecord | null;
  after: TicketRecord;
  isAnew: boolean;
}

/** What is owed of a slot behind a change, and whether the change has found a violation. */
async function advanceSlot(change: ClockChange, slot: Slot): Promise<{ owing: TrackedClock | null; violated: 0 | 1 }> {
  const { clocks, at, isAnew } = change;
  const had = change.after.sla[slot];
  const stopped = findStoppedClock(clocks, had);
  const owed = findActiveClock(clocks, slot);
  const lapsed = isAnew && had ? findLapsedDueTime(had, at) : null;
  if (had && stopped)
    return stopTrackedClock(change, slot, had, lapsed ? { ...stopped, due_at: lapsed, state: "violated" } : stopped, owed);
  const judged = had && lapsed ? await recordOutcome(change, had, { state: "VIOLATED", stopped: null }) : null;
  if (!owed || !had || owed.metric !== had.metric)
    return { owing: owed ? startTrackedClock(owed) : null, violated: judged ? 1 : 0 };
  if (had.stopped_at && !owed.stopped_at)
    return { owing: toTrackedClock(await reopenTrackedClock(change, had), owed), violated: 0 };
  return {
    owing: had.stopped_at ? had : toTrackedClock({ ...had, outcome: judged ?? had.outcome }, owed),
    violated: judged ? 1 : 0,
  };
}

/** By what it went until now it is violated, whatever it goes by from now on; null where it is not, or was judged. */
const findLapsedDueTime = ({ outcome, stopped_at, due_at }: TrackedClock, at: string): string | null =>
  !outcome && !stopped_at && due_at !== null && due_at < at ? due_at : null;

const startTrackedClock = (clock: Clock): TrackedClock => toTrackedClock({ percent: 0, outcome: null }, clock);

/** With its due time as it is by now. */
export const toTrackedClock = (
  { percent, outcome }: Pick<TrackedClock, "percent" | "outcome">,
  { metric, started_at, stopped_at, due_at, target_seconds }: Clock,
): TrackedClock => ({ metric, started_at, stopped_at, due_at, target_seconds, percent, outcome });

/** A clock has stopped, and is judged once: what had been violated before gets its end, and a merge judges nothing that was in time. */
async function stopTrackedClock(change: ClockChange, slot: Slot, had: TrackedClock, clock: Clock, owed: Clock | undefined) {
  const isViolated = clock.state === "violated" || had.outcome !== null;
  let { outcome } = had;
  if (outcome) await closeOutcome(change, outcome.id, clock);
  else if (clock.state !== "merged")
    outcome = await recordOutcome(
      change,
      { ...had, due_at: clock.due_at },
      { state: isViolated ? "VIOLATED" : "MET", stopped: clock },
    );
  const violated: 0 | 1 = isViolated && !had.outcome ? 1 : 0;
  if (slot === "resolution") return { owing: toTrackedClock({ percent: had.percent, outcome }, clock), violated };
  return { owing: owed ? startTrackedClock(owed) : null, violated };
}

/** What was kept of a promise is taken back, because it is owed again; what was not kept stays, and goes on. */
async function reopenTrackedClock({ tx, at }: ClockChange, had: TrackedClock): Promise<TrackedClock> {
  const { outcome } = had;
  const judged = outcome && (await Records.load(Outcomes, outcome.id));
  if (!judged) return { ...had, outcome: null };
  if (judged.state === "MET") {
    tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, deleted_at: at }));
    return { ...had, outcome: null };
  }
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: null, over_seconds: null }));
  return had;
}

/** Joins the transaction of whatever shows how a clock has gone. */
export async function recordOutcome(
  { tx, terms, before, after }: Pick<ClockChange, "tx" | "terms" | "before" | "after">,
  { metric, started_at, due_at, target_seconds }: TrackedClock,
  { state, stopped }: { state: OutcomeRecord["state"]; stopped: Clock | null },
): Promise<NonNullable<TrackedClock["outcome"]>> {
  const judged_at = (state === "VIOLATED" ? due_at : stopped?.stopped_at) ?? started_at;
  const id = outcomeId({ ticket_id: after.id, metric, started_at, judged_at });
  const { assigned_to_id: agent_id, team_id, category_id, priority_id, customer_id } = stopped ? after : (before ?? after);
  const policy_id = (before ?? after).sla.terms?.policy_id ?? terms?.policy_id ?? "";
  const outcome = Records.init(
    Outcomes,
    {
      ...{ ticket_id: after.id, metric, state, policy_id, agent_id, team_id, category_id, priority_id, customer_id },
      ...{ started_at, due_at, target_seconds, judged_at, stopped_at: stopped?.stopped_at ?? null },
      over_seconds: stopped ? computeOverrun(stopped, terms) : null,
      judged_day: instantToDay(useSettings().timezone, judged_at),
    },
    { id },
  );
  tx.create(Outcomes, outcome, () => new WriteConflict(`${after.id} was judged meanwhile`));
  return { id, state };
}

/** What was violated has come to its end. */
async function closeOutcome({ tx, terms }: ClockChange, id: string, clock: Clock): Promise<void> {
  const judged = await Records.load(Outcomes, id);
  if (!judged) return;
  const over_seconds = computeOverrun(clock, terms, judged.target_seconds);
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: clock.stopped_at, over_seconds }));
}

const computeOverrun = (
  { started_at, stopped_at, pauses, target_seconds }: Clock,
  terms: Terms | null,
  target = target_seconds,
): number =>
  terms && stopped_at ? Math.max(0, countSecondsBetween(terms.calendar, started_at, stopped_at, pauses) - target) : 0;

export * as SlaClocks from "./sla-clocks.ts";
