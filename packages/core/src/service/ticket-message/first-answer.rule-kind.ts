import * as z from "zod";
import { oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { channels } from "../ticket/ticket.entity.ts";

/** The rule for automatic first answers: whether a new ticket is answered with the best matching article, once and marked as automatic. */

const Definition = z.strictObject({
  is_on: z.boolean().describe("Nothing is answered where it is off"),
  channels: z.array(oneOf(channels)).min(1).max(channels.length).describe("Tickets that came in so"),
  least_score: z.number().int().min(1).max(100).describe("What an article must have of all that the ticket is worth"),
});

export const TicketAnswer = ruleKind({
  name: "ticket_answer",
  label: "Automatic first answers",
  description: "Whether a new ticket is answered with the public article that fits, and how well it must fit",
  schema: Definition,
  defaults: [{ is_on: false, channels: ["EMAIL", "PORTAL"], least_score: 60 }],
});
