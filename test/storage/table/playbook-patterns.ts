import type { App } from "@crm/local/app.ts";
import { addUser, signUp } from "../../support/app.ts";
import type { RequestUnits, UnitMeter } from "../../support/request-units.ts";

/** Measures the accesses to the progress of a record in playbooks. */
export async function measurePlaybooks(app: App, measured: UnitMeter, result: Record<string, RequestUnits>): Promise<void> {
  const tenant = await signUp(app);
  const { client: crm } = await addUser(app, tenant, "SALES_REP");
  const { data: customer } = await crm.createCustomer({ name: "Jetty Works" });
  const steps = [{ name: "Call", task: { subject: "Call", activity_type_id: "call" } }, { name: "Offer" }];
  const playbooks = [];
  for (const name of ["First", "Second"])
    playbooks.push((await tenant.admin.createPlaybook({ name, record_kind: "customer", steps })).data);
  await crm.listPlaybookProgress({ record_id: customer.id });
  const [first, second] = playbooks[0]?.steps ?? [];
  const at = { id: playbooks[0]?.id ?? "", record_id: customer.id };
  const patterns: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["progress of a record in 2 playbooks", () => crm.listPlaybookProgress({ record_id: customer.id })],
    ["check off the first step of a playbook", () => crm.completePlaybookStep({ ...at, step_id: first?.id ?? "" })],
    ["check off another step", () => crm.completePlaybookStep({ ...at, step_id: second?.id ?? "" })],
    ["create the task of a step", () => crm.createPlaybookTask({ ...at, step_id: first?.id ?? "" })],
  ];
  for (const [name, step] of patterns) result[name] = await measured(step);
}
