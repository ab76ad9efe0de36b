import { Clock } from "@crm/core/kernel/clock.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { addUser, PASSWORD, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const MINUTE_SECONDS = 60;

let agent: TestUser;
let manager: TestUser;

async function createStaff({ system: line, tenant, crm }: Fixture): Promise<void> {
  manager = await addUser(line.app, tenant, "MANAGER");
  agent = await addUser(line.app, tenant, "SUPPORT_AGENT", { manager_id: manager.id });
  await crm.createSlaPolicy({ name: "Hour", sequence: 1, first_response_minutes: 60, resolution_minutes: 600 });
}

const createTicket = async ({ crm }: Fixture, more: { customer_id?: string } = {}): Promise<string> => {
  const requester = more.customer_id ? {} : { requester: { email: "ada@strike.example" } };
  const ticketInput = { subject: "The pump is loud", description: "It hums", assigned_to_id: agent.id };
  return (await crm.createTicket({ ...ticketInput, ...requester, ...more })).data.id;
};

/** The client of a user with a new session, because moving the clock ended the old one. */
async function signInClient({ system: line, tenant }: Fixture, { email }: TestUser): Promise<Client> {
  const { data } = await line.client().login({ email, password: PASSWORD, tenant_slug: tenant.slug });
  return line.client(data.access_token);
}

/** The percentages of the target in a user's notifications about a ticket, with repetitions. */
async function listNotifiedPercents(scene: Fixture, user: TestUser, id: string): Promise<number[]> {
  const { data: notifications } = await (await signInClient(scene, user)).listNotifications({ limit: 100 });
  return notifications
    .filter(({ record_id, type }) => record_id === id && type !== "ticket_assigned")
    .map(({ title }) => Number.parseInt(String(title), 10))
    .sort((a, b) => a - b);
}

/** Each level notifies once, and a missed target is one violation, whichever write fails. */
const ticketClocks = defineScenario<{ id: string; isDue: boolean }>({
  name: "clocks of a ticket",
  covers: { subscribers: ["ticket-clocks"], due: ["ticket"] },
  open: createStaff,
  prepare: async (scene) => ({ id: await createTicket(scene), isDue: false }),
  async proceed({ system: line }, subject) {
    await line.advance(subject.isDue ? LEASE_SECONDS : 61 * MINUTE_SECONDS);
    subject.isDue = true;
  },
  countsWrite: (name) => name === "ticket-clocks",
  async check(scene, { id }) {
    const { data: ticket } = await scene.crm.getTicket({ id });
    expect(ticket).toMatchObject({ is_sla_violated: true, is_escalated: true, escalated_to_id: manager.id, escalation_level: 2 });
    const { judged } = (await scene.crm.getTicketSla({ id })).data;
    expect(judged).toMatchObject([{ metric: "first_response", state: "VIOLATED", stopped_at: null }]);
    expect(await listNotifiedPercents(scene, manager, id)).toEqual([50, 100]);
    expect(await listNotifiedPercents(scene, agent, id)).toEqual([80, 100]);
    await scene.crm.resolveTicket({ id });
  },
});

