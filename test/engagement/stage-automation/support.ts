import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

export const RULE_KIND = "stage_automation";

/** A tenant with a manager, a sales rep on their team, and the rep's opportunity with a contact. */
export interface AutomationFixture {
  app: App;
  tenant: Tenant;
  manager: TestUser;
  rep: TestUser;
  events: readonly DomainEvent[];
}

export async function createAutomationFixture(
  app: App,
  settings: Record<string, unknown> = { visibility: "own" },
): Promise<AutomationFixture> {
  const tenant = await signUp(app, settings);
  const manager = await addUser(app, tenant, "MANAGER", { first_name: "Max" });
  const rep = await addUser(app, tenant, "SALES_REP", { first_name: "Rita", manager_id: manager.id });
  return { app, tenant, manager, rep, events: recordPublishedEvents(app) };
}

export { startTestApp };

let recordCount = 0;

export async function createOpportunity({ rep }: AutomationFixture, more: { contact?: object; opportunity?: object } = {}) {
  const { data: customer } = await rep.client.createCustomer({ name: `Customer ${++recordCount}` });
  const contact = { first_name: "Ada", last_name: "Lovelace", email: `ada${recordCount}@client.example`, ...more.contact };
  const { data: person } = await rep.client.createContact({ customer_id: customer.id, ...contact });
  const named = { name: `Deal ${recordCount}`, customer_id: customer.id, contact_id: person.id, ...more.opportunity };
  const { data: opportunity } = await rep.client.createOpportunity(named);
  return { customer, contact: person, opportunity, email: String(person.email) };
}

export const createTemplate = async ({ tenant }: AutomationFixture, more: Record<string, unknown> = {}) =>
  (
    await tenant.admin.createMessageTemplate({
      name: `Template ${++recordCount}`,
      subject: "{{opportunity.name}} is in {{opportunity.stage}}",
      body_html: "<p>Dear {{contact.first_name}}</p>",
      ...more,
    })
  ).data;

export async function publishAutomations({ tenant, app }: AutomationFixture, ...automations: object[]): Promise<void> {
  const { data } = await allowAnyInput(tenant.admin).createRuleVersion({ kind: RULE_KIND, definition: { automations } });
  await tenant.admin.publishRuleVersion({ kind: RULE_KIND, id: data.id });
  await app.settle();
}

export const automationForStage = (stage: string, ...actions: object[]) => ({
  name: `To ${stage} ${++recordCount}`,
  when: { to_stages: [stage] },
  do: actions,
});

export const moveToStage = async ({ rep }: { rep: Pick<AutomationFixture["rep"], "client"> }, id: string, stage_id: string) =>
  (await rep.client.moveOpportunity({ id, stage_id, reason: "As agreed" })).data;

export const listAutomationLog = async ({ rep }: AutomationFixture, id: string) =>
  (await rep.client.listOpportunityAutomations({ id, limit: 100 })).data;

/** Moves an opportunity to a stage and returns the event that its automations get, without delivering it. */
export async function moveWithHeldEvent(scene: AutomationFixture, id: string, stage_id: string): Promise<DomainEvent> {
  const { bus } = scene.app.ports;
  const publish = bus.publish.bind(bus);
  const held: DomainEvent[] = [];
  const isHeld = ({ type, record_id }: DomainEvent): boolean => type === "workflow.change_matched" && record_id === id;
  bus.publish = (events) => {
    held.push(...events.filter(isHeld));
    return publish(events.filter((event) => !isHeld(event)));
  };
  await moveToStage(scene, id, stage_id);
  await scene.app.settle();
  bus.publish = publish;
  return held[0] as DomainEvent;
}

/** The last event by which automations of an opportunity run. */
export const findStageEvent = ({ events }: AutomationFixture, id: string): DomainEvent =>
  events.findLast((event) => event.record_id === id && event.type === "workflow.change_matched") as DomainEvent;
