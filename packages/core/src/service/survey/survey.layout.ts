import type { Layout } from "../../kernel/layout.ts";

export const ticketSurvey: Layout = {
  sections: [
    { name: "answer", label: "Answer", fields: ["rating", "nps", "comments", "answered_at"] },
    { name: "survey", label: "Survey", fields: ["status", "cancelled_because", "ticket_id", "personal_key_id", "language"] },
    { name: "assignment", label: "Assignment", fields: ["agent_id", "team_id", "category_id"] },
    { name: "dates", label: "Dates", fields: ["resolved_at", "send_at", "sent_at", "reminded_at", "expires_at"] },
  ],
  columns: ["ticket_number", "ticket_id", "rating", "status", "personal_key_id", "agent_id", "answered_at"],
  card: ["ticket_id", "rating", "agent_id"],
};
