import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { AgentLoad } from "@crm/core/service/ticket/agent-load.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let customer_id: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  agent = await addUser(app, tenant, "SUPPORT_AGENT");
  customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
});
afterAll(() => app.stop());

const createTicket = async (more: Record<string, unknown> = {}) =>
  (
    await tenant.admin.createTicket({
      subject: "The pump",
      description: "It hums",
      customer_id,
      assigned_to_id: agent.id,
      ...more,
    })
  ).data;

const listIds = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("related tickets", () => {
  it("are shown with a ticket as far as the caller can see them", async () => {
    const otherCustomerId = (await tenant.admin.createCustomer({ name: "Fleece Ltd" })).data.id;
    const requester = { email: "ada@fleece.example" };
    const ticketFields = { customer_id: otherCustomerId, requester };
    const parent = await createTicket(ticketFields);
    const ticket = await createTicket({ ...ticketFields, parent_ticket_id: parent.id });
    const [child, merged, linked] = [
      await createTicket({ parent_ticket_id: ticket.id }),
      await createTicket(ticketFields),
      await createTicket(),
    ];
    const unseen = await createTicket({ ...ticketFields, assigned_to_id: tenant.userId, parent_ticket_id: ticket.id });
    const resolvedTicket = await createTicket(ticketFields);
    await agent.client.mergeTickets({ id: ticket.id, ticket_id: merged.id });
    await agent.client.relateTickets({ id: ticket.id, ticket_id: linked.id });
    await agent.client.resolveTicket({ id: resolvedTicket.id });
    const { data: seen } = await agent.client.listRelatedTickets({ id: ticket.id });
    expect(seen.parent?.id).toBe(parent.id);
    expect(listIds(seen.children)).toEqual([child.id]);
    expect(listIds(seen.merged)).toEqual([merged.id]);
    expect(listIds(seen.linked)).toEqual([linked.id]);
    expect(listIds(seen.same_customer)).toEqual([parent.id]);
    expect(listIds(seen.same_requester)).toEqual([parent.id]);
    const { data: all } = await tenant.admin.listRelatedTickets({ id: ticket.id });
    expect(listIds(all.children)).toEqual([unseen.id, child.id]);
    expect(listIds(all.same_customer)).toEqual([unseen.id, parent.id]);
    expect((await agent.client.listRelatedTickets({ id: linked.id })).data.linked).toMatchObject([
      { id: ticket.id, status: "OPEN" },
    ]);
    expect((await agent.client.listRelatedTickets({ id: merged.id })).data.merged_into?.id).toBe(ticket.id);
    await expect(agent.client.listRelatedTickets({ id: unseen.id })).rejects.toMatchObject({ status: 404 });
    const { data: below, meta } = await agent.client.listTickets({ parent: ticket.id });
    expect([listIds(below), meta?.total]).toEqual([[child.id], 1]);
    expect(listIds((await tenant.admin.listTickets({ parent: ticket.id, status: "OPEN", limit: 1 })).data)).toEqual([unseen.id]);
    await tenant.admin.deleteTicket({ id: unseen.id });
    expect(listIds((await tenant.admin.listTickets({ parent: ticket.id })).data)).toEqual([child.id]);
  });

  it("cannot have a ticket as its own ancestor", async () => {
    const above = await createTicket();
    const below = await createTicket({ parent_ticket_id: above.id });
    for (const parent_ticket_id of [below.id, above.id])
      await expect(agent.client.updateTicket({ id: above.id, parent_ticket_id })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "parent_ticket_id" }],
      });
  });

  it("are linked once in both directions, also in concurrent requests, and can be unlinked", async () => {
    const [firstTicket, two] = [await createTicket(), await createTicket()];
    await Promise.all([
      agent.client.relateTickets({ id: firstTicket.id, ticket_id: two.id }),
      agent.client.relateTickets({ id: two.id, ticket_id: firstTicket.id }),
    ]);
    const readTickets = async () =>
      (await Promise.all([firstTicket, two].map(({ id }) => agent.client.getTicket({ id })))).map(({ data }) => data);
    expect((await readTickets()).map(({ related_ids }) => related_ids)).toEqual([[two.id], [firstTicket.id]]);
    await agent.client.unrelateTickets({ id: two.id, ticket_id: firstTicket.id });
    expect((await readTickets()).map(({ related_ids }) => related_ids)).toEqual([[], []]);
    const unseen = await createTicket({ assigned_to_id: tenant.userId });
    await expect(agent.client.relateTickets({ id: firstTicket.id, ticket_id: unseen.id })).rejects.toMatchObject({ status: 400 });
    await expect(agent.client.relateTickets({ id: firstTicket.id, ticket_id: firstTicket.id })).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe("queues", () => {
  it("count the tickets of the lists, by team", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "Pumps" });
    const teamAgent = await addUser(app, tenant, "SUPPORT_AGENT", { team_id: team.id });
    const elsewhere = await addUser(app, tenant, "SUPPORT_AGENT");
    const waitingTicket = await createTicket({ team_id: team.id, assigned_to_id: teamAgent.id });
    const free = await createTicket({ team_id: team.id, assigned_to_id: null });
    const closedTicket = await createTicket({ team_id: team.id });
    await teamAgent.client.addTicketComment({ id: waitingTicket.id, body: "Which pump?", is_public: true });
    await teamAgent.client.updateTicket({ id: waitingTicket.id, status: "WAITING_ON_CUSTOMER" });
    await tenant.admin.closeTicket({ id: closedTicket.id });
    await app.settle();
    const readQueue = async (as: Tenant["admin"]) =>
      (await as.listTicketQueues({})).data.find(({ team_id }) => team_id === team.id);
    expect(await readQueue(tenant.admin)).toEqual({
      team_id: team.id,
      name: "Pumps",
      open: 2,
      unassigned: 1,
      waiting: 1,
      violated: 0,
    });
    for (const { client: as } of [agent, elsewhere])
      expect(await readQueue(as)).toMatchObject({ open: 0, unassigned: 0, waiting: 0 });
    expect(listIds((await elsewhere.client.listTickets({ team: team.id })).data)).toEqual([]);
    expect(await readQueue(teamAgent.client)).toMatchObject({ open: 2, unassigned: 1, waiting: 1 });
    const { data: queue } = await teamAgent.client.listTickets({ team: team.id, owner: "none" });
    expect(listIds(queue)).toEqual([free.id]);
    const { data: queues } = await tenant.admin.listTicketQueues({});
    expect(queues.at(-1)).toMatchObject({ team_id: null, open: expect.any(Number) });
    await tenant.admin.deleteTicket({ id: free.id });
    await app.settle();
    expect(await readQueue(tenant.admin)).toMatchObject({ open: 1, unassigned: 0 });
  });

  it("can be saved as views", async () => {
    const where = { or: [{ status: "OPEN" }, { status: "NEW" }] };
    const { data: view } = await agent.client.createView({ kind: "ticket", name: "Open", query: { where, sort: "-created_at" } });
    expect(view.links.query).toMatch(/\/support\/tickets\/query$/);
    const { data: matches } = await agent.client.queryTickets({ where, sort: "-created_at" });
    expect(matches.every(({ status }) => status === "OPEN" || status === "NEW")).toBe(true);
    expect(matches.length).toBeGreaterThan(0);
    await expect(agent.client.createView({ kind: "ticket", name: "Wrong", query: { sort: "colour" } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "query.sort" }],
    });
  });
});

