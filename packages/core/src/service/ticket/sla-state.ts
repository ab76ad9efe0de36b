import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { metrics, recipients } from "../sla/policy.rules.ts";

/** The SLA state that a ticket record stores (docs/service/sla.md, A ticket's clocks). The API does not show it. */

const instantText = z.string();
const PendingTarget = z
  .object({ since: instantText, pauses: z.array(z.object({ from: instantText, to: instantText })) })
  .nullable();

const Fact = z.discriminatedUnion("type", [
  z.object({
    at: instantText,
    type: z.enum(["opened", "waiting", "resumed", "resolved", "reopened", "merged_into", "unmerged"]),
  }),
  z.object({ at: instantText, type: z.enum(["requester_message", "agent_answer"]) }),
  z.object({
    at: instantText,
    type: z.literal("merged"),
    owed: z.object({ response: PendingTarget, resolution: PendingTarget }),
    ticket_id: z.string().optional(),
  }),
]);

const target = z.number().int().nullable();

/** The terms of the clocks from an instant on. Only the calendar's id is stored, because its hours may change. */
const Terms = z.object({
  from: instantText,
  policy_id: z.string(),
  calendar_id: z.string().nullable(),
  targets: z.object({ first_response: target, next_response: target, resolution: target }),
  escalations: z.array(z.object({ percent: z.number().int(), notify: z.array(z.enum(recipients)) })),
});

/** A clock that is tracked. The resolution clock stays while the ticket is resolved, because it may continue. */
const TrackedClock = z.object({
  metric: z.enum(metrics),
  started_at: instantText,
  stopped_at: instantText.nullable(),
  due_at: instantText.nullable(),
  target_seconds: z.number().int(),
  /** The last level that was handled, in percent of the target. */
  percent: z.number().int(),
  outcome: z.object({ id: z.string(), state: z.enum(["MET", "VIOLATED"]) }).nullable(),
});

export const SlaState = personalData(
  "none",
  z.object({
    facts: z.array(Fact),
    terms: Terms.nullable(),
    response: TrackedClock.nullable(),
    resolution: TrackedClock.nullable(),
  }),
);

export type SlaState = z.output<typeof SlaState>;
export type StoredTerms = z.output<typeof Terms>;
export type StoredFact = z.output<typeof Fact>;
export type TrackedClock = z.output<typeof TrackedClock>;

export const initialSlaState: SlaState = { facts: [], terms: null, response: null, resolution: null };
