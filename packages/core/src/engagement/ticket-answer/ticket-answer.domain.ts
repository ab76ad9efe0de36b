import { domain } from "../../kernel/domain.ts";

/** Automatic first answers: workflows that answer new tickets with a public article. */
export const ticketAnswer = domain({
  name: "ticket_answer",
  kinds: [],
  rules: { ticket_answer: async () => (await import("./ticket-answer.ts")).ticketAnswerRule },
});
