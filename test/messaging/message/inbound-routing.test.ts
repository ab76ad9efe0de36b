import { resolveInboundTarget, validateInboundRule } from "@crm/core/messaging/channel-provider/inbound-routing.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authenticationHeaders, receiveMail, receiveMails } from "../../service/ticket/support-mail.ts";
import { addUser, deliverToSubscriber, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type Provider, type SmsProviderDouble, setUpSmsProvider } from "./sms-provider-double.ts";

let app: App;
let tenant: Tenant;
let smsDouble: SmsProviderDouble;
const NOON = "2026-11-25T20:00:00Z";
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(() => app.setClock({ now: NOON }));
afterAll(() => app.stop());

async function setUpTenant(rule: object = {}, provider: Provider = "twilio"): Promise<void> {
  tenant = await signUp(app, { timezone: "America/New_York" });
  smsDouble = await setUpSmsProvider(app, tenant, provider);
  await tenant.admin.updateSmsNumber({ id: smsDouble.number, ...rule });
}

let lastNumber = 0;
const newNumber = (): string => `+1646777${String(1000 + ++lastNumber)}`;
const receiveText = async (from: string, body: string): Promise<void> => {
  await smsDouble.text(from, body);
  await app.settle();
};
const listTickets = async () => (await tenant.admin.listTickets({ limit: 100 })).data;
const listLeads = async () => (await tenant.admin.listLeads({ limit: 100 })).data;
const findLeadSource = async (code: string) =>
  (await tenant.admin.listMasters({ kind: "lead_sources", limit: 100 })).data.find((master) => master.code === code)?.id;
const listConversations = async () => (await tenant.admin.listConversations({ limit: 100 })).data;
const listComments = async (id: string) =>
  (await tenant.admin.listTicketComments({ id, limit: 100 })).data.map(({ from, excerpt }) => [from, excerpt]).reverse();
const listReceived = async () => {
  const { data } = await tenant.admin.listMessages({ limit: 100 });
  const receivedMessages = data.filter(({ direction }) => direction === "in");
  return Promise.all(receivedMessages.map(async ({ id }) => (await tenant.admin.getMessage({ id })).data));
};
const expectOne = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0] as T;
};

describe("the target of an incoming message", () => {
  it.each([
    ["conversation", undefined, false, null],
    [undefined, undefined, false, null],
    ["ticket", undefined, false, "ticket"],
    ["ticket", undefined, true, "ticket"],
    ["ticket", "stop", false, null],
    ["ticket", "help", false, null],
    ["lead", undefined, false, "lead"],
    ["lead", undefined, true, null],
    ["lead", "start", false, null],
  ] as const)(
    "for a number that creates a %s, with keyword %s and known sender %s, is %s",
    (inbound_makes, keyword, isKnown, expectedTarget) => {
      expect(resolveInboundTarget({ inbound_makes, keyword: keyword, isKnown })).toBe(expectedTarget);
    },
  );

  it.each([
    [{ inbound_team_id: "t", inbound_source_id: "s" }, ["inbound_team_id", "inbound_source_id"]],
    [{ inbound_makes: "ticket", inbound_team_id: "t", inbound_owner_id: "u" }, []],
    [{ inbound_makes: "ticket", inbound_source_id: "s" }, ["inbound_source_id"]],
    [{ inbound_makes: "lead", inbound_team_id: "t" }, ["inbound_team_id"]],
    [{ inbound_makes: "lead", inbound_source_id: "s", inbound_owner_id: "u" }, []],
  ] as const)("rule %j rejects %j", (rule, fields) => {
    expect(validateInboundRule(rule).map(({ field }) => field)).toEqual(fields);
  });
});

