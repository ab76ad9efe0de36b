import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, outputInstant } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { explainClock, type Clock as TicketClock } from "../sla/clock.rules.ts";
import { metrics, recipients } from "../sla/policy.rules.ts";
import { SlaPolicy } from "../sla/policy.ts";
import { DueTimeExplanation } from "../sla/preview.ts";
import type { Calendar } from "../sla/working-time.rules.ts";
import { SlaClocks } from "./sla-clocks.ts";
import { Outcomes, states } from "./sla-outcome.entity.ts";
import type { TrackedClock } from "./sla-state.ts";
import { findActiveClock, slots } from "./sla-triggers.rules.ts";
import { Tickets } from "./ticket.entity.ts";

/** Explains the due times of a ticket (docs/service/sla.md, A ticket's clocks). */

const Level = z.object({
  percent: z.number().int(),
  notify: z.array(z.enum(recipients)),
  at: outputInstant(),
  is_told: z.boolean(),
});

const RunningClock = z.object({
  metric: z.enum(metrics),
  state: z.enum(["running", "paused", "violated"]),
  policy_id: z.string(),
  started_at: outputInstant(),
  due_at: outputInstant().nullable().describe("null during a pause"),
  target_seconds: z.number().int(),
  remaining_seconds: z.number().int(),
  segments: DueTimeExplanation.shape.segments,
  skipped: DueTimeExplanation.shape.skipped,
  levels: z.array(Level),
});

const JudgedClock = z.object({
  metric: z.enum(metrics),
  state: z.enum(states),
  policy_id: z.string(),
  started_at: outputInstant(),
  due_at: outputInstant().nullable(),
  stopped_at: outputInstant().nullable(),
  target_seconds: z.number().int(),
  over_seconds: z.number().int().nullable(),
});

const Choice = z.object({
  policy_id: z.string(),
  name: z.string(),
  because: z.array(z.string()).describe("Fields by which the policy matched; empty for a policy that matches every ticket"),
  passed: z
    .array(z.object({ policy_id: z.string(), name: z.string(), field: z.string() }))
    .describe("Policies that were tried before, with the field that did not match"),
});

export const Sla = z.object({
  policy_id: z.string().nullable(),
  choice: Choice.nullable().describe("null: the policies have changed, and the ticket will be updated shortly"),
  clocks: z.array(RunningClock),
  judged: z.array(JudgedClock).describe("The newest 100"),
});

/** Maximum number of outcomes shown with a ticket. */
const MAX_OUTCOMES = 100;

export const read = fn(IdInput, async ({ id }): Promise<z.output<typeof Sla>> => {
  const ticket = await Records.read(Tickets, id);
  const [{ clocks, terms }, judged, followed] = await Promise.all([
    SlaClocks.loadClocks(ticket, Clock.now()),
    listRecords(Outcomes, { ...buildListQuery(Outcomes, { limit: MAX_OUTCOMES }), parent: ticket.id }),
    SlaClocks.buildPolicyCriteria(ticket).then(SlaPolicy.findForTicket),
  ]);
  const running = slots.flatMap((slot) => {
    const [owing, clock] = [ticket.sla[slot], findActiveClock(clocks, slot)];
    return terms && owing && clock && !clock.stopped_at ? [presentClock(clock, owing, terms.calendar)] : [];
  });
  const choice = followed && followed.policy_id === terms?.policy_id ? followed.choice : undefined;
  return {
    policy_id: ticket.sla_policy_id,
    choice: choice
      ? { policy_id: choice.policy.id, name: choice.policy.name, because: choice.because, passed: choice.passed }
      : null,
    clocks: running,
    judged: judged.rows.map((outcome) => JudgedClock.parse(outcome)),
  };
});

function presentClock(
  clock: TicketClock,
  { percent: notifiedPercent, outcome }: TrackedClock,
  calendar: Calendar,
): z.output<typeof RunningClock> {
  const { metric, policy_id, started_at, due_at, target_seconds } = clock;
  const { segments = [], skipped = [] } = explainClock(clock, calendar) ?? {};
  return {
    ...{ metric, policy_id, started_at, due_at, target_seconds, segments, skipped },
    state: outcome || clock.state === "violated" ? "violated" : clock.is_paused ? "paused" : "running",
    remaining_seconds: clock.remaining_seconds ?? 0,
    levels: clock.levels.map(({ percent, notify, at }) => ({
      percent,
      notify: [...notify],
      at,
      is_told: percent <= notifiedPercent,
    })),
  };
}

export * as TicketSla from "./sla-explanation.ts";
