import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSweeper, deliverEvent, readClock, sweepAndAct } from "../../storage/scheduler/support.ts";
import {
  addUser,
  inProcessTransport,
  PASSWORD,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

/** The clocks of tickets, with a policy for all hours and a moving clock. */

const MINUTE_MS = 60_000;

let app: App;
let tenant: Tenant;
/** A client with an API key, which stays valid when the clock moves. */
let crm: Tenant["admin"];
let agent: TestUser;
let manager: TestUser;
let director: TestUser;
let customer_id: string;
let events: ReturnType<typeof recordPublishedEvents>;

beforeAll(async () => {
  app = await startTestApp();
  events = recordPublishedEvents(app);
  tenant = await signUp(app);
  manager = await addUser(app, tenant, "MANAGER");
  director = await addUser(app, tenant, "DIRECTOR");
  agent = await addUser(app, tenant, "SUPPORT_AGENT", { manager_id: manager.id });
  const { data } = await tenant.admin.createApiKey({ name: "Clock", role: "ADMIN" });
  crm = createClient(inProcessTransport(app, data.key));
  customer_id = (await crm.createCustomer({ name: "Argo Shipping" })).data.id;
  const hour = { first_response_minutes: 60, next_response_minutes: 30, resolution_minutes: 240 };
  await crm.createSlaPolicy({ name: "Hour", sequence: 2, ...hour });
  const urgent = { first_response_minutes: 10, next_response_minutes: 10, resolution_minutes: 60 };
  await crm.createSlaPolicy({ name: "Urgent", sequence: 1, priority_ids: ["critical"], ...urgent });
});
afterAll(() => app.stop());

type Ticket = Awaited<ReturnType<typeof crm.getTicket>>["data"];

const openTicket = async (more: object = {}): Promise<Ticket> => {
  const ticketInput = { subject: "The pump is loud", description: "It hums.", customer_id, assigned_to_id: agent.id };
  return (await crm.createTicket({ ...ticketInput, ...more })).data;
};
const readTicket = async ({ id }: { id: string }) => (await crm.getTicket({ id })).data;
const moveClock = ({ created_at }: Ticket, minutes: number) =>
  app.setClock({ now: new Date(Math.floor(Date.parse(created_at) / 1000) * 1000 + minutes * MINUTE_MS + 500).toISOString() });
const sweepAt = async (ticket: Ticket, minutes: number) => {
  moveClock(ticket, minutes);
  await sweepAndAct(app);
};
/** Minutes from the creation of the ticket to the given time. */
const minutesSince = ({ created_at }: Ticket, instant: string | null): number | null =>
  instant === null ? null : Math.round((Date.parse(instant) - Date.parse(created_at)) / MINUTE_MS);

/** A user's notifications about their ticket, oldest first. */
async function readInbox({ email }: { email: string }, { id }: Ticket): Promise<string[]> {
  const { data } = await createClient(inProcessTransport(app)).login({ email, password: PASSWORD, tenant_slug: tenant.slug });
  const { data: notifications } = await createClient(inProcessTransport(app, data.access_token)).listNotifications({
    limit: 100,
  });
  return notifications
    .filter(({ record_id, type }) => record_id === id && type !== "ticket_assigned")
    .map(({ type, title }) => `${type} ${title?.split(" T-")[0]}`)
    .reverse();
}

const readSla = async ({ id }: Ticket) => (await crm.getTicketSla({ id })).data;
const listJudgedClocks = async (ticket: Ticket) =>
  (await readSla(ticket)).judged
    .map(({ metric, state, started_at, due_at, stopped_at }) =>
      [metric, state, ...[started_at, due_at, stopped_at].map((instant) => minutesSince(ticket, instant))].join(" "),
    )
    .sort();

const actions = {
  answer: (id: string) => crm.addTicketComment({ id, body: "Have you tried oil?", is_public: true }),
  note: (id: string) => crm.addTicketComment({ id, body: "Oil is out of stock" }),
  message: (id: string) => crm.addTicketComment({ id, body: "It still hums", from: "REQUESTER" }),
  wait: (id: string) => crm.updateTicket({ id, status: "WAITING_ON_CUSTOMER" }),
  pend: (id: string) => crm.updateTicket({ id, status: "PENDING" }),
  resume: (id: string) => crm.updateTicket({ id, status: "IN_PROGRESS" }),
  resolve: (id: string) => crm.resolveTicket({ id }),
  reopen: (id: string) => crm.reopenTicket({ id }),
  raise: (id: string) => crm.updateTicket({ id, priority_id: "critical" }),
  lower: (id: string) => crm.updateTicket({ id, priority_id: "medium" }),
  delete: (id: string) => crm.deleteTicket({ id }),
  restore: (id: string) => crm.restoreTicket({ id }),
};
type Step = readonly [minute: number, action: keyof typeof actions];

/** The clocks with their state and the minute at which each is due; `null` while paused. */
const listRunningClocks = async (ticket: Ticket) =>
  (await readSla(ticket)).clocks.map(({ metric, state, due_at }) => `${metric} ${state} ${minutesSince(ticket, due_at)}`);

describe("the clocks of a ticket", () => {
  it.each<[string, Step[], string[], string[]]>([
    ["run from its opening on", [], ["first_response running 60", "resolution running 240"], []],
    ["that is answered in time", [[10, "answer"]], ["resolution running 240"], ["first_response MET 0 60 10"]],
    ["that is answered late", [[70, "answer"]], ["resolution running 240"], ["first_response VIOLATED 0 60 70"]],
    ["take no notes for answers", [[10, "note"]], ["first_response running 60", "resolution running 240"], []],
    ["stop at a resolution without an answer", [[10, "resolve"]], [], ["first_response MET 0 60 10", "resolution MET 0 240 10"]],
    [
      "count a message that waits once, from the first of them on",
      [
        [10, "answer"],
        [20, "message"],
        [25, "message"],
        [40, "answer"],
        [45, "answer"],
      ],
      ["resolution running 240"],
      ["first_response MET 0 60 10", "next_response MET 20 50 40"],
    ],
    [
      "are told apart, message by message",
      [
        [10, "answer"],
        [20, "message"],
        [30, "answer"],
        [40, "message"],
        [80, "answer"],
        [90, "message"],
      ],
      ["next_response running 120", "resolution running 240"],
      ["first_response MET 0 60 10", "next_response MET 20 50 30", "next_response VIOLATED 40 70 80"],
    ],
    [
      "rest while the customer is waited for",
      [
        [10, "answer"],
        [20, "wait"],
      ],
      ["resolution paused null"],
      ["first_response MET 0 60 10"],
    ],
    [
      "go on behind that",
      [
        [10, "answer"],
        [20, "wait"],
        [80, "resume"],
      ],
      ["resolution running 300"],
      ["first_response MET 0 60 10"],
    ],
    [
      "go on with what the customer says",
      [
        [10, "answer"],
        [20, "wait"],
        [80, "message"],
      ],
      ["next_response running 110", "resolution running 300"],
      ["first_response MET 0 60 10"],
    ],
    [
      "do not rest while it is PENDING",
      [
        [10, "answer"],
        [20, "pend"],
        [80, "resume"],
      ],
      ["resolution running 240"],
      ["first_response MET 0 60 10"],
    ],
    [
      "go on when it is reopened, without the time between",
      [
        [10, "answer"],
        [100, "resolve"],
        [160, "reopen"],
      ],
      ["resolution running 300"],
      ["first_response MET 0 60 10"],
    ],
    [
      "are judged again at the next resolution",
      [
        [10, "answer"],
        [100, "resolve"],
        [160, "reopen"],
        [320, "resolve"],
      ],
      [],
      ["first_response MET 0 60 10", "resolution VIOLATED 0 300 320"],
    ],
    [
      "stay violated when it is reopened",
      [
        [10, "answer"],
        [250, "resolve"],
        [260, "reopen"],
      ],
      ["resolution violated 240"],
      ["first_response MET 0 60 10", "resolution VIOLATED 0 240 "],
    ],
    ["go by another priority, from their start on", [[5, "raise"]], ["first_response running 10", "resolution running 60"], []],
    [
      "keep their outcome, regardless of later changes",
      [
        [30, "answer"],
        [35, "raise"],
      ],
      ["resolution running 60"],
      ["first_response MET 0 60 30"],
    ],
    [
      "are not let off by a lower priority, once they were violated",
      [
        [0, "raise"],
        [15, "lower"],
        [20, "answer"],
      ],
      ["resolution running 240"],
      ["first_response VIOLATED 0 10 20"],
    ],
    [
      "go on while it is deleted",
      [
        [10, "delete"],
        [70, "restore"],
      ],
      ["first_response violated 60", "resolution running 240"],
      ["first_response VIOLATED 0 60 "],
    ],
  ])("%s", async (_, steps, running, outcomes) => {
    const ticket = await openTicket();
    for (const [minute, action] of steps) {
      moveClock(ticket, minute);
      await actions[action](ticket.id);
    }
    expect(await listRunningClocks(ticket)).toEqual(running);
    expect(await listJudgedClocks(ticket)).toEqual(outcomes);
    const currentTicket = await readTicket(ticket);
    const due = running
      .flatMap((clockLine) => (clockLine.endsWith("null") ? [] : [Number(clockLine.split(" ")[2])]))
      .sort((a, b) => a - b);
    expect(minutesSince(ticket, currentTicket.next_due_at)).toBe(due[0] ?? null);
    expect(currentTicket).toMatchObject({
      is_sla_paused: running.some((clockLine) => clockLine.includes("paused")),
      is_sla_violated: outcomes.some((outcome) => outcome.includes("VIOLATED")),
    });
  });
});

describe("a merge", () => {
  it("gives no one more time: the remaining ticket takes over the earlier start of an owed answer", async () => {
    const olderTicket = await openTicket();
    moveClock(olderTicket, 40);
    const newerTicket = await openTicket();
    await actions.answer(newerTicket.id);
    await crm.mergeTickets({ id: newerTicket.id, ticket_id: olderTicket.id });
    expect((await readSla(newerTicket)).clocks.map(({ metric, started_at }) => [metric, started_at])).toEqual([
      ["next_response", olderTicket.created_at],
      ["resolution", olderTicket.created_at],
    ]);
    const currentTicket = await readTicket(newerTicket);
    expect(minutesSince(olderTicket, currentTicket.next_response_due_at)).toBe(30);
    expect(minutesSince(olderTicket, currentTicket.resolution_due_at)).toBe(240);
    expect((await readSla(olderTicket)).clocks).toEqual([]);
  });
});

describe("SLA notifications", () => {
  it("are sent level by level, once each, and the ticket is escalated", async () => {
    const ticket = await openTicket();
    await sweepAt(ticket, 29);
    expect(await readInbox(manager, ticket)).toEqual([]);
    for (const minute of [30, 48]) await sweepAt(ticket, minute);
    expect(await readInbox(manager, ticket)).toEqual(["ticket_sla_warning 50% of the target time for the first response:"]);
    expect(await readInbox(agent, ticket)).toEqual(["ticket_sla_warning 80% of the target time for the first response:"]);
    expect(await readTicket(ticket)).toMatchObject({ is_sla_violated: false, is_escalated: false, escalation_level: 0 });
    await sweepAt(ticket, 60);
    expect(await readTicket(ticket)).toMatchObject({
      ...{ is_sla_violated: true, sla_violations: 1, is_escalated: true, escalated_to_id: manager.id },
      ...{ escalation_level: 2, escalation_metric: "first_response", escalation_percent: 100, escalation_reason: null },
    });
    const { data: violations } = await crm.listSlaViolations({ "ticket_id[eq]": ticket.id });
    expect(violations).toMatchObject([{ metric: "first_response", agent_id: agent.id, customer_id, stopped_at: null }]);
    await sweepAt(ticket, 120);
    expect(await readTicket(ticket)).toMatchObject({ escalated_to_id: director.id, escalation_level: 3 });
    expect(await readInbox(director, ticket)).toEqual(["ticket_escalated 150% of the target time for the first response:"]);
    const { version } = await readTicket(ticket);
    await sweepAndAct(app);
    expect(await readTicket(ticket)).toMatchObject({ version });
    moveClock(ticket, 130);
    await actions.answer(ticket.id);
    const { data } = await crm.getSlaViolation({ id: String(violations[0]?.id) });
    expect(Math.abs(Number(data.over_seconds) - 70 * 60)).toBeLessThan(5);
    await crm.resolveTicket({ id: ticket.id });
  });

  it("include all missed levels in order, once each, from two concurrent consumers", async () => {
    const ticket = await openTicket();
    moveClock(ticket, 24 * 60);
    const { sweep } = createSweeper(app);
    const due = (await sweep()).events.filter(({ record_id }) => record_id === ticket.id);
    expect(due.map(({ type }) => type)).toEqual(["ticket.sla_due"]);
    await Promise.all([deliverEvent(due[0], app.ports), deliverEvent(due[0], app.ports)]);
    await app.settle();
    const response = "of the target time for the first response:";
    const resolution = "of the target time for the resolution:";
    expect(await readInbox(manager, ticket)).toEqual([
      `ticket_sla_warning 50% ${response}`,
      `ticket_sla_violated 100% ${response}`,
      `ticket_sla_warning 50% ${resolution}`,
      `ticket_sla_violated 100% ${resolution}`,
    ]);
    expect(await readInbox(director, ticket)).toEqual([
      `ticket_escalated 150% ${response}`,
      `ticket_escalated 150% ${resolution}`,
    ]);
    expect(await listJudgedClocks(ticket)).toEqual(["first_response VIOLATED 0 60 ", "resolution VIOLATED 0 240 "]);
    const violated = events.filter(({ type, record_id }) => type === "ticket.sla_violated" && record_id === ticket.id);
    expect(violated).toHaveLength(2);
    expect(await readTicket(ticket)).toMatchObject({ sla_violations: 2, escalation_level: 3 });
    expect(await readClock(app, tenant, ticket.id, "sla")).toBe("");
    await crm.resolveTicket({ id: ticket.id });
  });

  it("are not sent by an outdated timer", async () => {
    const ticket = await openTicket();
    moveClock(ticket, 31);
    const { sweep } = createSweeper(app);
    const [due] = (await sweep()).events.filter(({ record_id }) => record_id === ticket.id);
    await actions.answer(ticket.id);
    const { version } = await readTicket(ticket);
    await deliverEvent(due, app.ports);
    expect(await readTicket(ticket)).toMatchObject({ version });
    expect(await readInbox(manager, ticket)).toEqual([]);
    await crm.resolveTicket({ id: ticket.id });
  });

  it("are sent for a manual escalation", async () => {
    const ticket = await openTicket();
    await crm.escalateTicket({ id: ticket.id, reason: "They are angry" });
    await app.settle();
    expect(await readInbox(manager, ticket)).toEqual(["ticket_escalated Escalated to you:"]);
    expect(await readTicket(ticket)).toMatchObject({
      ...{ escalated_to_id: manager.id, escalation_level: 2 },
      ...{ escalation_metric: null, escalation_percent: null, escalation_reason: "They are angry" },
    });
    await crm.escalateTicket({ id: ticket.id, reason: "They call again", to_id: director.id });
    expect(await readTicket(ticket)).toMatchObject({ escalated_to_id: director.id, escalation_level: 3 });
    // At 100 % of the target the clock does not take the ticket from the director.
    moveClock(ticket, 61);
    await sweepAndAct(app);
    expect(await readTicket(ticket)).toMatchObject({ is_sla_violated: true, escalated_to_id: director.id, escalation_level: 3 });
    await crm.resolveTicket({ id: ticket.id });
  });
});

describe("a violation", () => {
  it("is visible to users who can see its ticket only, and notifies no others", async () => {
    const freshTenant = await signUp(app, { visibility: "own" });
    // The agent's manager, whose role does not include the records of others.
    const above = await addUser(app, freshTenant, "USER");
    const assignedAgent = await addUser(app, freshTenant, "SUPPORT_AGENT", { manager_id: above.id });
    const otherAgent = await addUser(app, freshTenant, "SUPPORT_AGENT");
    await freshTenant.admin.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 240 });
    const ticketInput = { subject: "A leak", description: "It drips.", requester: { email: "bo@customer.example" } };
    const { data: ticket } = await freshTenant.admin.createTicket({ ...ticketInput, assigned_to_id: assignedAgent.id });
    moveClock(ticket as Ticket, 61);
    await sweepAndAct(app);
    const asUser = async ({ email }: TestUser) => {
      const { data } = await createClient(inProcessTransport(app)).login({
        email,
        password: PASSWORD,
        tenant_slug: freshTenant.slug,
      });
      return createClient(inProcessTransport(app, data.access_token));
    };
    const { data: seen } = await (await asUser(assignedAgent)).listSlaViolations({
      metric: "first_response",
      agent: assignedAgent.id,
    });
    expect(seen).toMatchObject([{ ticket_id: ticket.id, over_seconds: null }]);
    const id = String(seen[0]?.id);
    const stranger = await asUser(otherAgent);
    expect((await stranger.listSlaViolations({})).data).toEqual([]);
    await expect(stranger.getSlaViolation({ id })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.getTicketSla({ id: ticket.id })).rejects.toMatchObject({ status: 404 });
    await expect(crm.getSlaViolation({ id })).rejects.toMatchObject({ status: 404 });
    expect((await (await asUser(above)).listNotifications({})).data).toEqual([]);
    expect((await (await asUser(assignedAgent)).listNotifications({ type: "ticket_sla_violated" })).data).toHaveLength(1);
    const judgedAt = String(seen[0]?.judged_at);
    const before = { to: new Date(Date.parse(judgedAt) - 1000).toISOString() };
    expect((await (await asUser(assignedAgent)).listSlaViolations(before)).data).toEqual([]);
    expect((await (await asUser(assignedAgent)).listSlaViolations({ from: judgedAt })).data).toHaveLength(1);
  });
});

