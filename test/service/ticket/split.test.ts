import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

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
      subject: "Two things",
      description: "A and B",
      customer_id,
      assigned_to_id: agent.id,
      ...more,
    })
  ).data;

describe("a split", () => {
  it("creates a ticket from comments with their authors, and records it on both tickets", async () => {
    const ticket = await createTicket({ tags: ["pump"], ticket_type: "INCIDENT" });
    await agent.client.addTicketComment({ id: ticket.id, body: "About A", is_public: true });
    const { data: comment } = await tenant.admin.addTicketComment({ id: ticket.id, body: "About B ŵ", from: "REQUESTER" });
    const { data: newTicket } = await agent.client.splitTicket({ id: ticket.id, subject: "B", comment_ids: [comment.id] });
    expect(newTicket).toMatchObject({
      ...{ subject: "B", description: "About B ŵ", customer_id, split_from_id: ticket.id, tags: ["pump"] },
      ...{ ticket_type: "INCIDENT", assigned_to_id: agent.id, status: "OPEN", personal_key_id: ticket.personal_key_id },
    });
    expect(newTicket.ticket_number).not.toBe(ticket.ticket_number);
    const { data: copies } = await agent.client.listTicketComments({ id: newTicket.id, sort: "created_at", order: "asc" });
    expect(copies).toMatchObject([
      { excerpt: "About B ŵ", from: "REQUESTER", is_public: true, created_at: comment.created_at, created_by: tenant.userId },
      { excerpt: `Split off from ${ticket.ticket_number}: Two things`, from: "SYSTEM", is_public: false },
    ]);
    const { data: remainingComments } = await agent.client.listTicketComments({ id: ticket.id });
    expect(remainingComments.map(({ excerpt }) => excerpt)).toEqual([
      `Split off to ${newTicket.ticket_number}: B`,
      "About B ŵ",
      "About A",
      "A and B",
    ]);
  });

  it("happens once per comment in concurrent requests", async () => {
    const ticket = await createTicket();
    const { data: comment } = await agent.client.addTicketComment({ id: ticket.id, body: "About B" });
    const ask = () => agent.client.splitTicket({ id: ticket.id, subject: "B", comment_ids: [comment.id] });
    const outcomes = await Promise.allSettled([ask(), ask(), ask()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    const ticketIds = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.data.id] : []));
    await expect(ask()).rejects.toMatchObject({
      status: 409,
      details: [{ field: "comment_ids.0", message: `Already split off to ${ticketIds[0]}` }],
    });
  });

  it("accepts comments of the ticket, including merged ones", async () => {
    const [ticket, mergedTicket, third] = [await createTicket(), await createTicket(), await createTicket()];
    const { data: merged } = await agent.client.addTicketComment({ id: mergedTicket.id, body: "Merged" });
    const { data: foreign } = await agent.client.addTicketComment({ id: third.id, body: "Foreign" });
    await agent.client.mergeTickets({ id: ticket.id, ticket_id: mergedTicket.id });
    await expect(
      agent.client.splitTicket({ id: ticket.id, subject: "B", comment_ids: [merged.id, foreign.id] }),
    ).rejects.toMatchObject({
      status: 400,
      details: [{ field: "comment_ids.1", message: "The ticket has no comment with this id" }],
    });
    await expect(agent.client.splitTicket({ id: mergedTicket.id, subject: "B", comment_ids: [merged.id] })).rejects.toMatchObject(
      {
        status: 409,
      },
    );
    expect((await agent.client.splitTicket({ id: ticket.id, subject: "B", comment_ids: [merged.id] })).data.split_from_id).toBe(
      ticket.id,
    );
    const stranger = await signUp(app);
    await expect(stranger.admin.splitTicket({ id: ticket.id, subject: "B", comment_ids: [foreign.id] })).rejects.toMatchObject({
      status: 404,
    });
  });
});
