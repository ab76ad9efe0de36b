import { isDeepStrictEqual } from "node:util";
import { KnownCustomer } from "../customer/known.ts";
import { useSettings } from "../kernel/context.ts";
import { later } from "../kernel/interval.ts";
import { dayIn } from "../kernel/zone.ts";
import { aroundTheClock, SupportCalendar } from "../sla/calendar.ts";
import { type Clock, clocksOf, type Fact } from "../sla/clock.rules.ts";
import { type Asking, SlaPolicy } from "../sla/policy.ts";
import { type Calendar, secondsBetween } from "../sla/working-time.rules.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { keptFacts } from "./clock-facts.rules.ts";
import { owedIn, pointsOf, type Slot, stoppedOf } from "./clock-points.rules.ts";
import type { KeptTerms, Owing } from "./clock-state.ts";
import { type OutcomeRecord, Outcomes, outcomeId } from "./outcome.entity.ts";
import { isEnded } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * The clocks of a ticket, as each of its writes leaves them: facts, terms, what is owed by when, and what was judged. All of it is in the
 * transaction of the write, so a clock never says anything else than its ticket does.
 */

/** What of a ticket decides which policy it follows. */
const deciding = ["given_priority_id", "category_id", "ticket_type", "urgency_level_id", "customer_id"] as const;

interface Terms extends KeptTerms {
  calendar: Calendar;
}

/** Whether a change may bring another policy: of what decides, at its birth, and when it comes back or is reopened. */
const asksAnew = (before: TicketRecord | null, after: TicketRecord): boolean =>
  before === null ||
  (before.deleted_at !== null && after.deleted_at === null) ||
  (isEnded(before.status) && !isEnded(after.status)) ||
  deciding.some((field) => before[field] !== after[field]);

/** What has happened at an instant; `isReview` goes by policies and calendars as they are now, though nothing happened. */
export interface Happened {
  at: string;
  facts: readonly Fact[];
  isReview?: boolean;
}

