import type { QueryCommand } from "@aws-sdk/lib-dynamodb";
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
import { interleave } from "../../support/interleaving.ts";

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
  const ticketIds: string[] = [];
  for (let nth = 0; nth < holds; nth++)
    ticketIds.push((await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: agent.id })).data.id);
  await app.settle();
  return { tenant, agent, customer_id, heldTickets: ticketIds };
}

const openTicket = async ({ tenant, customer_id }: Desk, more: object = {}) =>
  (await tenant.admin.createTicket({ ...ticketInput, customer_id, ...more })).data;
const readAgent = async ({ tenant }: Desk, id: string) => (await tenant.admin.getTicket({ id })).data.assigned_to_id;
const readLoad = async ({ tenant, agent }: Desk) =>
  (await tenant.admin.listSupportAgents({})).data.agents.find(({ agent_id }) => agent_id === agent.id)?.load;

describe("a ticket without a free agent", () => {
  it("waits as OPEN, and goes to an agent with new capacity, the earliest target first", async () => {
    const desk = await createDesk(10);
    const first = await openTicket(desk);
    const urgent = await openTicket(desk, { priority_id: "critical" });
    expect([first.status, first.assigned_to_id]).toEqual(["OPEN", null]);
    await app.settle();
    expect(await readAgent(desk, urgent.id)).toBe(null);
    await desk.tenant.admin.resolveTicket({ id: desk.heldTickets[0] as string });
    await app.settle();
    expect([await readAgent(desk, first.id), await readAgent(desk, urgent.id)]).toEqual([null, desk.agent.id]);
    const { data: assignedTicket } = await desk.tenant.admin.getTicket({ id: urgent.id });
    expect(assignedTicket).toMatchObject({ status: "OPEN", assigned_at: expect.any(String) });
    expect(assignedTicket.routing?.considered).toContainEqual({
      agent_id: desk.agent.id,
      department_match: false,
      load: 9,
      passed_over: null,
    });
    await desk.tenant.admin.deleteTicket({ id: desk.heldTickets[1] as string });
    await app.settle();
    expect(await readAgent(desk, first.id)).toBe(desk.agent.id);
    expect(await readLoad(desk)).toBe(10);
  });

  it.each<[string, (desk: Desk) => Promise<unknown>]>([
    ["closes one", ({ tenant, heldTickets: ticketIds }) => tenant.admin.closeTicket({ id: ticketIds[0] as string })],
    [
      "gives one to another agent",
      ({ tenant, heldTickets: ticketIds }) =>
        tenant.admin.assignTicket({ id: ticketIds[0] as string, assigned_to_id: tenant.userId }),
    ],
  ])("goes to an agent who %s", async (_name, act) => {
    const desk = await createDesk(10);
    const { id } = await openTicket(desk);
    await act(desk);
    await app.settle();
    expect(await readAgent(desk, id)).toBe(desk.agent.id);
  });

  it("goes to an agent who returns, by a change or at the end of an absence", async () => {
    const desk = await createDesk(0);
    const back = new Date(Date.parse((await openTicket(desk)).created_at) + 3 * MINUTE_MS).toISOString();
    await setAbsence(desk.tenant, desk.agent.id, back);
    await app.settle();
    const { id } = await openTicket(desk);
    await app.settle();
    expect(await readAgent(desk, id)).toBe(null);
    app.setClock({ advance: 4 * MINUTE_MS });
    await app.settle();
    expect(await readAgent(desk, id)).toBe(desk.agent.id);
    await setAbsence(desk.tenant, desk.agent.id);
    await app.settle();
    const { id: next } = await openTicket(desk);
    await app.settle();
    expect(await readAgent(desk, next)).toBe(null);
    await desk.tenant.admin.replaceUserAvailability({ id: desk.agent.id, absences: [] });
    await app.settle();
    expect(await readAgent(desk, next)).toBe(desk.agent.id);
  });

  it("goes to a user who becomes an agent or is activated", async () => {
    const desk = await createDesk(10);
    const [firstTicket, secondTicket] = [await openTicket(desk), await openTicket(desk)];
    const rep = await addUser(app, desk.tenant, "SALES_REP");
    await app.settle();
    expect(await readAgent(desk, firstTicket.id)).toBe(null);
    await desk.tenant.admin.updateUser({ id: rep.id, extra_roles: ["SUPPORT_AGENT"] });
    await app.settle();
    expect([await readAgent(desk, firstTicket.id), await readAgent(desk, secondTicket.id)]).toEqual([rep.id, rep.id]);
  });

  it("goes to an agent of another department while no other agent is free, with or without a category", async () => {
    const desk = await createDesk(0, { department: "Billing" });
    const { data: pumps } = await desk.tenant.admin.createMaster({ kind: "ticket_categories", name: "Pumps" });
    await desk.tenant.admin.setUserStatus({ id: desk.agent.id, status: "SUSPENDED" });
    await app.settle();
    const waiting = [await openTicket(desk, { category_id: pumps.id }), await openTicket(desk)];
    await app.settle();
    await desk.tenant.admin.setUserStatus({ id: desk.agent.id, status: "ACTIVE" });
    await app.settle();
    expect(await Promise.all(waiting.map(({ id }) => readAgent(desk, id)))).toEqual([desk.agent.id, desk.agent.id]);
    // The administrator is back, and still gets nothing while the agent is free.
    await desk.tenant.admin.replaceUserAvailability({ id: desk.tenant.userId, absences: [] });
    await app.settle();
    expect((await openTicket(desk, { category_id: pumps.id })).assigned_to_id).toBe(desk.agent.id);
  });

  it("does not go back to the agent who returned it", async () => {
    const desk = await createDesk(2);
    await desk.agent.client.assignTicket({ id: desk.heldTickets[0] as string, assigned_to_id: null });
    await app.settle();
    expect(await readAgent(desk, desk.heldTickets[0] as string)).toBe(null);
    const otherAgent = await addUser(app, desk.tenant, "SUPPORT_AGENT");
    app.setClock({ advance: 6 * MINUTE_MS });
    await app.settle();
    expect(await readAgent(desk, desk.heldTickets[0] as string)).toBe(otherAgent.id);
  });

  it("is assigned once, within the limit of ten, despite concurrent and duplicate events", async () => {
    const desk = await createDesk(10);
    const waiting = await Promise.all(Array.from({ length: 12 }, () => openTicket(desk)));
    await app.settle();
    const published = recordPublishedEvents(app);
    for (const id of desk.heldTickets.slice(0, 5)) await desk.tenant.admin.resolveTicket({ id });
    const first = waiting[0] as { id: string };
    const event: DomainEvent = {
      ...{ id: "evt_1", type: "ticket.queued", tenant_id: desk.tenant.id, record_id: first.id, version: 1 },
      ...{ actor_id: desk.tenant.userId, request_id: "req_1", at: new Date().toISOString(), changed: [] },
    };
    await Promise.all(Array.from({ length: 10 }, () => deliverToSubscriber(app, "ticket-walks", event)));
    await deliverToSubscriber(app, "ticket-walks", event);
    await app.settle();
    const tickets = await Promise.all(waiting.map(async ({ id }) => (await desk.tenant.admin.getTicket({ id })).data));
    expect(tickets.filter(({ assigned_to_id }) => assigned_to_id === desk.agent.id)).toHaveLength(5);
    expect(await readLoad(desk)).toBe(10);
    const assignedEvents = published.filter(
      ({ type, record_id }) => type === "ticket.assigned" && tickets.some(({ id }) => id === record_id),
    );
    expect(assignedEvents).toHaveLength(5);
  });

  it("stays with the user who takes it while it is offered", async () => {
    const desk = await createDesk(10);
    const { id } = await openTicket(desk);
    await app.settle();
    // A page of the queue has 25 tickets.
    const isTarget = (command: object) =>
      (command as QueryCommand).input.Limit === 25 && JSON.stringify(command).includes("#QUEUE#");
    const work = () => desk.tenant.admin.assignTicket({ id, assigned_to_id: desk.tenant.userId });
    await interleave(app, { isTarget, work, at: "after" }, async () => {
      await desk.tenant.admin.resolveTicket({ id: desk.heldTickets[0] as string });
      await app.settle();
    });
    expect(await readAgent(desk, id)).toBe(desk.tenant.userId);
  });

  it("leaves no background job once no ticket waits", async () => {
    const desk = await createDesk(10);
    const duty = () =>
      runIn(systemContext(app.ports, desk.tenant.id, "test"), () =>
        Records.load(BackgroundJobs, backgroundJobId(null)),
      ) as Promise<{ due_at: string | null } | undefined>;
    expect(await duty()).toBeUndefined();
    const { id } = await openTicket(desk);
    await app.settle();
    expect((await duty())?.due_at).toEqual(expect.any(String));
    await desk.tenant.admin.deleteTicket({ id });
    app.setClock({ advance: 6 * MINUTE_MS });
    await app.settle();
    expect((await duty())?.due_at).toBe(null);
  });
});
