import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, publishedBy, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let id: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  agent = await addUser(app, tenant, "SUPPORT_AGENT", { first_name: "Grace", last_name: "Hopper" });
  const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
  id = (await tenant.admin.createTicket({ subject: "The pump", description: "It hums", customer_id, assigned_to_id: agent.id }))
    .data.id;
});
afterAll(() => app.stop());

describe("who is at a ticket", () => {
  it("is told to others for 90 seconds, and nothing of it stays", async () => {
    await app.settle();
    const before = (await tenant.admin.getTicket({ id })).data.version;
    const events = publishedBy(app);
    await agent.as.watchTicket({ id });
    const { data: others } = await tenant.admin.listTicketPresence({ id });
    expect(others).toEqual([{ user_id: agent.id, name: "Grace Hopper", since: expect.any(String), is_answering: false }]);
    expect((await agent.as.listTicketPresence({ id })).data).toEqual([]);
    app.setClock({ advance: 80_000 });
    await agent.as.watchTicket({ id, is_answering: true });
    app.setClock({ advance: 80_000 });
    expect((await tenant.admin.listTicketPresence({ id })).data).toEqual([{ ...others[0], is_answering: true }]);
    app.setClock({ advance: 11_000 });
    expect((await tenant.admin.listTicketPresence({ id })).data).toEqual([]);
    await agent.as.watchTicket({ id });
    const { data: again } = await tenant.admin.listTicketPresence({ id });
    expect(again[0]?.since).not.toBe(others[0]?.since);
    await agent.as.leaveTicket({ id });
    expect((await tenant.admin.listTicketPresence({ id })).data).toEqual([]);
    await app.settle();
    expect(events).toEqual([]);
    expect((await tenant.admin.getTicket({ id })).data.version).toBe(before);
  });

  it("is named to who answers too, who is not refused", async () => {
    await agent.as.watchTicket({ id });
    const { data: first } = await tenant.admin.addTicketComment({ id, body: "One" });
    expect(first.also_answering).toEqual([]);
    await agent.as.watchTicket({ id, is_answering: true });
    const { data: second } = await tenant.admin.addTicketComment({ id, body: "Two" });
    expect(second.also_answering).toMatchObject([{ user_id: agent.id, name: "Grace Hopper" }]);
    expect((await agent.as.addTicketComment({ id, body: "Three" })).data.also_answering).toEqual([]);
  });

  it("is nobody's business who does not see the ticket", async () => {
    const [colleague, stranger] = [(await addUser(app, tenant, "SUPPORT_AGENT")).as, (await signUp(app)).admin];
    for (const other of [colleague, stranger]) {
      await expect(other.watchTicket({ id })).rejects.toMatchObject({ status: 404 });
      await expect(other.listTicketPresence({ id })).rejects.toMatchObject({ status: 404 });
      await expect(other.leaveTicket({ id })).rejects.toMatchObject({ status: 404 });
    }
  });
});
