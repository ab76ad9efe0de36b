import type { App } from "@crm/local/app.ts";
import { addUser, signUp } from "../support/app.ts";

/** Projects with members and tasks, by hand and of a won opportunity, for the test of the functions' permissions. */
export async function runProjects(app: App): Promise<void> {
  const tenant = await signUp(app, { visibility: "own" });
  const { admin } = tenant;
  const member = await addUser(app, tenant, "SALES_REP");
  const { data: customer } = await admin.createCustomer({ name: "Quay" });
  const tasks = Array.from({ length: 14 }, (_, offset_days) => ({ subject: "Dig", offset_days, milestone: 1 }));
  await admin.createProjectTemplate({
    ...{ name: "Pier", title: "Pier", trigger: { event: "OPPORTUNITY_WON", min_amount: "1" } },
    ...{ members: [{ user_id: member.id }], milestones: [{ name: "Ground", offset_days: 1 }], tasks },
  });
  const opportunity = { customer_id: customer.id, name: "Pier", amount: "100", currency: "USD" };
  const { data: sold } = await admin.createOpportunity(opportunity);
  await admin.updateTenant({ settings: { currency: "EUR" } });
  await admin.createExchangeRate({ from: "USD", to: "EUR", date: "2026-01-01", rate: "0.9" }).catch(() => undefined);
  await admin.winOpportunity({ id: sold.id });
  await app.settle();
  const { data: projects } = await admin.listProjects({});
  const id = String(projects[0]?.id);
  const { data: task } = await admin.createProjectTask({ id, subject: "Paint" });
  await admin.completeActivity({ id: task.id });
  await admin.updateProject({ id, status: "COMPLETED", force: true });
  await app.settle();
}
