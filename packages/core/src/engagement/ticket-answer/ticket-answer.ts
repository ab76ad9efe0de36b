import { TicketAnswer } from "../../service/ticket-message/first-answer.rule-kind.ts";
import { carryOutByWorkflows } from "../workflow/managed-rule.ts";

/** The rule for automatic first answers as a workflow: each new ticket of its channels is answered with the best matching public article. */
export const ticketAnswerRule = carryOutByWorkflows(TicketAnswer, ({ id, definition: { is_on, channels, least_score } }) =>
  is_on
    ? [
        {
          key: "answer",
          name: "Automatic first answers",
          definition: {
            kind: "ticket",
            trigger: { on: "event", event: "ticket.created" },
            where: { channel: { in: channels }, is_answered: false, is_resolved: false },
            steps: [{ id: "answer", do: "action", action: "answerTicketFromKnowledge", set: { least_score, rule_id: id } }],
          },
        },
      ]
    : [],
);
