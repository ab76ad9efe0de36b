import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let ticketId: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  agent = await addUser(app, tenant, "SUPPORT_AGENT", { first_name: "Grace", last_name: "Hopper" });
  const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
  ticketId = (
    await tenant.admin.createTicket({ subject: "The pump", description: "It hums", customer_id, assigned_to_id: agent.id })
  ).data.id;
});
afterAll(() => app.stop());

describe("the presence on a ticket", () => {
  it("is visible to others for 90 seconds, and changes neither the ticket nor its events", async () => {
    await app.settle();
    const before = (await tenant.admin.getTicket({ id: ticketId })).data.version;
    const events = recordPublishedEvents(app);
    await agent.client.watchTicket({ id: ticketId });
    const { data: viewers } = await tenant.admin.listTicketPresence({ id: ticketId });
    expect(viewers).toEqual([{ user_id: agent.id, name: "Grace Hopper", since: expect.any(String), is_answering: false }]);
    expect((await agent.client.listTicketPresence({ id: ticketId })).data).toEqual([]);
    app.setClock({ advance: 80_000 });
    await agent.client.watchTicket({ id: ticketId, is_answering: true });
    app.setClock({ advance: 80_000 });
    expect((await tenant.admin.listTicketPresence({ id: ticketId })).data).toEqual([{ ...viewers[0], is_answering: true }]);
    app.setClock({ advance: 11_000 });
    expect((await tenant.admin.listTicketPresence({ id: ticketId })).data).toEqual([]);
    await agent.client.watchTicket({ id: ticketId });
    const { data: again } = await tenant.admin.listTicketPresence({ id: ticketId });
    expect(again[0]?.since).not.toBe(viewers[0]?.since);
    await agent.client.leaveTicket({ id: ticketId });
    expect((await tenant.admin.listTicketPresence({ id: ticketId })).data).toEqual([]);
    await app.settle();
    expect(events).toEqual([]);
    expect((await tenant.admin.getTicket({ id: ticketId })).data.version).toBe(before);
  });

  it("is reported to another agent who answers too, without a rejection", async () => {
    await agent.client.watchTicket({ id: ticketId });
    const { data: first } = await tenant.admin.addTicketComment({ id: ticketId, body: "One" });
    expect(first.also_answering).toEqual([]);
    await agent.client.watchTicket({ id: ticketId, is_answering: true });
    const { data: second } = await tenant.admin.addTicketComment({ id: ticketId, body: "Two" });
    expect(second.also_answering).toMatchObject([{ user_id: agent.id, name: "Grace Hopper" }]);
    expect((await agent.client.addTicketComment({ id: ticketId, body: "Three" })).data.also_answering).toEqual([]);
  });

  it("is limited to users who can see the ticket", async () => {
    const [colleague, stranger] = [(await addUser(app, tenant, "SUPPORT_AGENT")).client, (await signUp(app)).admin];
    for (const client of [colleague, stranger]) {
      await expect(client.watchTicket({ id: ticketId })).rejects.toMatchObject({ status: 404 });
      await expect(client.listTicketPresence({ id: ticketId })).rejects.toMatchObject({ status: 404 });
      await expect(client.leaveTicket({ id: ticketId })).rejects.toMatchObject({ status: 404 });
    }
  });
});