/** A review of all tickets ends, and each ticket follows the policy in force by then. */
const ticketReview = defineScenario<{ id: string; customer_id: string; times: number }>({
  name: "a review of tickets",
  covers: { subscribers: ["ticket-walks"], due: ["ticket_review"] },
  async open(scene) {
    await createStaff(scene);
    await scene.crm.createSlaPolicy({
      name: "VIP",
      sequence: 0,
      is_vip: true,
      first_response_minutes: 30,
      resolution_minutes: 600,
    });
  },
  async prepare(scene) {
    const customer_id = (await scene.crm.createCustomer({ name: "Hera Lines" })).data.id;
    const id = await createTicket(scene, { customer_id });
    await scene.system.drain();
    await scene.system.advance(LEASE_SECONDS);
    await scene.crm.updateCustomer({ id: customer_id, vip_status: true });
    return { id, customer_id, times: 0 };
  },
  async proceed({ system: line }) {
    for (let times = 0; times < 2; times++) await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "ticket-walks",
  async check({ crm }, { id }) {
    const { data: ticket } = await crm.getTicket({ id });
    expect(Date.parse(String(ticket.first_response_due_at)) - Date.parse(ticket.created_at)).toBeGreaterThan(
      29 * MINUTE_SECONDS * 1000,
    );
    expect(Date.parse(String(ticket.first_response_due_at)) - Date.parse(ticket.created_at)).toBeLessThanOrEqual(
      30 * MINUTE_SECONDS * 1000,
    );
    await crm.resolveTicket({ id });
  },
});

/** An agent who becomes available again gets the waiting ticket once, although no event reports it. */
const ticketOffer = defineScenario<{ id: string; held: number }>({
  name: "a ticket that waits for an agent",
  covers: { subscribers: ["ticket-walks"], due: ["ticket_duty"] },
  async open({ system: line, tenant, crm }) {
    await crm.replaceUserAvailability({ id: tenant.userId, absences: [{ from: "2020-01-01T00:00:00.000Z", to: null }] });
    agent = await addUser(line.app, tenant, "SUPPORT_AGENT");
  },
  async prepare(scene) {
    const { system: line, crm } = scene;
    const absences = [{ from: "2020-01-01T00:00:00.000Z", to: Clock.addSeconds(4 * MINUTE_SECONDS) }];
    await crm.replaceUserAvailability({ id: agent.id, absences });
    await line.drain();
    const requester = { email: "ada@strike.example" };
    const { data } = await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester });
    expect(data.assigned_to_id).toBe(null);
    return { id: data.id, held: await readAgentLoad(scene, agent.id) };
  },
  async proceed({ system: line }) {
    for (let times = 0; times < 3; times++) await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "ticket-walks",
  async check(scene, { id, held: initialLoad }) {
    const { crm } = scene;
    expect((await crm.getTicket({ id })).data).toMatchObject({ assigned_to_id: agent.id });
    expect(await readAgentLoad(scene, agent.id)).toBe(initialLoad + 1);
    await crm.resolveTicket({ id });
    expect(await readAgentLoad(scene, agent.id)).toBe(initialLoad);
  },
});

const readAgentLoad = async ({ crm }: Fixture, id: string) =>
  (await crm.listSupportAgents({})).data.agents.find(({ agent_id }) => agent_id === id)?.load ?? 0;

/** Tickets become visible to the new owner of their customer. */
const customerHandover = defineScenario<{ ids: string[] }>({
  name: "tickets of a customer that is given away",
  covers: { subscribers: ["ticket-walks"], due: ["ticket_duty"] },
  settings: { visibility: "own" },
  async open(scene) {
    await createStaff(scene);
    manager = await addUser(scene.system.app, scene.tenant, "USER");
  },
  async prepare(scene) {
    const { data: customer } = await scene.crm.createCustomer({ name: "Hera Lines" });
    const ids = [
      await createTicket(scene, { customer_id: customer.id }),
      await createTicket(scene, { customer_id: customer.id }),
    ];
    await scene.system.drain();
    await scene.crm.updateCustomer({ id: customer.id, owner_id: manager.id });
    return { ids };
  },
  async proceed({ system: line }) {
    for (let times = 0; times < 2; times++) await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "ticket-walks",
  async check(scene, { ids }) {
    const owner = await signInClient(scene, manager);
    for (const id of ids) expect((await owner.getTicket({ id })).data).toMatchObject({ id, version: expect.any(Number) });
    for (const id of ids) await scene.crm.resolveTicket({ id });
  },
});

/** A rejected renewal shows that there is no presence yet, and starts one; the agent appears once. */
const ticketWatch = defineScenario<{ id: string; as: Client }>({
  name: "watchTicket",
  covers: { operations: ["watchTicket"] },
  open: createStaff,
  prepare: async (scene) => ({ id: await createTicket(scene), as: await signInClient(scene, agent) }),
  ask: (_, { id, as }) => as.watchTicket({ id, is_answering: true }),
  countsWrite: (name) => name === "request",
  async check({ crm }, { id, as }) {
    const { data } = await crm.listTicketPresence({ id });
    expect(data).toMatchObject([{ user_id: agent.id, is_answering: true }]);
    await as.leaveTicket({ id });
    expect((await crm.listTicketPresence({ id })).data).toEqual([]);
  },
});

export const scenarios = [ticketClocks, ticketReview, ticketOffer, customerHandover, ticketWatch];
