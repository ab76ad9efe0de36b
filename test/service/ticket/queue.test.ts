import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/event.ts";
import { BackgroundJobs, backgroundJobId } from "@crm/core/service/ticket/background-job.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  deliverToSubscriber,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

/** Waiting tickets are assigned as soon as an agent is available. */

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const ticketInput = { subject: "The pump is loud", description: "It hums since Monday." };
const MINUTE_MS = 60_000;

interface Desk {
  tenant: Tenant;
  agent: TestUser;
  customer_id: string;
  /** The ids of the agent's tickets. */
  heldTickets: string[];
}

const setAbsence = (tenant: Tenant, id: string, to: string | null = null) =>
  tenant.admin.replaceUserAvailability({ id, absences: [{ from: "2020-01-01T00:00:00.000Z", to }] });

/** An agent with this many tickets, and an administrator who takes none. */
async function createDesk(holds: number, more: Record<string, unknown> = {}): Promise<Desk> {
  const tenant = await signUp(app);
  await setAbsence(tenant, tenant.userId);
  const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
  const agent = await addUser(app, tenant, "SUPPORT_AGENT", more);
  const held: string[] = [];
  for (let nth = 0; nth < holds; nth++)
    held.push((await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: agent.id })).data.id);
  await app.settle();
  return { tenant, agent, customer_id, heldTickets: held };
}

const openTicket = async ({ tenant, customer_id }: Desk, more: object = {}) =>
  (await tenant.admin.createTicket({ ...ticketInput, customer_id, ...more })).data;
const readAgent = async ({ tenant }: Desk, id: string) => (await tenant.admin.getTicket({ id })).data.assigned_to_id;
const readLoad = async ({ tenant, agent }: Desk) =>
  (await tenant.admin.listSupportAgents({})).data.agents.find(({ agent_id }) => agent_id === agent.id)?.load;