describe("many tickets", () => {
  it("move to another agent row by row, with a reason for each failure", async () => {
    const [from, to] = [await addUser(app, tenant, "SUPPORT_AGENT"), await addUser(app, tenant, "SUPPORT_AGENT")];
    const [survivor, goes, thirdTicket] = [
      await createTicket({ assigned_to_id: from.id }),
      await createTicket({ assigned_to_id: from.id }),
      await createTicket({ assigned_to_id: from.id }),
    ];
    await tenant.admin.mergeTickets({ id: survivor.id, ticket_id: goes.id });
    await app.settle();
    const events = recordPublishedEvents(app);
    const ids = [survivor.id, goes.id, thirdTicket.id];
    const changing = async (changes: Record<string, string>) => {
      const { data: bulk } = await tenant.admin.createBulkChange({ kind: "ticket", action: "update", ids, changes });
      await app.settle();
      expect((await tenant.admin.getBulkChange({ id: bulk.id })).data.status).toBe("completed");
      return (await tenant.admin.listBulkChangeResults({ id: bulk.id })).data;
    };
    const listFailedIds = (results: readonly { id: string; outcome: string }[]) =>
      results.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
    expect(listFailedIds(await changing({ assigned_to_id: to.id }))).toEqual([goes.id]);
    const after = await Promise.all(ids.map(async (id) => (await tenant.admin.getTicket({ id })).data.assigned_to_id));
    expect(after).toEqual([to.id, from.id, to.id]);
    expect(events.filter(({ type }) => type === "ticket.assigned").map(({ record_id }) => record_id)).toEqual(
      expect.arrayContaining([survivor.id, thirdTicket.id]),
    );
    const loadByAgent = await runIn(systemContext(app.ports, tenant.id, "test"), () => AgentLoad.read([from.id, to.id]));
    expect([...loadByAgent.values()]).toEqual([0, 2]);
    await tenant.admin.closeTicket({ id: thirdTicket.id });
    expect(listFailedIds(await changing({ status: "PENDING" })).sort()).toEqual([goes.id, thirdTicket.id].sort());
    expect((await tenant.admin.getTicket({ id: survivor.id })).data.status).toBe("PENDING");
  });
});
