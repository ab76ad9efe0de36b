import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isId, newId } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { NOTIFICATION } from "@crm/core/platform/notification/notification.kind.ts";
import { Notification } from "@crm/core/platform/notification/notification.ts";
import { type BaseRecord, type Collection, loadedCollections } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { deliverToSubscriber, inProcessTransport, newLead, PASSWORD, type Tenant, type TestUser } from "../../support/app.ts";

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Creates a lead that the tenant's administrator assigns to a user. */
export const createLeadFor = async ({ admin }: Tenant, owner: { id: string }, more: Record<string, unknown> = {}) =>
  (await admin.createLead(newLead({ owner_id: owner.id, ...more }))).data;

/** A user's notifications on a single page. */
export async function listNotifications(user: TestUser, query: Record<string, unknown> = {}) {
  const { data, meta } = await user.client.listNotifications({ limit: 100, ...query });
  return { rows: data, total: meta.total, unread: meta.unread };
}

const notificationEvents = subscribers.find(({ name }) => name === "notifications")?.events ?? [];

/** Records every notification event, so that a test can deliver it again. */
export function recordEvents(app: App): DomainEvent[] {
  const kept: DomainEvent[] = [];
  const { bus } = app.ports;
  const publish = bus.publish.bind(bus);
  bus.publish = async (events) => {
    kept.push(...events.filter(({ type }) => notificationEvents.includes(type)));
    await publish(events);
  };
  return kept;
}

export const deliverEvent = (app: App, event: DomainEvent): Promise<void> => deliverToSubscriber(app, "notifications", event);

/** Changes a record as the system, bypassing the operations of its domain. */
export const changeAsSystem = (app: App, tenant: Tenant, id: string, changes: object, by = "test"): Promise<BaseRecord> =>
  runIn(systemContext(app.ports, tenant.id, by), () => {
    const collection = [...loadedCollections.values()].find(({ kind }) => isId(id, kind)) as Collection<BaseRecord>;
    return Records.change(collection, id, (current) => ({ ...current, ...changes }));
  });

/** Signs the user in again, because moving the clock ended the session. */
export async function signInAgain(app: App, { slug }: Tenant, user: TestUser): Promise<TestUser> {
  const { data } = await createClient(inProcessTransport(app)).login({
    email: user.email,
    password: PASSWORD,
    tenant_slug: slug,
  });
  return { ...user, token: data.access_token, client: createClient(inProcessTransport(app, data.access_token)) };
}

/** Creates `count` notifications of a user, one after the other. */
export const createNotifications = (app: App, tenant: Tenant, user: TestUser, count: number): Promise<void> =>
  runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const about = { type: "lead_assigned", title: "Many", body: null, record_kind: "lead", record_id: "", actor_id: "" } as const;
    for (let n = 0; n < count; n++) {
      const notification = Notification.buildNotification(newId(NOTIFICATION, { owner: user.id }), about);
      await Notification.add(transaction(), notification).commit(undefined);
    }
  });