describe("the outcome of a clock", () => {
  it.each(["Pacific/Kiritimati", "Pacific/Pago_Pago"])("counts on the day in the tenant's time zone: %s", async (timezone) => {
    const abroad = await signUp(app, { timezone });
    const { data: key } = await abroad.admin.createApiKey({ name: "Clock", role: "ADMIN" });
    const client = createClient(inProcessTransport(app, key.key));
    await client.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 240 });
    const { data: ticket } = await client.createTicket({
      subject: "A leak",
      description: "It drips.",
      requester: { email: "bo@customer.example" },
    });
    await sweepAt(ticket as Ticket, 61);
    const [violation] = (await client.listSlaViolations({ metric: "first_response" })).data;
    expect(violation?.judged_day).toBe(instantToDay(timezone, String(violation?.judged_at)));
  });
});

describe("changes of other records", () => {
  /** Runs the job, and once more what it has scheduled. */
  const settle = async () => {
    for (const seconds of [61, 120]) {
      await app.settle();
      app.setClock({ advance: seconds * 1000 });
      await sweepAndAct(app);
    }
  };

  it("move the running clocks and leave stopped ones as judged: a customer becomes a VIP", async () => {
    const { data: vips } = await crm.createSlaPolicy({
      ...{ name: "VIP in two hours", sequence: 0, is_vip: true },
      ...{ first_response_minutes: 120, resolution_minutes: 180 },
    });
    const { data: customer } = await crm.createCustomer({ name: "Hera Lines" });
    await settle();
    const [answeredTicket, waiting] = [
      await openTicket({ customer_id: customer.id }),
      await openTicket({ customer_id: customer.id }),
    ];
    await actions.answer(answeredTicket.id);
    const otherTicket = await openTicket();
    await crm.updateCustomer({ id: customer.id, vip_status: true });
    await settle();
    expect(await readTicket(waiting)).toMatchObject({ sla_policy_id: vips.id });
    expect(await listRunningClocks(waiting)).toEqual(["first_response running 120", "resolution running 180"]);
    expect(await listRunningClocks(answeredTicket)).toEqual(["resolution running 180"]);
    expect(await listJudgedClocks(answeredTicket)).toEqual(["first_response MET 0 60 0"]);
    expect(await readTicket(otherTicket)).toMatchObject({
      version: otherTicket.version,
      sla_policy_id: otherTicket.sla_policy_id,
    });
    await crm.updateSlaPolicy({ id: vips.id, resolution_minutes: 200 });
    await settle();
    expect(await listRunningClocks(waiting)).toEqual(["first_response running 120", "resolution running 200"]);
    await crm.deleteSlaPolicy({ id: vips.id });
    await settle();
    expect(await listRunningClocks(waiting)).toEqual(["first_response running 60", "resolution running 240"]);
    for (const { id } of [answeredTicket, waiting, otherTicket]) await crm.resolveTicket({ id });
  });

  it("include the hours of a calendar", async () => {
    const always = [["00:00", "24:00"]];
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const hours = Object.fromEntries(days.map((day) => [day, always])) as Record<"mon", [string, string][]>;
    const { data: calendar } = await crm.createSupportCalendar({ name: "Always", timezone: "UTC", hours });
    const { data: policy } = await crm.createSlaPolicy({
      ...{ name: "By calendar", sequence: 0, ticket_types: ["problem"], calendar_id: calendar.id },
      ...{ first_response_minutes: 60, resolution_minutes: 600 },
    });
    await settle();
    const ticket = await openTicket({ ticket_type: "PROBLEM" });
    expect(await listRunningClocks(ticket)).toEqual(["first_response running 60", "resolution running 600"]);
    const holidays = [1, 2, 3].map((day) =>
      new Date(Date.parse(ticket.created_at) + day * 1440 * MINUTE_MS).toISOString().slice(0, 10),
    );
    await crm.updateSupportCalendar({ id: calendar.id, holidays: [ticket.created_at.slice(0, 10), ...holidays] });
    await settle();
    const { resolution_due_at } = await readTicket(ticket);
    expect(resolution_due_at?.slice(0, 10)).toBe(
      new Date(Date.parse(ticket.created_at) + 4 * 1440 * MINUTE_MS).toISOString().slice(0, 10),
    );
    expect((await readSla(ticket)).clocks[0]?.skipped).toMatchObject([{ reason: "holiday" }]);
    await crm.deleteTicket({ id: ticket.id });
    await crm.deleteSlaPolicy({ id: policy.id });
  });
});
