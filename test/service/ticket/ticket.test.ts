import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let customer_id: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  agent = await addUser(app, tenant, "SUPPORT_AGENT");
  customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
});
afterAll(() => app.stop());

const ticketInput = { subject: "The pump is loud", description: "It hums since Monday." };

describe("a ticket", () => {
  it("has a number and a requester, who is found or created, and goes to an agent by the rule", async () => {
    const requester = { email: "ada@customer.example", name: "Ada Lovelace" };
    const { data: first } = await tenant.admin.createTicket({ ...ticketInput, requester });
    expect(first).toMatchObject({
      ticket_number: expect.stringMatching(/^T-\d{4}-\d{6}$/),
      status: "OPEN",
      routing: { reason: "Standard routing based on priority" },
      customer_id: null,
    });
    const { data: second } = await tenant.admin.createTicket({ ...ticketInput, requester });
    expect(second.personal_key_id).toBe(first.personal_key_id);
    expect([first.assigned_to_id, second.assigned_to_id]).toEqual([agent.id, agent.id]);
  });

  it("requires a customer or a requester", async () => {
    await expect(tenant.admin.createTicket(ticketInput)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "customer_id" }],
    });
  });

  it("is answered, waits for the customer, is resolved, and is reopened by a message of the customer", async () => {
    const { data: ticket } = await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: agent.id });
    const { id } = ticket;
    await expect(tenant.admin.updateTicket({ id, status: "WAITING_ON_CUSTOMER" })).rejects.toMatchObject({ status: 422 });
    await agent.client.addTicketComment({ id, body: "Since which day?", is_public: true });
    expect((await agent.client.updateTicket({ id, status: "WAITING_ON_CUSTOMER" })).data).toMatchObject({
      is_answered: true,
      awaiting_since: null,
    });
    await agent.client.addTicketComment({ id, body: "Since Monday", from: "REQUESTER" });
    expect((await agent.client.getTicket({ id })).data).toMatchObject({ status: "OPEN", awaiting_since: expect.any(String) });
    await agent.client.resolveTicket({ id, resolution: "A new bearing" });
    await agent.client.addTicketComment({ id, body: "It hums again", from: "REQUESTER" });
    expect((await agent.client.getTicket({ id })).data).toMatchObject({
      status: "OPEN",
      is_resolved: false,
      resolutions: [{ resolution: "A new bearing", reopened_because: "The requester replied" }],
    });
    const { data: comments } = await agent.client.listTicketComments({ id });
    expect(comments).toHaveLength(4);
  });

  it("has comments whose list shows the whole text only if the caller names it", async () => {
    const { data: ticket } = await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: agent.id });
    const { id } = ticket;
    const body = "It hums. ".repeat(100).trim();
    await agent.client.addTicketComment({ id, body });
    const [usual] = (await agent.client.listTicketComments({ id })).data;
    expect(usual).not.toHaveProperty("body");
    expect(usual?.excerpt).toBe(body.slice(0, 280));
    for (const request of [{ fields: "body" }, { fields: "body", include: ["version"] }])
      expect((await agent.client.listTicketComments({ id, ...request })).data[0]).toEqual({ id: usual?.id, body });
    const [included] = (await agent.client.listTicketComments({ id, include: ["body"], limit: 20 })).data;
    expect(included).toEqual({ ...usual, body });
    await expect(agent.client.listTicketComments({ id, fields: "body", limit: 21 })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "limit", message: expect.stringContaining("at most 20") }],
    });
    expect((await agent.client.listTicketComments({ id, fields: "excerpt", limit: 100 })).data).toHaveLength(2);
  });
});

describe("tickets in other views", () => {
  it("are shown with the customer, in the 360 view while open, and in the timeline of the requester", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Calypso", customer_type: "individual" });
    const input = { ...ticketInput, customer_id: customer.id, requester: { email: "calypso@customer.example" } };
    const { data: open } = await tenant.admin.createTicket(input);
    const { data: resolvedTicket } = await tenant.admin.createTicket({ ...input, subject: "Another" });
    await tenant.admin.resolveTicket({ id: resolvedTicket.id });
    await app.settle();
    expect((await tenant.admin.listCustomerTickets({ id: customer.id })).data.map(({ id }) => id)).toEqual([
      resolvedTicket.id,
      open.id,
    ]);
    expect((await tenant.admin.getCustomer360({ id: customer.id })).data.open_tickets).toEqual([
      {
        ...{ ticket_id: open.id, subject: open.subject, status: "OPEN", priority: "medium" },
        ...{ created: open.created_at, last_update: open.status_changed_at },
      },
    ]);
    const { data: timeline } = await tenant.admin.listPersonTimeline({ id: open.personal_key_id as string, type: "ticket" });
    expect(timeline.map(({ id, title }) => [id, title])).toEqual([
      [resolvedTicket.id, `${resolvedTicket.ticket_number} Another`],
      [open.id, `${open.ticket_number} ${open.subject}`],
    ]);
  });
});
