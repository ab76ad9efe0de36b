import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** The work of an agent who is away: nothing stays behind, and what comes meanwhile goes on too. */

const NOW = "2031-03-03T10:00:00.000Z";
const FROM = "2031-03-03T12:00:00.000Z";
const TO = "2031-03-10T12:00:00.000Z";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

beforeEach(async () => {
  app.setClock({ now: NOW });
  tenant = await signUp(app, { timezone: "Europe/Berlin", visibility: "all" });
  [agent, colleague] = [await addUser(app, tenant, "SUPPORT_AGENT"), await addUser(app, tenant, "SUPPORT_AGENT")];
});

const createTicket = async (assigned_to_id: string | null, subject = "Pump") => {
  const input = { subject, description: "Loud", requester: { email: "ada@customer.example" }, assigned_to_id };
  return (await tenant.admin.createTicket(input)).data.id;
};
const createActivity = async (assigned_to_id: string) =>
  (await tenant.admin.createActivity({ subject: "Call Ada", activity_type_id: "call", assigned_to_id })).data.id;

/** A conversation by text message that the agent answers. */
async function createConversation(): Promise<string> {
  const double = await setUpSmsProvider(app, tenant, "twilio");
  await double.text("+16467771001", "Hello");
  await app.settle();
  const [conversation] = (await tenant.admin.listConversations({})).data;
  const id = conversation?.id ?? "";
  await tenant.admin.assignConversation({ id, assigned_staff_id: agent.id });
  return id;
}

async function leave(more: object = {}): Promise<void> {
  await agent.client.replaceUserAvailability({ id: agent.id, absences: [{ from: FROM, to: TO, reassign: true, ...more }] });
  await moveTo(FROM);
}

/** Sets the clock. Sessions have ended by then. */
async function moveTo(now: string): Promise<void> {
  app.setClock({ now });
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
  await app.settle();
}

const readTicketOwner = async (id: string) => (await tenant.admin.getTicket({ id })).data.assigned_to_id;
const readActivityOwner = async (id: string) => (await tenant.admin.getActivity({ id })).data.assigned_to_id;
const readConversationOwner = async (id: string) => (await tenant.admin.getConversation({ id })).data.assigned_staff_id;

