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

const ticketInput = { subject: "The pump is loud", description: "It hums since Monday." };

const createTicket = async (more: Record<string, unknown> = {}) =>
  (await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: agent.id, ...more })).data;

describe("two tickets about one issue", () => {
  it("are merged into one, which lists the comments of both and continues", async () => {
    const [survivor, goes] = [await createTicket(), await createTicket({ description: "It hums, again." })];
    await agent.client.addTicketComment({ id: survivor.id, body: "First" });
    await agent.client.addTicketComment({ id: goes.id, body: "Second", from: "REQUESTER" });
    await app.settle();
    const events = recordPublishedEvents(app);
    const { data: merged } = await agent.client.mergeTickets({ id: survivor.id, ticket_id: goes.id });
    expect(merged).toMatchObject({
      id: survivor.id,
      merged_ids: [goes.id],
      merged_into_id: null,
      awaiting_since: survivor.awaiting_since,
    });
    expect((await agent.client.getTicket({ id: goes.id })).data).toMatchObject({
      status: "CLOSED",
      merged_into_id: survivor.id,
      closed_at: expect.any(String),
      // No agent resolved it, so it counts for none.
      ...{ resolved_day: null, resolved_by_id: null },
      awaiting_since: null,
      resolution_time_minutes: null,
    });
    const { data: third } = await agent.client.addTicketComment({ id: goes.id, body: "Third", is_public: true });
    expect(third.ticket_id).toBe(survivor.id);
    await app.settle();
    const { data: comments, meta } = await agent.client.listTicketComments({ id: survivor.id });
    const conversation = [
      "Third",
      `Merged from ${goes.ticket_number}: The pump is loud`,
      "Second",
      "First",
      "It hums, again.",
      "It hums since Monday.",
    ];
    expect(comments.map(({ excerpt }) => excerpt)).toEqual(conversation);
    expect(meta?.total).toBe(6);
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const { data: page, meta: rest } = await agent.client.listTicketComments({
        ...{ id: survivor.id, limit: 2 },
        ...(cursor ? { cursor } : {}),
      });
      expect(page.length).toBeLessThanOrEqual(2);
      pages.push(...page.map(({ excerpt }) => String(excerpt)));
      cursor = rest?.next_cursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual(conversation);
    const ofOther = events.filter(({ record_id }) => record_id === goes.id).map(({ type }) => type);
    expect(ofOther).toContain("ticket.merged");
    expect(ofOther).not.toContain("ticket.resolved");
  });

  it("are merged once, and the merged ticket cannot be changed anymore", async () => {
    const [survivor, goes, third] = [await createTicket(), await createTicket(), await createTicket()];
    await agent.client.mergeTickets({ id: survivor.id, ticket_id: goes.id });
    const merged = { status: 409, details: [{ field: "ticket_id", message: "Merged" }] };
    await expect(agent.client.mergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject(merged);
    await expect(agent.client.mergeTickets({ id: third.id, ticket_id: goes.id })).rejects.toMatchObject(merged);
    const rejection = { status: 409, details: [{ field: "id", message: "Merged" }] };
    await expect(agent.client.mergeTickets({ id: goes.id, ticket_id: third.id })).rejects.toMatchObject(rejection);
    await expect(agent.client.updateTicket({ id: goes.id, subject: "Else" })).rejects.toMatchObject(rejection);
    await expect(agent.client.reopenTicket({ id: goes.id })).rejects.toMatchObject(rejection);
    await expect(tenant.admin.escalateTicket({ id: goes.id, reason: "Now" })).rejects.toMatchObject({ status: 409 });
    await expect(agent.client.mergeTickets({ id: survivor.id, ticket_id: survivor.id })).rejects.toMatchObject({ status: 400 });
    await tenant.admin.deleteTicket({ id: goes.id });
    expect((await tenant.admin.restoreTicket({ id: goes.id })).data).toMatchObject({ merged_into_id: survivor.id });
  });

  it("forward to the last ticket of a chain of merges", async () => {
    const [first, second, third] = [await createTicket(), await createTicket(), await createTicket()];
    await agent.client.mergeTickets({ id: second.id, ticket_id: first.id });
    const { data: merged } = await agent.client.mergeTickets({ id: third.id, ticket_id: second.id });
    expect(merged.merged_ids).toEqual([second.id, first.id]);
    expect((await agent.client.addTicketComment({ id: first.id, body: "Where?" })).data.ticket_id).toBe(third.id);
    await tenant.admin.deleteTicket({ id: third.id });
    await expect(agent.client.addTicketComment({ id: first.id, body: "Where?" })).rejects.toMatchObject({
      status: 409,
      details: [{ field: "id" }],
    });
  });

  it("must belong to the same customer, unless one has none", async () => {
    const otherCustomerId = (await tenant.admin.createCustomer({ name: "Fleece Ltd" })).data.id;
    const [survivor, goes] = [await createTicket(), await createTicket({ customer_id: otherCustomerId })];
    await expect(agent.client.mergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "ticket_id", message: "Belongs to another customer" }],
    });
    const requester = { email: "unknown@unknown.example" };
    const unknown = await createTicket({ customer_id: null, requester });
    expect((await agent.client.mergeTickets({ id: unknown.id, ticket_id: goes.id })).data.customer_id).toBe(otherCustomerId);
  });

  it("must both be visible to the caller, and in the same tenant", async () => {
    const [survivor, goes] = [await createTicket(), await createTicket({ assigned_to_id: tenant.userId })];
    const unknown = { status: 400, details: [{ field: "ticket_id", message: "No such ticket" }] };
    await expect(agent.client.mergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject(unknown);
    await expect(agent.client.mergeTickets({ id: goes.id, ticket_id: survivor.id })).rejects.toMatchObject({ status: 404 });
    const stranger = await signUp(app);
    await expect(stranger.admin.mergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject({ status: 404 });
    await tenant.admin.deleteTicket({ id: goes.id });
    await expect(tenant.admin.mergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject(unknown);
  });

  it("are merged in one direction, even if both are requested concurrently", async () => {
    const [firstTicket, two] = [await createTicket(), await createTicket()];
    const outcomes = await Promise.allSettled([
      agent.client.mergeTickets({ id: firstTicket.id, ticket_id: two.id }),
      agent.client.mergeTickets({ id: two.id, ticket_id: firstTicket.id }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const responses = await Promise.all([firstTicket, two].map(({ id }) => agent.client.getTicket({ id })));
    expect(responses.filter(({ data }) => data.merged_into_id !== null)).toHaveLength(1);
  });

  it("count as one for their agent, and are limited to 20 merges", async () => {
    const free = await addUser(app, tenant, "SUPPORT_AGENT");
    const assigned_to_id = free.id;
    const survivor = await createTicket({ assigned_to_id });
    for (let index = 0; index < 20; index++) {
      const { id } = await createTicket({ assigned_to_id });
      await tenant.admin.mergeTickets({ id: survivor.id, ticket_id: id });
    }
    const last = await createTicket({ assigned_to_id });
    await expect(tenant.admin.mergeTickets({ id: survivor.id, ticket_id: last.id })).rejects.toMatchObject({ status: 422 });
    // Two open tickets are left, so routing prefers this agent to others with more.
    await expect
      .poll(async () => (await tenant.admin.createTicket({ ...ticketInput, customer_id })).data.assigned_to_id)
      .toBe(free.id);
  });
});
