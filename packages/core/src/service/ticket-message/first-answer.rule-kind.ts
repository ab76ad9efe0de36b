import * as z from "zod";
import { oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { channels } from "../ticket/ticket.entity.ts";

/** The rule for automatic first answers: whether a new ticket is answered with the best matching article, once and marked as automatic. */

const Definition = z.strictObject({
  is_on: z.boolean().describe("false: no automatic answers"),
  channels: z.array(oneOf(channels)).min(1).max(channels.length).describe("Channels of the tickets to answer"),
  least_score: z.number().int().min(1).max(100).describe("Minimum score of the article, from 1 to 100"),
});

export const TicketAnswer = ruleKind({
  name: "ticket_answer",
  label: "Automatic first answers",
  description: "Whether a new ticket is answered with the best matching public article, and the minimum score",
  schema: Definition,
  defaults: [{ is_on: false, channels: ["EMAIL", "PORTAL"], least_score: 60 }],
});
