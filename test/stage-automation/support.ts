import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, publishedBy, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

export const kind = "stage_automation";

/** A tenant with a manager, a rep below them, and an opportunity of theirs with a contact. */
export interface Scene {
  app: App;
  tenant: Tenant;
  manager: TestUser;
  rep: TestUser;
  events: readonly DomainEvent[];
}

export async function sceneOf(app: App, settings: Record<string, unknown> = { visibility: "own" }): Promise<Scene> {
  const tenant = await signUp(app, settings);
  const manager = await addUser(app, tenant, "MANAGER", { first_name: "Max" });
  const rep = await addUser(app, tenant, "SALES_REP", { first_name: "Rita", manager_id: manager.id });
  return { app, tenant, manager, rep, events: publishedBy(app) };
}

export { startTestApp };

let made = 0;

export async function newOpportunity({ rep }: Scene, more: { contact?: object; opportunity?: object } = {}) {
  const { data: customer } = await rep.as.createCustomer({ name: `Customer ${++made}` });
  const contact = { first_name: "Ada", last_name: "Lovelace", email: `ada${made}@client.example`, ...more.contact };
  const { data: person } = await rep.as.createContact({ customer_id: customer.id, ...contact } as never);
  const named = { name: `Deal ${made}`, customer_id: customer.id, contact_id: person.id, ...more.opportunity };
  const { data: opportunity } = await rep.as.createOpportunity(named as never);
  return { customer, contact: person, opportunity, email: String(person.email) };
}

export const newTemplate = async ({ tenant }: Scene, more: Record<string, unknown> = {}) =>
  (
    await tenant.admin.createMessageTemplate({
      name: `Template ${++made}`,
      subject: "{{opportunity.name}} is in {{opportunity.stage}}",
      body_html: "<p>Dear {{contact.first_name}}</p>",
      ...more,
    } as never)
  ).data;

export async function publish({ tenant, app }: Scene, ...automations: object[]): Promise<void> {
  const { data } = await tenant.admin.createRuleVersion({ kind, definition: { automations } } as never);
  await tenant.admin.publishRuleVersion({ kind, id: data.id } as never);
  await app.settle();
}

export const to = (stage: string, ...actions: object[]) => ({
  name: `To ${stage} ${++made}`,
  when: { to_stages: [stage] },
  do: actions,
});

export const move = async ({ rep }: Pick<Scene, "rep">, id: string, stage_id: string) =>
  (await rep.as.moveOpportunity({ id, stage_id, reason: "As agreed" } as never)).data;

export const doneFor = async ({ rep }: Scene, id: string) =>
  (await rep.as.listOpportunityAutomations({ id, limit: 100 } as never)).data;

/** A change whose event is known and has come to nobody yet. */
export async function heldMove(scene: Scene, id: string, stage_id: string): Promise<DomainEvent> {
  const { bus } = scene.app.ports;
  const publish = bus.publish.bind(bus);
  const held: DomainEvent[] = [];
  const isHeld = ({ type, record_id }: DomainEvent): boolean => type === "opportunity.stage_changed" && record_id === id;
  bus.publish = (events) => {
    held.push(...events.filter(isHeld));
    return publish(events.filter((event) => !isHeld(event)));
  };
  await move(scene, id, stage_id);
  await scene.app.settle();
  bus.publish = publish;
  return held[0] as DomainEvent;
}

/** The last change of an opportunity's stage, as it was told. */
export const changeOf = ({ events }: Scene, id: string): DomainEvent =>
  events.findLast((event) => event.record_id === id && event.type === "opportunity.stage_changed") as DomainEvent;