describe("an absence with a handover", () => {
  it("gives tickets, conversations and activities to the stand-in, and leaves what is done", async () => {
    const tickets = [await createTicket(agent.id), await createTicket(agent.id)];
    const resolved = await createTicket(agent.id);
    await tenant.admin.resolveTicket({ id: resolved });
    const [activity, done, other] = [
      await createActivity(agent.id),
      await createActivity(agent.id),
      await createActivity(tenant.userId),
    ];
    await tenant.admin.completeActivity({ id: done, duration_minutes: 5 });
    const conversation = await createConversation();
    await app.settle();
    await leave({ stand_in_id: colleague.id });
    expect(await Promise.all(tickets.map(readTicketOwner))).toEqual([colleague.id, colleague.id]);
    const history = (await tenant.admin.getTicket({ id: tickets[0] ?? "" })).data.work_history;
    expect(history).toMatchObject([
      { type: "ASSIGNED", agent_id: colleague.id, cause: "STAND_IN", absent_user_id: agent.id, macro_name: null },
    ]);
    expect(await readTicketOwner(resolved)).toBe(agent.id);
    expect(await readActivityOwner(activity)).toBe(colleague.id);
    expect([await readActivityOwner(done), await readActivityOwner(other)]).toEqual([agent.id, tenant.userId]);
    expect(await readConversationOwner(conversation)).toBe(colleague.id);

    // What comes meanwhile: assigned by a colleague, and opened again by the requester.
    const late = await createTicket(agent.id);
    const lateActivity = await createActivity(agent.id);
    await tenant.admin.addTicketComment({ id: resolved, body: "It hums again", from: "REQUESTER" });
    await tenant.admin.assignConversation({ id: conversation, assigned_staff_id: agent.id });
    await app.settle();
    expect([await readTicketOwner(late), await readTicketOwner(resolved)]).toEqual([colleague.id, colleague.id]);
    expect(await readActivityOwner(lateActivity)).toBe(colleague.id);
    expect(await readConversationOwner(conversation)).toBe(colleague.id);

    await moveTo(TO);
    const back = await createTicket(agent.id);
    await app.settle();
    expect(await readTicketOwner(back)).toBe(agent.id);
  });

  it("without a stand-in gives tickets to who is free, conversations to no assignee, and activities to the manager", async () => {
    await tenant.admin.updateUser({ id: agent.id, manager_id: tenant.userId });
    const [ticket, activity, conversation] = [
      await createTicket(agent.id),
      await createActivity(agent.id),
      await createConversation(),
    ];
    await app.settle();
    await leave();
    expect(await readTicketOwner(ticket)).toBe(colleague.id);
    expect((await tenant.admin.getTicket({ id: ticket })).data.work_history).toMatchObject([
      { type: "UNASSIGNED", agent_id: null, cause: "ABSENCE", absent_user_id: agent.id },
      { type: "ASSIGNED", agent_id: colleague.id, cause: "ROUTING", absent_user_id: null },
    ]);
    expect(await readActivityOwner(activity)).toBe(tenant.userId);
    expect(await readConversationOwner(conversation)).toBe(null);
  });

  it("leaves room for new tickets at the stand-in, before an administrator gets them", async () => {
    for (let nth = 0; nth < 6; nth++) for (const { id } of [agent, colleague]) await createTicket(id);
    await leave({ stand_in_id: colleague.id });
    const { data: ticket } = await tenant.admin.createTicket({
      subject: "Hose",
      description: "Wet",
      requester: { email: "bo@hose.example" },
    });
    expect([ticket.assigned_to_id, ticket.status]).toEqual([colleague.id, "OPEN"]);
    const { data: report } = await tenant.admin.listSupportAgents({});
    expect(report.agents.find(({ agent_id }) => agent_id === colleague.id)).toMatchObject({
      load: 13,
      capacity: 20,
      availability: "FREE",
    });
  });

  it("does not give work to a stand-in who is away or suspended", async () => {
    const third = await addUser(app, tenant, "SUPPORT_AGENT");
    const ticket = await createTicket(agent.id);
    await tenant.admin.replaceUserAvailability({ id: colleague.id, absences: [{ from: NOW, to: TO, reassign: true }] });
    await app.settle();
    await leave({ stand_in_id: colleague.id });
    expect(await readTicketOwner(ticket)).toBe(third.id);
  });

  it("without a handover leaves what is open, and gives new work and mentions to the stand-in", async () => {
    const [ticket, activity, resolved] = [
      await createTicket(agent.id),
      await createActivity(agent.id),
      await createTicket(agent.id),
    ];
    await tenant.admin.resolveTicket({ id: resolved });
    await app.settle();
    await leave({ reassign: false, stand_in_id: colleague.id });
    expect([await readTicketOwner(ticket), await readActivityOwner(activity)]).toEqual([agent.id, agent.id]);

    const [late, lateActivity] = [await createTicket(agent.id), await createActivity(agent.id)];
    await tenant.admin.addTicketComment({ id: resolved, body: "It hums again", from: "REQUESTER" });
    await tenant.admin.addTicketComment({ id: ticket, body: `Any news, @[${agent.id}]?` });
    await app.settle();
    expect([await readTicketOwner(late), await readActivityOwner(lateActivity)]).toEqual([colleague.id, colleague.id]);
    expect(await readTicketOwner(resolved)).toBe(agent.id);
    const readMentions = async ({ client }: TestUser) =>
      (await client.listNotifications({ type: "comment_mentioned" })).data.map(({ title }) => title);
    colleague.client = await signInUser(app, tenant, colleague);
    agent.client = await signInUser(app, tenant, agent);
    expect(await readMentions(colleague)).toEqual([expect.stringMatching(/ mentioned .+, who is away: Pump$/)]);
    expect(await readMentions(agent)).toEqual([expect.stringMatching(/ mentioned you: Pump$/)]);
  });

  it("without a handover keeps new work if the stand-in is away too, even if they stand in for each other", async () => {
    await tenant.admin.replaceUserAvailability({
      id: colleague.id,
      absences: [{ from: NOW, to: TO, stand_in_id: agent.id }],
    });
    await leave({ reassign: false, stand_in_id: colleague.id });
    const ticket = await createTicket(agent.id);
    await app.settle();
    expect(await readTicketOwner(ticket)).toBe(agent.id);
  });

  it("names another active user as the stand-in", async () => {
    const suspended = await addUser(app, tenant, "SUPPORT_AGENT");
    await tenant.admin.setUserStatus({ id: suspended.id, status: "SUSPENDED" });
    for (const stand_in_id of [agent.id, suspended.id])
      await expect(
        agent.client.replaceUserAvailability({ id: agent.id, absences: [{ from: FROM, to: TO, reassign: true, stand_in_id }] }),
      ).rejects.toMatchObject({ status: 400, details: [{ field: "absences[0].stand_in_id" }] });
    const stranger = await signUp(app);
    await expect(
      agent.client.replaceUserAvailability({ id: agent.id, absences: [{ from: FROM, stand_in_id: stranger.userId }] }),
    ).rejects.toMatchObject({ status: 400 });
  });
});
