import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["automations"], create: createPlaybooks };

/** Creates a playbook for opportunities, with progress on one, and one for leads. */
async function createPlaybooks({ admin, rep }: DemoContext): Promise<void> {
  const { data: playbook } = await admin.createPlaybook({
    name: "Win a fleet",
    record_kind: "opportunity",
    description: "How we sell cover for several boats",
    steps: [
      {
        name: "Find out who decides",
        text: "Ask who signs, who pays, and who will use the boats. Write the names into the opportunity.",
        task: { subject: "Call about who decides", activity_type_id: "call", due_in_days: 1 },
      },
      {
        name: "Know the value",
        text: "Agree on the number of boats and the date on which the cover begins.",
        required_fields: ["amount", "close_date"],
      },
      {
        name: "Send the offer",
        text: "Use the template of the season, and name the discount for more than three boats.",
        task: { subject: "Send the offer", activity_type_id: "email", due_in_days: 3 },
      },
      { name: "Ask for the decision", task: { subject: "Call about the offer", activity_type_id: "call", due_in_days: 7 } },
    ],
  });
  await admin.createPlaybook({
    name: "First contact",
    record_kind: "lead",
    where: { rating: "HOT" },
    steps: [
      { name: "Call within an hour", text: "Say who you are, and ask when the season begins for them." },
      { name: "Complete the details", required_fields: ["email", "phone"] },
      { name: "Plan the next contact", required_fields: ["next_contact_date"] },
    ],
  });
  const { data: opportunities } = await rep.as.listOpportunities({ owner: "me", is_closed: "false", limit: 1 });
  for (const { id } of opportunities) {
    const [first, second] = playbook.steps;
    for (const step of [first, second])
      if (step) await rep.as.completePlaybookStep({ id: playbook.id, record_id: id, step_id: step.id });
  }
}
