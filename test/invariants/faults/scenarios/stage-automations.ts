import { randomUUID } from "node:crypto";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { addUser, PASSWORD, type TestUser } from "../../../support/app.ts";
import { defineScenario, LEASE_SECONDS } from "../harness.ts";

/** A stage's follow-up work is done once: one email, one task, one notification, and one log entry for each. */
function stageMoveScenario() {
  let recipient: TestUser;
  return defineScenario<{ id: string; email: string }>({
    name: "what follows from a change of stage",
    covers: { subscribers: ["workflows"] },
    async open({ system: line, tenant, crm }) {
      recipient = await addUser(line.app, tenant, "MANAGER");
      const text = { subject: "News", body_text: "{{opportunity.name}}" };
      const { data: template } = await crm.createMessageTemplate({ name: "News", ...text });
      const actions = [
        { action: "mail", template_id: template.id, to: "contact" },
        { action: "task", subject: "Call", activity_type_id: "task", assign_to: recipient.id },
        { action: "notify", to: "users", user_ids: [recipient.id], message: "Moved" },
        { action: "health" },
      ];
      const automations = [{ name: "Stage", when: { to_stages: ["qualification"] }, do: actions }];
      const { data: draft } = await allowAnyInput(crm).createRuleVersion({
        kind: "stage_automation",
        definition: { automations },
      });
      await crm.publishRuleVersion({ kind: "stage_automation", id: draft.id });
    },
    async prepare({ crm }) {
      const email = `${randomUUID()}@strike.example`;
      const { data: customer } = await crm.createCustomer({ name: "Struck" });
      const { data: contact } = await crm.createContact({ customer_id: customer.id, last_name: "Struck", email });
      const opportunityInput = { name: "Struck", customer_id: customer.id, contact_id: contact.id };
      return { id: (await crm.createOpportunity(opportunityInput)).data.id, email };
    },
    ask: ({ crm }, { id }, options) => crm.updateOpportunity({ id, stage_id: "qualification" }, options),
    proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
    countsWrite: (name) => name === "request" || name === "workflows",
    async check({ system: line, tenant, crm }, { id, email }) {
      const { data: done } = await crm.listOpportunityAutomations({ id });
      expect(done.map(({ action, result }) => [action, result])).toEqual([
        ["health", "DONE"],
        ["notify", "DONE"],
        ["task", "DONE"],
        ["mail", "DONE"],
      ]);
      expect(line.app.mail.sent(email)).toHaveLength(1);
      const { data: tasks } = await crm.listActivities({ related_to_id: id });
      expect(tasks.map((task) => task.id)).toEqual(done.flatMap(({ activity_id }) => activity_id ?? []));
      const signIn = { email: recipient.email, password: PASSWORD, tenant_slug: tenant.slug };
      const { data: session } = await line.client().login(signIn);
      const { data: notified } = await line.client(session.access_token).listNotifications({ limit: 100 });
      expect(notified.filter(({ record_id, type }) => record_id === id && type === "stage_moved")).toHaveLength(1);
    },
  });
}

export const scenarios = [stageMoveScenario()];