describe("a text message from an unknown sender", () => {
  it("creates a person and a conversation, and nothing else without a rule", async () => {
    await setUpTenant();
    const from = newNumber();
    await receiveText(from, "Hello?");
    const conversation = expectOne(await listConversations());
    const { data: person } = await tenant.admin.getPerson({ id: String(conversation.person_id) });
    expect(person.phones).toEqual([from]);
    expect([await listTickets(), await listLeads()]).toEqual([[], []]);
  });

  it("creates one lead with the rule's owner and source, and none for a known sender", async () => {
    await setUpTenant({ inbound_makes: "lead", inbound_source_id: "referral" });
    const rep = await addUser(app, tenant, "SALES_REP");
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateSmsNumber({ id: smsDouble.number, inbound_owner_id: rep.id });
    const from = newNumber();
    await smsDouble.text(from, "I want a quote", { emit: false });
    await smsDouble.text(from, "Today, please", { emit: false });
    await Promise.all([smsDouble.emit({ times: 3, keep: true }), smsDouble.emit({ times: 2 })]);
    await app.settle();
    const lead = expectOne(await listLeads());
    const { data: storedLead } = await tenant.admin.getLead({ id: lead.id });
    expect(storedLead).toMatchObject({ owner_id: rep.id, phone: from, lead_source_id: await findLeadSource("referral") });
    const [message] = (await listReceived()).filter(({ makes }) => makes === "lead");
    expect(message?.person_id).toBe(storedLead.personal_key_id);
    await deliverToSubscriber(app, "inbound-leads", buildEvent(String(message?.id)));
    await receiveText(from, "Are you there?");
    expect(await listLeads()).toHaveLength(1);
    // Users who cannot see the owner's records cannot see the lead.
    expect((await rep.client.getLead({ id: lead.id })).data.id).toBe(lead.id);
    await expect(otherRep.client.getLead({ id: lead.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("creates no other lead for a repeated event after the lead was deleted", async () => {
    await setUpTenant({ inbound_makes: "lead" });
    await receiveText(newNumber(), "Hello");
    const lead = expectOne(await listLeads());
    await tenant.admin.deleteLead({ id: lead.id });
    await deliverToSubscriber(app, "inbound-leads", buildEvent(String(expectOne(await listReceived()).id)));
    expect(await listLeads()).toEqual([]);
  });

  it.each(["STOP", "help", "Unstop"])("creates neither lead nor ticket for %s", async (word) => {
    await setUpTenant({ inbound_makes: "lead" });
    await receiveText(newNumber(), word);
    await tenant.admin.updateSmsNumber({ id: smsDouble.number, inbound_makes: "ticket" });
    await receiveText(newNumber(), word);
    expect([await listTickets(), await listLeads()]).toEqual([[], []]);
    expect(await listConversations()).toHaveLength(2);
  });
});

const buildEvent = (record_id: string) => ({
  ...{ id: `evt_${record_id}`, type: "message.received", tenant_id: tenant.id, record_id, version: 1, actor_id: "system:test" },
  ...{ request_id: "test", at: NOON, changed: [] },
});

describe("a text message to a number that creates tickets", () => {
  it.each(["twilio", "telnyx"] as const)("from %s creates one, and later messages become its comments", async (provider) => {
    await setUpTenant({ inbound_makes: "ticket" }, provider);
    const team = (await tenant.admin.createTeam({ name: "Service" })).data;
    const agent = await addUser(app, tenant, "SUPPORT_AGENT");
    await tenant.admin.updateSmsNumber({ id: smsDouble.number, inbound_team_id: team.id, inbound_owner_id: agent.id });
    const from = newNumber();
    await receiveText(from, "The pump is\u2028loud\nIt is the blue one");
    const row = expectOne(await listTickets());
    const { data: ticket } = await tenant.admin.getTicket({ id: row.id });
    expect(ticket).toMatchObject({
      ...{ subject: "The pump is loud", description: "The pump is\u2028loud\nIt is the blue one", channel: "SMS" },
      ...{ team_id: team.id, assigned_to_id: agent.id, personal_key_id: expectOne(await listConversations()).person_id },
    });
    await receiveText(from, "And it leaks");
    expect(await listComments(ticket.id)).toEqual([
      ["REQUESTER", ticket.description],
      ["REQUESTER", "And it leaks"],
    ]);
    await tenant.admin.resolveTicket({ id: ticket.id });
    await receiveText(from, "It still leaks");
    expect((await tenant.admin.getTicket({ id: ticket.id })).data.status).toBe("OPEN");
    await tenant.admin.closeTicket({ id: ticket.id });
    await receiveText(from, "Another matter");
    const newest = (await listTickets()).find(({ id }) => id !== ticket.id);
    expect((await tenant.admin.getTicket({ id: String(newest?.id) })).data).toMatchObject({
      ...{ subject: "Another matter", parent_ticket_id: ticket.id },
    });
    expect(await listComments(ticket.id)).toHaveLength(3);
  });

  it("creates one ticket for two at the same moment, despite repeated events", async () => {
    await setUpTenant({ inbound_makes: "ticket" });
    const from = newNumber();
    await smsDouble.text(from, "One", { emit: false });
    await smsDouble.text(from, "Two", { emit: false });
    await Promise.all([smsDouble.emit({ times: 2, keep: true, order: "shuffled" }), smsDouble.emit({ times: 2 })]);
    await app.settle();
    const all = await listReceived();
    expect(all).toHaveLength(2);
    await Promise.all(all.map(({ id }) => deliverToSubscriber(app, "inbound-tickets", buildEvent(id))));
    const ticket = expectOne(await listTickets());
    expect(await listComments(ticket.id)).toHaveLength(2);
  });

  it("is answered once by text message from the same number, and is visible with the ticket", async () => {
    await setUpTenant({ inbound_makes: "ticket" });
    const agent = await addUser(app, tenant, "SUPPORT_AGENT");
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateSmsNumber({ id: smsDouble.number, inbound_owner_id: agent.id });
    const from = newNumber();
    await receiveText(from, "The pump is loud");
    const ticket = expectOne(await listTickets());
    await expect(otherRep.client.getTicket({ id: ticket.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await agent.client.addTicketComment({ id: ticket.id, body: "A secret among us" });
    const { data: comment } = await agent.client.addTicketComment({ id: ticket.id, body: "We are on our way", is_public: true });
    await app.settle();
    await deliverToSubscriber(app, "ticket-letters", { ...buildEvent(comment.id), type: "ticket_comment.created" });
    const sent = (await smsDouble.messages()).filter(({ direction, to }) => direction !== "inbound" && to === from);
    expect(sent.map(({ to, body }) => [to, body])).toEqual([[from, "We are on our way"]]);
    expect((await tenant.admin.getTicketComment({ id: ticket.id, comment_id: comment.id })).data.delivery).toMatchObject({
      ...{ status: "SENT", to: from },
    });
    const { data: long } = await agent.client.addTicketComment({ id: ticket.id, body: "x".repeat(2000), is_public: true });
    await app.settle();
    expect((await tenant.admin.getTicketComment({ id: ticket.id, comment_id: long.id })).data.delivery).toMatchObject({
      ...{ status: "NOT_SENT", because: "TOO_LONG" },
    });
  });
});

describe("a rule for incoming messages", () => {
  it("rejects fields without an effect, and unknown records", async () => {
    await setUpTenant();
    const change = (rule: object) => tenant.admin.updateSmsNumber({ id: smsDouble.number, ...rule });
    const stranger = (await signUp(app)).admin;
    const [user] = (await stranger.listUsers({})).data;
    await expect(change({ inbound_owner_id: user?.id })).rejects.toMatchObject({ details: [{ field: "inbound_owner_id" }] });
    await expect(change({ inbound_makes: "lead", inbound_owner_id: user?.id })).rejects.toMatchObject({
      details: [{ field: "inbound_owner_id" }],
    });
    await expect(change({ inbound_makes: "lead", inbound_source_id: "nowhere" })).rejects.toMatchObject({
      details: [{ field: "inbound_source_id" }],
    });
    await expect(change({ inbound_makes: "order" })).rejects.toMatchObject({ details: [{ field: "inbound_makes" }] });
  });
});

describe("a mail to the address of an account", () => {
  const account = async (more: object = {}) =>
    (
      await tenant.admin.createMailAccount({
        ...{ name: "Sales", way: "house", address: `sales@${tenant.slug}.in.example`, ...more },
      })
    ).data;
  const to = (): string => `sales@${tenant.slug}.in.example`;
  let readers = 0;
  const someone = (): string => `writer${++readers}@customer.example`;
  beforeEach(async () => {
    tenant = await signUp(app);
  });

  it("joins its conversation once, and creates an unknown sender as a person", async () => {
    const { id } = await account();
    const from = someone();
    const headers = { "Message-ID": `<same${readers}@customer.example>` };
    const mail = { from: `Ada Lovelace <${from}>`, subject: "Prices", text: "How much?", to: to(), headers };
    await receiveMails(app, tenant, mail, mail);
    const conversation = expectOne(await listConversations());
    expect(conversation).toMatchObject({ channel: "email", address: from, last_text: "Prices", unread_count: 1 });
    const message = expectOne(await listReceived());
    expect(message).toMatchObject({ status: "received", subject: "Prices", body: "How much?", makes: null, to_address: to() });
    const { data: person } = await tenant.admin.getPerson({ id: String(conversation.person_id) });
    expect(person).toMatchObject({ first_name: "Ada", last_name: "Lovelace", emails: [from] });
    expect([await listTickets(), await listLeads()]).toEqual([[], []]);
    expect((await tenant.admin.getConversation({ id: conversation.id })).data.mail_account_id).toBe(id);
  });

  it("creates a lead for an unknown sender, and none for a later mail", async () => {
    await account({ inbound_makes: "lead", inbound_source_id: "email" });
    const from = someone();
    const first = { from: `Ada Lovelace <${from}>`, subject: "Prices", text: "How much?", to: to() };
    await receiveMails(app, tenant, first, { ...first, subject: "Prices again" });
    await receiveMails(app, tenant, { ...first, subject: "And again" });
    const { data: lead } = await tenant.admin.getLead({ id: expectOne(await listLeads()).id });
    expect(lead).toMatchObject({ last_name: "Lovelace", email: from });
    expect(lead.description).toContain("How much?");
    expect(await listReceived()).toHaveLength(3);
  });

  it("creates a ticket with its conversation, and later mails become its comments", async () => {
    await account({ inbound_makes: "ticket" });
    const from = someone();
    const { ticket_id } = await receiveMail(app, tenant, { from, to: to(), subject: "Printer" });
    expect((await tenant.admin.getTicket({ id: ticket_id ?? "" })).data).toMatchObject({ channel: "EMAIL", subject: "Printer" });
    expect(expectOne(await listReceived())).toMatchObject({ makes: "ticket", from_address: from });
    const stop = await receiveMail(app, tenant, { from: someone(), to: to(), text: "Unsubscribe" });
    expect(stop).toMatchObject({ status: "HANDLED", ticket_id: null });
    expect(await listTickets()).toHaveLength(1);
  });

  it.each([
    ["that a program wrote", { "Auto-Submitted": "auto-replied" }],
    ["that fails the authentication of its domain", authenticationHeaders("fail")],
  ])("%s joins none", async (_, headers) => {
    await account({ inbound_makes: "lead" });
    expect(await receiveMail(app, tenant, { from: someone(), to: to(), headers })).toMatchObject({ status: "HANDLED" });
    expect([await listConversations(), await listLeads()]).toEqual([[], []]);
  });

  it("is ignored if no account has the address", async () => {
    const from = someone();
    expect(await receiveMails(app, tenant, { from, to: to() })).toEqual([""]);
    const { id } = await account();
    await tenant.admin.updateMailAccount({ id, address: `info@${tenant.slug}.in.example` });
    expect(await receiveMails(app, tenant, { from, to: to() })).toEqual([""]);
    await tenant.admin.deleteMailAccount({ id });
    expect(await receiveMails(app, tenant, { from, to: `info@${tenant.slug}.in.example` })).toEqual([""]);
    expect(await listConversations()).toEqual([]);
  });

  it("needs an address that is unique to one account, also in concurrent requests and across tenants", async () => {
    const results = await Promise.allSettled([account(), account({ name: "Other" })]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { details: [{ field: "address" }] } });
    const otherTenant = await signUp(app);
    await otherTenant.admin.createMailAccount({ name: "Sales", way: "house", address: to() });
    await receiveMails(app, tenant, { from: someone(), to: to() });
    expect(await listConversations()).toHaveLength(1);
    expect((await otherTenant.admin.listConversations({})).data).toEqual([]);
  });

  it("leaves mails to the support address to tickets", async () => {
    await account({ inbound_makes: "lead" });
    await receiveMail(app, tenant, { from: someone() });
    expect(await listTickets()).toHaveLength(1);
    expect([await listConversations(), await listLeads()]).toEqual([[], []]);
  });
});
