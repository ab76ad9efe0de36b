import { domains } from "@crm/core/domains.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { collectionOwner } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { sendFile } from "../import/support.ts";
import { changeAsSystem, createLeadFor, DAY_MS, deliverEvent, listNotifications, recordEvents, signInAgain } from "./support.ts";

/** Who gets which notifications, and how often. */
let app: App;
let tenant: Tenant;
let events: DomainEvent[];

beforeAll(async () => {
  app = await startTestApp();
  events = recordEvents(app);
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createRep = (more = {}): Promise<TestUser> => addUser(app, tenant, "SALES_REP", more);
const findEvent = (id: string, type: string): DomainEvent =>
  events.findLast((event) => event.record_id === id && event.type === type) as DomainEvent;
const describeNotifications = async (user: TestUser): Promise<string[]> => {
  await app.settle();
  return (await listNotifications(user)).rows.map(({ type, record_id }) => `${type} ${record_id}`);
};
const pastInstant = (): string => new Date(Clock.ms() - 1000).toISOString();
const mailPreferences = { types: { lead_assigned: { email: true } } };

describe("a lead assigned to a user", () => {
  it("notifies the user, at its creation and later, unless they took it themselves", async () => {
    const [rep, otherRep] = [await createRep(), await createRep()];
    const { id, first_name, last_name, lead_number } = await createLeadFor(tenant, rep);
    expect(await describeNotifications(rep)).toEqual([`lead_assigned ${id}`]);
    await tenant.admin.assignLeads({ lead_ids: [id], owner_id: otherRep.id });
    expect(await describeNotifications(otherRep)).toEqual([`lead_assigned ${id}`]);
    expect(await describeNotifications(rep)).toHaveLength(1);
    const [{ title, body } = { title: "", body: "" }] = (await listNotifications(otherRep)).rows;
    expect(title).toBe(`Lead assigned to you: ${first_name} ${last_name}`);
    expect(body).toContain(lead_number);
    const { data: ownLead } = await rep.client.createLead(newLead({ owner_id: rep.id }));
    const { data: free } = await tenant.admin.createLead(newLead({ owner_id: null }));
    await rep.client.updateLead({ id: free.id, owner_id: rep.id });
    expect(await describeNotifications(rep)).not.toContain(`lead_assigned ${ownLead.id}`);
    expect(await describeNotifications(rep)).toHaveLength(1);
  });

  it("notifies once for an import, with any number of leads", async () => {
    const user = await createRep();
    const rows = Array.from({ length: 12 }, (_, n) => `Ina,Import${n},${user.id}`);
    await sendFile(app, tenant.token, "/leads/import", ["first_name,last_name,owner_id", ...rows].join("\n"));
    expect(await describeNotifications(user)).toHaveLength(1);
    expect((await listNotifications(user)).rows[0]?.body).toContain("imported from a file");
  });

  it("notifies no one if the event is late and no longer true", async () => {
    const [rep, otherRep] = [await createRep(), await createRep()];
    const { id } = await createLeadFor(tenant, { id: tenant.userId });
    await tenant.admin.assignLeads({ lead_ids: [id], owner_id: rep.id });
    const { data: movedLead } = await tenant.admin.updateLead({ id, owner_id: otherRep.id });
    expect(movedLead.owner_id).toBe(otherRep.id);
    await app.settle();
    const late = events.filter(({ record_id, type }) => record_id === id && type === "lead.assigned");
    expect(late).toHaveLength(2);
    for (const event of [...late, ...late.toReversed()]) await deliverEvent(app, event);
    expect(await describeNotifications(otherRep)).toEqual([`lead_assigned ${id}`]);
  });
});

describe("an event", () => {
  it("notifies once despite repeated and concurrent deliveries, even after the notification was read or deleted", async () => {
    const user = await createRep();
    await user.client.replaceNotificationPreferences(mailPreferences);
    const { id } = await createLeadFor(tenant, user);
    await app.settle();
    const event = findEvent(id, "lead.created");
    await Promise.all([1, 2, 3, 4].map(() => deliverEvent(app, event)));
    expect(await describeNotifications(user)).toHaveLength(1);
    const [notification] = (await listNotifications(user)).rows;
    await user.client.readNotification({ id: String(notification?.id) });
    await deliverEvent(app, event);
    expect((await user.client.getNotification({ id: String(notification?.id) })).data.version).toBe(2);
    await user.client.deleteNotification({ id: String(notification?.id) });
    await deliverEvent(app, event);
    expect(await describeNotifications(user)).toEqual([]);
    expect((await listNotifications(user)).total).toBe(0);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });

  it("for a missing record notifies no one", async () => {
    const user = await createRep();
    const { id } = await createLeadFor(tenant, user);
    await app.settle();
    const missing = `${id.slice(0, 4)}${"0".repeat(18)}${id.slice(22)}`;
    await deliverEvent(app, { ...findEvent(id, "lead.created"), record_id: missing, id: `${missing}.1.created` });
    expect(await describeNotifications(user)).toEqual([`lead_assigned ${id}`]);
  });

  it("older than 90 days notifies no one", async () => {
    const user = await createRep();
    await user.client.replaceNotificationPreferences({ types: { lead_assigned: { in_app: false } } });
    const { id } = await createLeadFor(tenant, user);
    await app.settle();
    try {
      app.setClock({ advance: 91 * DAY_MS });
      const returningUser = await signInAgain(app, tenant, user);
      await returningUser.client.replaceNotificationPreferences({ types: {} });
      await deliverEvent(app, findEvent(id, "lead.created"));
      expect(await describeNotifications(returningUser)).toEqual([]);
    } finally {
      app.setClock({ reset: true });
    }
  });
});

describe("a user", () => {
  it.each([
    ["deleted", (user: TestUser) => tenant.admin.deleteUser({ id: user.id })],
    ["suspended", (user: TestUser) => tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" })],
  ])("that is %s gets no notification", async (_, leave) => {
    const user = await createRep();
    await user.client.replaceNotificationPreferences(mailPreferences);
    const { id } = await createLeadFor(tenant, user);
    await leave(user);
    await app.settle();
    await deliverEvent(app, findEvent(id, "lead.created"));
    const entries = (await tenant.admin.listAuditEntries({ limit: 100 })).data;
    const notificationEntries = entries.filter(
      ({ record_type, record_id = "" }) => record_type === "notification" && collectionOwner(record_id) === user.id,
    );
    expect(notificationEntries).toEqual([]);
    expect(app.mail.sent(user.email)).toEqual([]);
  });

  it("gets no notification about a deleted record", async () => {
    const user = await createRep();
    const { id } = await createLeadFor(tenant, user);
    await tenant.admin.deleteLead({ id });
    expect(await describeNotifications(user)).toEqual([]);
  });

  it("is notified on the chosen channels", async () => {
    const user = await createRep();
    const defaults = { in_app: true, email: false };
    const { data: before } = await user.client.getNotificationPreferences();
    const types = domains.flatMap(({ notifications = {} }) => Object.keys(notifications));
    expect(before.types).toEqual(Object.fromEntries(types.map((type) => [type, defaults])));
    const preferences = { lead_assigned: { in_app: false, email: true } };
    const { data: after } = await user.client.replaceNotificationPreferences({ types: preferences });
    expect(after.types).toEqual({ ...before.types, ...preferences });
    expect((await user.client.getNotificationPreferences()).data).toEqual(after);
    const { id, first_name } = await createLeadFor(tenant, user, { first_name: "Two Words" });
    expect(await describeNotifications(user)).toEqual([]);
    await deliverEvent(app, findEvent(id, "lead.created"));
    const mails = app.mail.sent(user.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain(`/crm/leads/view/${id}`);
    expect(mails[0]?.text).toContain(String(first_name));
    await user.client.replaceNotificationPreferences({ types: { lead_assigned: { in_app: false } } });
    await createLeadFor(tenant, user);
    expect(await describeNotifications(user)).toEqual([]);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });

  it.each([
    [{ types: { lead_sold: {} } }, "types.lead_sold"],
    [{ types: { lead_assigned: { pigeon: true } } }, "types.lead_assigned.pigeon"],
    [{ types: { lead_assigned: { email: "yes" } } }, "types.lead_assigned.email"],
    [{}, "types"],
  ])("cannot choose %o", async (input, field) => {
    const user = await createRep();
    await expect(allowAnyInput(user.client).replaceNotificationPreferences(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("gets a mail again if its sending failed and the event is repeated", async () => {
    const user = await createRep();
    await user.client.replaceNotificationPreferences(mailPreferences);
    const { mail } = app.ports;
    const send = mail.send.bind(mail);
    let tries = 0;
    mail.send = async (message) => {
      if (++tries === 1) throw new Error("The mail server is away");
      await send(message);
    };
    try {
      await createLeadFor(tenant, user);
      expect(await describeNotifications(user)).toHaveLength(1);
    } finally {
      mail.send = send;
    }
    expect(tries).toBe(2);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });
});

describe("a follow-up", () => {
  it("that is due notifies the owner once for each date, if the date still applies", async () => {
    const user = await createRep();
    const { data: lead } = await user.client.createLead(newLead({ next_contact_date: pastInstant() }));
    await sweepAndAct(app);
    expect(await describeNotifications(user)).toEqual([`lead_follow_up_due ${lead.id}`]);
    const event = findEvent(lead.id, "lead.follow_up_due");
    await deliverEvent(app, event);
    await user.client.updateLead({ id: lead.id, next_contact_date: new Date(Clock.ms() + DAY_MS).toISOString() });
    await deliverEvent(app, { ...event, id: `${event.id}.other` });
    expect(await describeNotifications(user)).toHaveLength(1);
  });
});

describe("a conversion", () => {
  const converted = (lead: string, actorId: string, more = {}) =>
    changeAsSystem(app, tenant, lead, { is_converted: true, converted_date: Clock.now(), ...more }, actorId);

  it("notifies the owner of the lead once", async () => {
    const user = await createRep();
    const { data: lead } = await user.client.createLead(newLead());
    await converted(lead.id, "conversion");
    expect(await describeNotifications(user)).toEqual([`lead_converted ${lead.id}`]);
    await deliverEvent(app, findEvent(lead.id, "lead.converted"));
    await changeAsSystem(app, tenant, lead.id, { company: "Other" });
    expect(await describeNotifications(user)).toHaveLength(1);
  });

  it("also notifies its author, and the owner of the opportunity instead of the lead's", async () => {
    const [user, otherRep] = [await createRep(), await createRep()];
    const { data: lead } = await user.client.createLead(newLead());
    const { data: became } = await otherRep.client.createLead(newLead());
    await converted(lead.id, "conversion", { converted_opportunity_id: became.id });
    expect(await describeNotifications(otherRep)).toEqual([`lead_converted ${became.id}`]);
    await deliverEvent(app, { ...findEvent(lead.id, "lead.converted"), actor_id: otherRep.id, id: "another" });
    expect(await describeNotifications(otherRep)).toHaveLength(2);
    expect(await describeNotifications(user)).toEqual([]);
  });
});
