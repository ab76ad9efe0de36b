import * as z from "zod";
import { metrics, recipients } from "../sla/policy.rules.ts";

/** What a ticket keeps of its clocks, in the record itself (docs/sla.md, A ticket's clocks). Nobody is shown it. */

const at = z.string();
const Debt = z.object({ since: at, pauses: z.array(z.object({ from: at, to: at })) }).nullable();

const Fact = z.discriminatedUnion("type", [
  z.object({ at, type: z.enum(["opened", "waiting", "resumed", "resolved", "reopened", "merged_into"]) }),
  z.object({ at, type: z.enum(["requester_message", "agent_answer"]) }),
  z.object({ at, type: z.literal("merged"), owed: z.object({ response: Debt, resolution: Debt }) }),
]);

const target = z.number().int().nullable();

/** By what its clocks go from an instant on; of the calendar the id, because its hours are the calendar's own. */
const Terms = z.object({
  from: at,
  policy_id: z.string(),
  calendar_id: z.string().nullable(),
  targets: z.object({ first_response: target, next_response: target, resolution: target }),
  escalations: z.array(z.object({ percent: z.number().int(), notify: z.array(z.enum(recipients)) })),
});

/** A clock that is owed; that of the resolution stays while it is resolved, because it may go on. */
const Owing = z.object({
  metric: z.enum(metrics),
  started_at: at,
  stopped_at: at.nullable(),
  due_at: at.nullable(),
  target_seconds: z.number().int(),
  /** The level that was acted on last, in percent of the target. */
  percent: z.number().int(),
  outcome: z.object({ id: z.string(), state: z.enum(["MET", "VIOLATED"]) }).nullable(),
});

export const SlaState = z.object({
  facts: z.array(Fact),
  terms: Terms.nullable(),
  response: Owing.nullable(),
  resolution: Owing.nullable(),
});

export type SlaState = z.output<typeof SlaState>;
export type KeptTerms = z.output<typeof Terms>;
export type KeptFact = z.output<typeof Fact>;
export type Owing = z.output<typeof Owing>;

export const unborn: SlaState = { facts: [], terms: null, response: null, resolution: null };
