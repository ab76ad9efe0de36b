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
  agent = await addUser(app, tenant, "SUPPORT_AGENT", { first_name: "Grace", last_name: "Hopper" });
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
const createMacro = async (more: Record<string, unknown>) =>
  (await agent.client.createTicketMacro({ name: "Ask", status: null, ...more })).data;

describe("a macro", () => {
  it("applies all its actions in one change, which a preview shows first, and triggers the usual effects", async () => {
    const ticket = await createTicket({ requester: { email: "ada@argo.example", name: "Ada Lovelace" }, tags: ["old", "kept"] });
    const { personal_key_id } = ticket;
    const macro = await createMacro({
      sharing: "EVERYONE",
      status: "WAITING_ON_CUSTOMER",
      priority_id: "high",
      ticket_type: "INCIDENT",
      add_tags: ["asked"],
      remove_tags: ["OLD"],
      comment:
        "Dear {{requester.first_name}}, {{ticket.number}} of {{customer.name}}: {{contact.email|no address}} ({{agent.full_name}})",
      comment_is_public: true,
    });
    await app.settle();
    const target = { id: ticket.id, macro_id: macro.id };
    const { data: preview } = await agent.client.previewTicketMacro(target);
    expect(preview.changes.map(({ field, after }) => [field, after])).toEqual([
      ["priority_id", expect.any(String)],
      ["ticket_type", "INCIDENT"],
      ["status", "WAITING_ON_CUSTOMER"],
      ["tags", ["kept", "asked"]],
    ]);
    expect((await agent.client.getTicket({ id: ticket.id })).data.version).toBe(ticket.version);
    const events = recordPublishedEvents(app);
    const { data: after } = await agent.client.applyTicketMacro(target);
    expect(after).toMatchObject({
      ...{ version: ticket.version + 1, status: "WAITING_ON_CUSTOMER", ticket_type: "INCIDENT", tags: ["kept", "asked"] },
      ...{ is_answered: true, awaiting_since: null },
    });
    const { data: comments } = await tenant.admin.listTicketComments({ id: ticket.id });
    expect(comments).toMatchObject([
      { excerpt: preview.comment?.body, is_public: true, from: "AGENT", created_by: agent.id },
      { from: "REQUESTER" },
    ]);
    const { data: seen } = await tenant.admin.previewTicketMacro({ ...target, id: (await createTicket({ personal_key_id })).id });
    expect(seen.comment?.body).toMatch(/^Dear Ada, T-\d{4}-\d{6} of Argo Shipping: no address \(Ada Admin\)$/);
    // The agent cannot see the customer, so its name is missing.
    expect(preview.comment?.body).toContain(`${ticket.ticket_number} of : no address (Grace Hopper)`);
    expect(preview.comment?.missing).toContain("customer.name");
    await app.settle();
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["ticket.updated", "ticket.status_changed", "ticket_comment.created"]),
    );
  });

  it("does nothing if a part of it is invalid, and names the part", async () => {
    const leaver = await addUser(app, tenant, "SUPPORT_AGENT");
    const ticket = await createTicket();
    const leaverMacro = await createMacro({ assigned_to_id: leaver.id, comment: "Over to you" });
    const waiting = await createMacro({ status: "WAITING_ON_CUSTOMER", comment: "Internal" });
    const back = await createMacro({ status: "NEW", comment: "Anew" });
    const category = (await tenant.admin.createMaster({ kind: "ticket-categories", name: "Pumps" })).data;
    const filed = await createMacro({ category_id: category.id, comment: "Filed" });
    await tenant.admin.setUserStatus({ id: leaver.id, status: "SUSPENDED" });
    await tenant.admin.updateMaster({ kind: "ticket-categories", id: category.id, is_active: false });
    for (const [macro, status, field] of [
      [leaverMacro, 422, "assigned_to_id"],
      [waiting, 422, "status"],
      [back, 409, "status"],
      [filed, 422, "category_id"],
    ] as const) {
      const target = { id: ticket.id, macro_id: macro.id };
      const rejection = { status, details: [{ field }] };
      await expect(agent.client.previewTicketMacro(target)).rejects.toMatchObject(rejection);
      await expect(agent.client.applyTicketMacro(target)).rejects.toMatchObject(rejection);
    }
    expect((await agent.client.getTicket({ id: ticket.id })).data.version).toBe(ticket.version);
    expect((await agent.client.listTicketComments({ id: ticket.id })).data).toHaveLength(1);
  });

  it("assigns a ticket to its user, and keeps both comments in concurrent uses", async () => {
    const ticket = await createTicket({ assigned_to_id: null });
    const selfAssignMacro = await createMacro({ assigned_to_id: "me" });
    const { data: assignedTicket } = await agent.client.applyTicketMacro({ id: ticket.id, macro_id: selfAssignMacro.id });
    expect(assignedTicket).toMatchObject({ assigned_to_id: agent.id, status: "OPEN" });
    const shared = await createMacro({ name: "Over to me", assigned_to_id: "me", sharing: "EVERYONE" });
    const other = await createTicket({ assigned_to_id: null });
    const { data: taken } = await agent.client.applyTicketMacro({ id: other.id, macro_id: shared.id });
    // Users who see the ticket do not see a private macro.
    expect([assignedTicket, taken].map(({ work_history }) => work_history[0])).toMatchObject([
      { agent_id: agent.id, by: agent.id, cause: "MACRO", macro_name: null },
      { agent_id: agent.id, by: agent.id, cause: "MACRO", macro_name: "Over to me" },
    ]);
    const macro = await createMacro({ comment: "Both", add_tags: ["twice"], sharing: "EVERYONE" });
    const target = { id: ticket.id, macro_id: macro.id };
    await Promise.all([agent.client.applyTicketMacro(target), tenant.admin.applyTicketMacro(target)]);
    expect((await agent.client.getTicket({ id: ticket.id })).data).toMatchObject({
      version: assignedTicket.version + 2,
      tags: ["twice"],
    });
    expect((await agent.client.listTicketComments({ id: ticket.id })).data).toHaveLength(3);
  });

  it("can be changed by its owner, and is visible to its audience", async () => {
    const privateMacro = await createMacro({ comment: "Hello" });
    const all = await createMacro({ comment: "Hello all", sharing: "EVERYONE" });
    const colleague = await addUser(app, tenant, "SUPPORT_AGENT");
    await expect(colleague.client.getTicketMacro({ id: privateMacro.id })).rejects.toMatchObject({ status: 404 });
    const macroIds = (await colleague.client.listTicketMacros({})).data.map(({ id }) => id);
    expect(macroIds).toContain(all.id);
    expect(macroIds).not.toContain(privateMacro.id);
    await expect(colleague.client.updateTicketMacro({ id: all.id, name: "Mine" })).rejects.toMatchObject({ status: 403 });
    const ticket = await createTicket({ assigned_to_id: colleague.id });
    await expect(colleague.client.applyTicketMacro({ id: ticket.id, macro_id: privateMacro.id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "macro_id" }],
    });
    await agent.client.deleteTicketMacro({ id: all.id });
    await expect(colleague.client.applyTicketMacro({ id: ticket.id, macro_id: all.id })).rejects.toMatchObject({ status: 400 });
    const stranger = await signUp(app);
    await expect(stranger.admin.getTicketMacro({ id: privateMacro.id })).rejects.toMatchObject({ status: 404 });
  });

  it("rejects invalid fields when it is created", async () => {
    const expectRejection = (more: Record<string, unknown>) => expect(createMacro(more)).rejects;
    await expectRejection({}).toMatchObject({ status: 400, details: [{ field: "status" }] });
    await expectRejection({ comment: "{{lead.number}}" }).toMatchObject({ status: 400, details: [{ field: "comment" }] });
    await expectRejection({ comment: "Hello", sharing: "TEAM" }).toMatchObject({ status: 400, details: [{ field: "sharing" }] });
    await expectRejection({ priority_id: "none_such" }).toMatchObject({ status: 400, details: [{ field: "priority_id" }] });
  });
});