/** The ticket with its clocks as they stand after what happened; what was judged joins the transaction. */
export async function follow(
  tx: Transaction,
  before: TicketRecord | null,
  after: TicketRecord,
  { at, facts: told, isReview = false }: Happened,
): Promise<TicketRecord> {
  const facts = behind(after.sla.facts, told);
  const isAnew = isReview || asksAnew(before, after);
  if (facts.length === 0 && !isAnew) return after;
  const terms = isAnew ? await termsFor(after, at) : await withCalendar(after.sla.terms);
  const happened = [...after.sla.facts, ...facts];
  const clocks = clocksIn(happened, terms, at);
  const change: Change = { tx, at, clocks, terms, before, after, isAnew };
  const [response, resolution] = [await slotAfter(change, "response"), await slotAfter(change, "resolution")];
  const state = { response: response.owing, resolution: resolution.owing };
  const { calendar: _calendar, ...kept } = terms ?? { calendar: undefined };
  return standing(
    {
      ...after,
      sla: { ...state, facts: keptFacts(after.sla.facts, facts), terms: terms ? (kept as KeptTerms) : null },
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
function behind(known: readonly Fact[], told: readonly Fact[]): Fact[] {
  const last = latestOf(known, "");
  return told.map((fact) => (fact.at < last ? { ...fact, at: last } : fact));
}

/** When the last of these happened, or an instant behind all of them. */
const latestOf = (facts: readonly Fact[], at: string): string => facts.reduce((last, fact) => later(last, fact.at), at);

/** What people and lists see of it, and when it is time to look again. */
export function standing(ticket: TicketRecord, clocks: readonly Clock[]): TicketRecord {
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
    sla_attention_at: pointsOf(ticket.sla, clocks)[0]?.at ?? null,
  };
}

/** The clocks of a ticket as they stand at an instant. */
export async function clocksAt(ticket: TicketRecord, at: string): Promise<{ clocks: Clock[]; terms: Terms | null }> {
  const terms = await withCalendar(ticket.sla.terms);
  return { clocks: clocksIn(ticket.sla.facts, terms, at), terms };
}

/** Another process may have written what is later than here by some milliseconds. */
const clocksIn = (facts: readonly Fact[], terms: Terms | null, at: string): Clock[] =>
  terms ? clocksOf(facts, [terms], latestOf(facts, at)) : [];

/** Those that hold from an instant on; what is as it was holds as long as it did. */
async function termsFor(ticket: TicketRecord, from: string): Promise<Terms | null> {
  const followed = await SlaPolicy.forTicket(await askingOf(ticket));
  if (!followed) return null;
  const { choice, policy_id, targets, calendar } = followed;
  const escalations = followed.escalations.map(({ percent, notify }) => ({ percent, notify: [...notify] }));
  const had = ticket.sla.terms;
  const kept: KeptTerms = { from: had?.from ?? from, policy_id, calendar_id: choice.policy.calendar_id, targets, escalations };
  return { ...kept, from: isDeepStrictEqual(kept, had) ? kept.from : from, calendar };
}

/** A ticket goes by the priority that somebody gave it, not by one to which routing has raised it. */
export async function askingOf(ticket: TicketRecord): Promise<Asking> {
  const { given_priority_id, category_id, ticket_type, urgency_level_id, customer_id } = ticket;
  const customer = customer_id ? await KnownCustomer.any(customer_id) : undefined;
  return {
    ...{ priority_id: given_priority_id, category_id, urgency_level_id },
    ticket_type,
    customer_tier: customer?.tier ?? null,
    is_vip: customer?.vip_status ?? false,
  };
}

async function withCalendar(terms: KeptTerms | null): Promise<Terms | null> {
  if (!terms) return null;
  const { calendar_id } = terms;
  const calendars = calendar_id === null ? undefined : await SupportCalendar.load([calendar_id]);
  return { ...terms, calendar: (calendar_id && calendars?.get(calendar_id)) || aroundTheClock };
}

interface Change {
  tx: Transaction;
  at: string;
  clocks: readonly Clock[];
  terms: Terms | null;
  before: TicketRecord | null;
  after: TicketRecord;
  isAnew: boolean;
}

/** What is owed of a slot behind a change, and whether the change has found a violation. */
async function slotAfter(change: Change, slot: Slot): Promise<{ owing: Owing | null; violated: 0 | 1 }> {
  const { clocks, at, isAnew } = change;
  const had = change.after.sla[slot];
  const stopped = stoppedOf(clocks, had);
  const owed = owedIn(clocks, slot);
  const lapsed = isAnew && had ? lapsedOf(had, at) : null;
  if (had && stopped) return ended(change, slot, had, lapsed ? { ...stopped, due_at: lapsed, state: "violated" } : stopped, owed);
  const judged = had && lapsed ? await judge(change, had, { state: "VIOLATED", stopped: null }) : null;
  if (!owed || !had || owed.metric !== had.metric) return { owing: owed ? begun(owed) : null, violated: judged ? 1 : 0 };
  if (had.stopped_at && !owed.stopped_at) return { owing: moved(await reopened(change, had), owed), violated: 0 };
  return { owing: had.stopped_at ? had : moved({ ...had, outcome: judged ?? had.outcome }, owed), violated: judged ? 1 : 0 };
}

/** By what it went until now it is violated, whatever it goes by from now on; null where it is not, or was judged. */
const lapsedOf = ({ outcome, stopped_at, due_at }: Owing, at: string): string | null =>
  !outcome && !stopped_at && due_at !== null && due_at < at ? due_at : null;

const begun = (clock: Clock): Owing => moved({ percent: 0, outcome: null }, clock);

/** With its due time as it is by now. */
export const moved = (
  { percent, outcome }: Pick<Owing, "percent" | "outcome">,
  { metric, started_at, stopped_at, due_at, target_seconds }: Clock,
): Owing => ({ metric, started_at, stopped_at, due_at, target_seconds, percent, outcome });

/** A clock has stopped, and is judged once: what had been violated before gets its end, and a merge judges nothing that was in time. */
async function ended(change: Change, slot: Slot, had: Owing, clock: Clock, owed: Clock | undefined) {
  const isViolated = clock.state === "violated" || had.outcome !== null;
  let { outcome } = had;
  if (outcome) await endOf(change, outcome.id, clock);
  else if (clock.state !== "merged")
    outcome = await judge(change, { ...had, due_at: clock.due_at }, { state: isViolated ? "VIOLATED" : "MET", stopped: clock });
  const violated: 0 | 1 = isViolated && !had.outcome ? 1 : 0;
  if (slot === "resolution") return { owing: moved({ percent: had.percent, outcome }, clock), violated };
  return { owing: owed ? begun(owed) : null, violated };
}

/** What was kept of a promise is taken back, because it is owed again; what was not kept stays, and goes on. */
async function reopened({ tx, at }: Change, had: Owing): Promise<Owing> {
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
export async function judge(
  { tx, terms, before, after }: Pick<Change, "tx" | "terms" | "before" | "after">,
  { metric, started_at, due_at, target_seconds }: Owing,
  { state, stopped }: { state: OutcomeRecord["state"]; stopped: Clock | null },
): Promise<NonNullable<Owing["outcome"]>> {
  const judged_at = (state === "VIOLATED" ? due_at : stopped?.stopped_at) ?? started_at;
  const id = outcomeId({ ticket_id: after.id, metric, started_at, judged_at });
  const { assigned_to_id: agent_id, team_id, category_id, priority_id, customer_id } = stopped ? after : (before ?? after);
  const policy_id = (before ?? after).sla.terms?.policy_id ?? terms?.policy_id ?? "";
  const outcome = Records.born(
    Outcomes,
    {
      ...{ ticket_id: after.id, metric, state, policy_id, agent_id, team_id, category_id, priority_id, customer_id },
      ...{ started_at, due_at, target_seconds, judged_at, stopped_at: stopped?.stopped_at ?? null },
      over_seconds: stopped ? overOf(stopped, terms) : null,
      judged_day: dayIn(useSettings().timezone, judged_at),
    },
    { id },
  );
  tx.create(Outcomes, outcome, () => new Moved(`${after.id} was judged meanwhile`));
  return { id, state };
}

/** What was violated has come to its end. */
async function endOf({ tx, terms }: Change, id: string, clock: Clock): Promise<void> {
  const judged = await Records.load(Outcomes, id);
  if (!judged) return;
  const over_seconds = overOf(clock, terms, judged.target_seconds);
  tx.replace(Outcomes, judged, Records.nextVersion(judged, { ...judged, stopped_at: clock.stopped_at, over_seconds }));
}

const overOf = (
  { started_at, stopped_at, pauses, target_seconds }: Clock,
  terms: Terms | null,
  target = target_seconds,
): number => (terms && stopped_at ? Math.max(0, secondsBetween(terms.calendar, started_at, stopped_at, pauses) - target) : 0);

export * as TicketClocks from "./ticket-clocks.ts";
