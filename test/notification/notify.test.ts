import { Clock } from "@crm/core/kernel/clock.ts";
import { ownerOf } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../clock/support.ts";
import { sendFile } from "../import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { again, asSystem, DAY, deliver, keepEvents, leadFor, listed } from "./support.ts";

/** Who is told what, and how often. */
let app: App;
let tenant: Tenant;
let events: DomainEvent[];

beforeAll(async () => {
  app = await startTestApp();
  events = keepEvents(app);
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const rep = (more = {}): Promise<TestUser> => addUser(app, tenant, "SALES_REP", more);
const eventOf = (id: string, type: string): DomainEvent =>
  events.findLast((event) => event.record_id === id && event.type === type) as DomainEvent;
const told = async (user: TestUser): Promise<string[]> => {
  await app.settle();
  return (await listed(user)).rows.map(({ type, record_id }) => `${type} ${record_id}`);
};
const past = (): string => new Date(Clock.ms() - 1000).toISOString();
const byMail = { types: { lead_assigned: { email: true } } };

describe("a lead that is given to a user", () => {
  it("tells them, at its creation and later, and nobody who took it themselves", async () => {
    const [one, other] = [await rep(), await rep()];
    const { id, first_name, last_name, lead_number } = await leadFor(tenant, one);
    expect(await told(one)).toEqual([`lead_assigned ${id}`]);
    await tenant.admin.assignLeads({ lead_ids: [id], owner_id: other.id });
    expect(await told(other)).toEqual([`lead_assigned ${id}`]);
    expect(await told(one)).toHaveLength(1);
    const [{ title, body } = { title: "", body: "" }] = (await listed(other)).rows;
    expect(title).toBe(`Lead assigned to you: ${first_name} ${last_name}`);
    expect(body).toContain(lead_number);
    const { data: own } = await one.as.createLead(newLead({ owner_id: one.id }));
    const { data: free } = await tenant.admin.createLead(newLead({ owner_id: null }));
    await one.as.updateLead({ id: free.id, owner_id: one.id });
    expect(await told(one)).not.toContain(`lead_assigned ${own.id}`);
    expect(await told(one)).toHaveLength(1);
  });

  it("tells of one import once, however many leads it has", async () => {
    const user = await rep();
    const rows = Array.from({ length: 12 }, (_, n) => `Ina,Import${n},${user.id}`);
    await sendFile(app, tenant.token, "/leads/import", ["first_name,last_name,owner_id", ...rows].join("\n"));
    expect(await told(user)).toHaveLength(1);
    expect((await listed(user)).rows[0]?.body).toContain("came in with a file");
  });

  it("tells nobody when it is late and no longer so", async () => {
    const [one, other] = [await rep(), await rep()];
    const { id } = await leadFor(tenant, { id: tenant.userId });
    await tenant.admin.assignLeads({ lead_ids: [id], owner_id: one.id });
    const { data: moved } = await tenant.admin.updateLead({ id, owner_id: other.id });
    expect(moved.owner_id).toBe(other.id);
    await app.settle();
    const late = events.filter(({ record_id, type }) => record_id === id && type === "lead.assigned");
    expect(late).toHaveLength(2);
    for (const event of [...late, ...late.toReversed()]) await deliver(app, event);
    expect(await told(other)).toEqual([`lead_assigned ${id}`]);
  });
});

describe("an event", () => {
  it("tells once, however often and side by side it comes, also what was read or deleted since", async () => {
    const user = await rep();
    await user.as.replaceNotificationPreferences(byMail);
    const { id } = await leadFor(tenant, user);
    await app.settle();
    const event = eventOf(id, "lead.created");
    await Promise.all([1, 2, 3, 4].map(() => deliver(app, event)));
    expect(await told(user)).toHaveLength(1);
    const [notification] = (await listed(user)).rows;
    await user.as.readNotification({ id: String(notification?.id) });
    await deliver(app, event);
    expect((await user.as.getNotification({ id: String(notification?.id) })).data.version).toBe(2);
    await user.as.deleteNotification({ id: String(notification?.id) });
    await deliver(app, event);
    expect(await told(user)).toEqual([]);
    expect((await listed(user)).total).toBe(0);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });

  it("of a record that is not there tells nobody", async () => {
    const user = await rep();
    const { id } = await leadFor(tenant, user);
    await app.settle();
    const missing = `${id.slice(0, 4)}${"0".repeat(18)}${id.slice(22)}`;
    await deliver(app, { ...eventOf(id, "lead.created"), record_id: missing, id: `${missing}.1.created` });
    expect(await told(user)).toEqual([`lead_assigned ${id}`]);
  });

  it("older than 90 days tells nobody", async () => {
    const user = await rep();
    await user.as.replaceNotificationPreferences({ types: { lead_assigned: { in_app: false } } });
    const { id } = await leadFor(tenant, user);
    await app.settle();
    try {
      app.setClock({ advance: 91 * DAY });
      const later = await again(app, tenant, user);
      await later.as.replaceNotificationPreferences({ types: {} });
      await deliver(app, eventOf(id, "lead.created"));
      expect(await told(later)).toEqual([]);
    } finally {
      app.setClock({ reset: true });
    }
  });
});

describe("a user", () => {
  it.each([
    ["who was deleted", (user: TestUser) => tenant.admin.deleteUser({ id: user.id })],
    ["who was suspended", (user: TestUser) => tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" })],
  ])("%s is told nothing", async (_, leave) => {
    const user = await rep();
    await user.as.replaceNotificationPreferences(byMail);
    const { id } = await leadFor(tenant, user);
    await leave(user);
    await app.settle();
    await deliver(app, eventOf(id, "lead.created"));
    const entries = (await tenant.admin.listAuditEntries({ limit: 100 })).data;
    const told = entries.filter(
      ({ record_type, record_id = "" }) => record_type === "notification" && ownerOf(record_id) === user.id,
    );
    expect(told).toEqual([]);
    expect(app.mail.sent(user.email)).toEqual([]);
  });

  it("is told nothing of a record that is deleted", async () => {
    const user = await rep();
    const { id } = await leadFor(tenant, user);
    await tenant.admin.deleteLead({ id });
    expect(await told(user)).toEqual([]);
  });

  it("is told by the channels that they chose", async () => {
    const user = await rep();
    const defaults = { in_app: true, email: false };
    const { data: before } = await user.as.getNotificationPreferences();
    const ofActivities = ["activity_answered", "activity_assigned", "activity_reminder"];
    const ofApprovals = ["approval_asked", "approval_decided", "approval_of_own_decided", "approval_reminded"];
    const ofBookings = ["booking_cancelled", "booking_made", "booking_moved"];
    const ofOffers = ["offer_accepted", "offer_asked", "offer_expiring", "offer_rejected", "offer_viewed"];
    const ofTickets = [
      "ticket_assigned",
      "ticket_escalated",
      "ticket_mail_bounced",
      "ticket_sla_violated",
      "ticket_sla_warning",
      "survey_rated_low",
    ];
    const ofContracts = [
      ...["contract_active", "contract_approved", "contract_deliverables_due", "contract_expired", "contract_renewal_due"],
      ...[
        "contract_renewed",
        "contract_signed",
        "contract_terminated",
        "contract_amendment_moved",
        "contract_amendment_of_yours",
      ],
    ];
    const ofSignatures = ["signature_completed", "signature_declined", "signature_expired", "signature_failed"];
    const types = [
      ...ofActivities,
      ...ofApprovals,
      ...ofBookings,
      ...ofContracts,
      ...ofSignatures,
      ...ofOffers,
      ...ofTickets,
      "lead_assigned",
      "lead_follow_up_due",
      "lead_converted",
      "stage_moved",
      "reengagement_batch_assigned",
      "webhook_endpoint_off",
    ];
    expect(before.types).toEqual(Object.fromEntries(types.map((type) => [type, defaults])));
    const chosen = { lead_assigned: { in_app: false, email: true } };
    const { data: after } = await user.as.replaceNotificationPreferences({ types: chosen });
    expect(after.types).toEqual({ ...before.types, ...chosen });
    expect((await user.as.getNotificationPreferences()).data).toEqual(after);
    const { id, first_name } = await leadFor(tenant, user, { first_name: "Two\nLines" });
    expect(await told(user)).toEqual([]);
    await deliver(app, eventOf(id, "lead.created"));
    const mails = app.mail.sent(user.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).not.toContain("\n");
    expect(mails[0]?.text).toContain(`/leads/${id}`);
    expect(mails[0]?.text).toContain(String(first_name).replace("\n", " "));
    await user.as.replaceNotificationPreferences({ types: { lead_assigned: { in_app: false } } });
    await leadFor(tenant, user);
    expect(await told(user)).toEqual([]);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });

  it.each([
    [{ types: { lead_sold: {} } }, "types.lead_sold"],
    [{ types: { lead_assigned: { pigeon: true } } }, "types.lead_assigned.pigeon"],
    [{ types: { lead_assigned: { email: "yes" } } }, "types.lead_assigned.email"],
    [{}, "types"],
  ])("cannot choose %o", async (input, field) => {
    const user = await rep();
    await expect(user.as.replaceNotificationPreferences(input as never)).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("gets a mail whose sending was cut off when the event comes again", async () => {
    const user = await rep();
    await user.as.replaceNotificationPreferences(byMail);
    const { mail } = app.ports;
    const send = mail.send.bind(mail);
    let tries = 0;
    mail.send = async (message) => {
      if (++tries === 1) throw new Error("The mail server is away");
      await send(message);
    };
    try {
      await leadFor(tenant, user);
      expect(await told(user)).toHaveLength(1);
    } finally {
      mail.send = send;
    }
    expect(tries).toBe(2);
    expect(app.mail.sent(user.email)).toHaveLength(1);
  });
});

describe("a follow-up", () => {
  it("that is due tells the owner once for each date, if it is still that date", async () => {
    const user = await rep();
    const { data: lead } = await user.as.createLead(newLead({ next_contact_date: past() }));
    await sweepAndAct(app);
    expect(await told(user)).toEqual([`lead_follow_up_due ${lead.id}`]);
    const event = eventOf(lead.id, "lead.follow_up_due");
    await deliver(app, event);
    await user.as.updateLead({ id: lead.id, next_contact_date: new Date(Clock.ms() + DAY).toISOString() });
    await deliver(app, { ...event, id: `${event.id}.other` });
    expect(await told(user)).toHaveLength(1);
  });
});

describe("a conversion", () => {
  const converted = (lead: string, by: string, more = {}) =>
    asSystem(app, tenant, lead, { is_converted: true, converted_date: Clock.now(), ...more }, by);

  it("tells the owner of the lead, once", async () => {
    const user = await rep();
    const { data: lead } = await user.as.createLead(newLead());
    await converted(lead.id, "conversion");
    expect(await told(user)).toEqual([`lead_converted ${lead.id}`]);
    await deliver(app, eventOf(lead.id, "lead.converted"));
    await asSystem(app, tenant, lead.id, { company: "Other" });
    expect(await told(user)).toHaveLength(1);
  });

  it("tells who did it too, and the owner of what it became in place of the lead's", async () => {
    const [user, other] = [await rep(), await rep()];
    const { data: lead } = await user.as.createLead(newLead());
    const { data: became } = await other.as.createLead(newLead());
    await converted(lead.id, "conversion", { converted_opportunity_id: became.id });
    expect(await told(other)).toEqual([`lead_converted ${became.id}`]);
    await deliver(app, { ...eventOf(lead.id, "lead.converted"), actor_id: other.id, id: "another" });
    expect(await told(other)).toHaveLength(2);
    expect(await told(user)).toEqual([]);
  });
});