describe("a ticket without a free agent", () => {
  it("waits as OPEN, and goes to an agent with new capacity, the earliest target first", async () => {
    const at = await createDesk(10);
    const first = await openTicket(at);
    const urgent = await openTicket(at, { priority_id: "critical" });
    expect([first.status, first.assigned_to_id]).toEqual(["OPEN", null]);
    await app.settle();
    expect(await readAgent(at, urgent.id)).toBe(null);
    await at.tenant.admin.resolveTicket({ id: at.heldTickets[0] as string });
    await app.settle();
    expect([await readAgent(at, first.id), await readAgent(at, urgent.id)]).toEqual([null, at.agent.id]);
    const { data: given } = await at.tenant.admin.getTicket({ id: urgent.id });
    expect(given).toMatchObject({ status: "IN_PROGRESS", assigned_at: expect.any(String) });
    expect(given.routing?.considered).toContainEqual({
      agent_id: at.agent.id,
      department_match: false,
      load: 9,
      passed_over: null,
    });
    await at.tenant.admin.deleteTicket({ id: at.heldTickets[1] as string });
    await app.settle();
    expect(await readAgent(at, first.id)).toBe(at.agent.id);
    expect(await readLoad(at)).toBe(10);
  });

  it.each<[string, (at: Desk) => Promise<unknown>]>([
    ["closes one", ({ tenant, heldTickets: held }) => tenant.admin.closeTicket({ id: held[0] as string })],
    [
      "gives one to another agent",
      ({ tenant, heldTickets: held }) => tenant.admin.assignTicket({ id: held[0] as string, assigned_to_id: tenant.userId }),
    ],
  ])("goes to an agent who %s", async (_name, act) => {
    const at = await createDesk(10);
    const { id } = await openTicket(at);
    await act(at);
    await app.settle();
    expect(await readAgent(at, id)).toBe(at.agent.id);
  });

  it("goes to an agent who returns, by a change or at the end of an absence", async () => {
    const at = await createDesk(0);
    const back = new Date(Date.parse((await openTicket(at)).created_at) + 3 * MINUTE_MS).toISOString();
    await setAbsence(at.tenant, at.agent.id, back);
    await app.settle();
    const { id } = await openTicket(at);
    await app.settle();
    expect(await readAgent(at, id)).toBe(null);
    app.setClock({ advance: 4 * MINUTE_MS });
    await app.settle();
    expect(await readAgent(at, id)).toBe(at.agent.id);
    await setAbsence(at.tenant, at.agent.id);
    await app.settle();
    const { id: next } = await openTicket(at);
    await app.settle();
    expect(await readAgent(at, next)).toBe(null);
    await at.tenant.admin.replaceUserAvailability({ id: at.agent.id, absences: [] });
    await app.settle();
    expect(await readAgent(at, next)).toBe(at.agent.id);
  });

  it("goes to a user who becomes an agent or is activated", async () => {
    const at = await createDesk(10);
    const [one, other] = [await openTicket(at), await openTicket(at)];
    const rep = await addUser(app, at.tenant, "SALES_REP");
    await app.settle();
    expect(await readAgent(at, one.id)).toBe(null);
    await at.tenant.admin.updateUser({ id: rep.id, extra_roles: ["SUPPORT_AGENT"] });
    await app.settle();
    expect([await readAgent(at, one.id), await readAgent(at, other.id)]).toEqual([rep.id, rep.id]);
  });

  it("reaches an agent of its department, past tickets that wait for other departments", async () => {
    const at = await createDesk(0, { department: "Pumps" });
    const { data: pumps } = await at.tenant.admin.createMaster({ kind: "ticket_categories", name: "Pumps" });
    await at.tenant.admin.setUserStatus({ id: at.agent.id, status: "SUSPENDED" });
    await app.settle();
    const others = await Promise.all(Array.from({ length: 30 }, () => openTicket(at)));
    const own = await openTicket(at, { category_id: pumps.id });
    await app.settle();
    await at.tenant.admin.setUserStatus({ id: at.agent.id, status: "ACTIVE" });
    await app.settle();
    expect(await readAgent(at, own.id)).toBe(at.agent.id);
    expect(await readAgent(at, (others[0] as { id: string }).id)).toBe(null);
  });

  it("does not go back to the agent who returned it", async () => {
    const at = await createDesk(2);
    await at.agent.client.assignTicket({ id: at.heldTickets[0] as string, assigned_to_id: null });
    await app.settle();
    expect(await readAgent(at, at.heldTickets[0] as string)).toBe(null);
    const other = await addUser(app, at.tenant, "SUPPORT_AGENT");
    app.setClock({ advance: 6 * MINUTE_MS });
    await app.settle();
    expect(await readAgent(at, at.heldTickets[0] as string)).toBe(other.id);
  });

  it("is assigned once, within the limit of ten, despite concurrent and duplicate events", async () => {
    const at = await createDesk(10);
    const waiting = await Promise.all(Array.from({ length: 12 }, () => openTicket(at)));
    await app.settle();
    const published = recordPublishedEvents(app);
    for (const id of at.heldTickets.slice(0, 5)) await at.tenant.admin.resolveTicket({ id });
    const first = waiting[0] as { id: string };
    const event: DomainEvent = {
      ...{ id: "evt_1", type: "ticket.queued", tenant_id: at.tenant.id, record_id: first.id, version: 1 },
      ...{ actor_id: at.tenant.userId, request_id: "req_1", at: new Date().toISOString(), changed: [] },
    };
    await Promise.all(Array.from({ length: 10 }, () => deliverToSubscriber(app, "ticket-walks", event)));
    await deliverToSubscriber(app, "ticket-walks", event);
    await app.settle();
    const tickets = await Promise.all(waiting.map(async ({ id }) => (await at.tenant.admin.getTicket({ id })).data));
    expect(tickets.filter(({ assigned_to_id }) => assigned_to_id === at.agent.id)).toHaveLength(5);
    expect(await readLoad(at)).toBe(10);
    const told = published.filter(
      ({ type, record_id }) => type === "ticket.assigned" && tickets.some(({ id }) => id === record_id),
    );
    expect(told).toHaveLength(5);
  });

  it("leaves no background job once no ticket waits", async () => {
    const at = await createDesk(10);
    const duty = () =>
      runIn(systemContext(app.ports, at.tenant.id, "test"), () => Records.load(BackgroundJobs, backgroundJobId(null))) as Promise<
        { due_at: string | null } | undefined
      >;
    expect(await duty()).toBeUndefined();
    const { id } = await openTicket(at);
    await app.settle();
    expect((await duty())?.due_at).toEqual(expect.any(String));
    await at.tenant.admin.deleteTicket({ id });
    app.setClock({ advance: 6 * MINUTE_MS });
    await app.settle();
    expect((await duty())?.due_at).toBe(null);
  });
});
