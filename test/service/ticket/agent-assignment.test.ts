import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Which agent a ticket is assigned to, through the API. */

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const ticketInput = { subject: "The pump is loud", description: "It hums since Monday." };
const HOUR_MS = 3_600_000;

/** A tenant with this many agents, whose administrator takes no tickets. */
async function createDesk(agents: number): Promise<{ tenant: Tenant; agents: TestUser[]; customer_id: string }> {
  const tenant = await signUp(app);
  const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
  await setAbsence(tenant, tenant.userId);
  const all: TestUser[] = [];
  for (let nth = 0; nth < agents; nth++) all.push(await addUser(app, tenant, "SUPPORT_AGENT"));
  return { tenant, agents: all, customer_id };
}

const setAbsence = (tenant: Tenant, id: string, to: string | null = null) =>
  tenant.admin.replaceUserAvailability({ id, absences: [{ from: "2020-01-01T00:00:00.000Z", to }] });

describe("routing", () => {
  it("sets the documented reason, priority and target for each ticket", async () => {
    const { tenant, customer_id } = await createDesk(3);
    const vip = (await tenant.admin.createCustomer({ name: "Gold Line", vip_status: true })).data.id;
    const [VIP, BUSINESS, URGENT] = [
      "VIP customer priority routing",
      "Business-critical issue type",
      "Customer-specified urgent priority",
    ];
    const cases: [object, string, string, number, string | null][] = [
      [{ customer_id: vip, priority_id: "low" }, VIP, "critical", 2, "low"],
      [{ customer_id: vip, priority_id: "critical" }, VIP, "critical", 1, null],
      [{ ticket_type: "BILLING_ISSUE" }, BUSINESS, "high", 4, "medium"],
      [{ ticket_type: "ACCOUNT_ISSUE", priority_id: "high" }, BUSINESS, "high", 4, null],
      [{ ticket_type: "BILLING_ISSUE", priority_id: "critical" }, BUSINESS, "critical", 1, null],
      [{ priority_id: "critical" }, URGENT, "critical", 1, null],
      [{ ticket_type: "BUG_REPORT", priority_id: "low" }, "Technical issue routing", "high", 24, "low"],
      [{ ticket_type: "BUG_REPORT", priority_id: "critical" }, URGENT, "critical", 1, null],
      [{ priority_id: "low" }, "Standard routing based on priority", "low", 48, null],
    ];
    const { data: priorities } = await tenant.admin.listMasters({ kind: "priorities", limit: 100 });
    const findPriorityCode = (id: string | null | undefined) => priorities.find((priority) => priority.id === id)?.code ?? null;
    for (const [fields, reason, priority, hours, raised_from] of cases) {
      const { data: ticket } = await tenant.admin.createTicket({ customer_id, ...ticketInput, ...fields });
      const { routing, created_at } = ticket;
      expect([
        routing?.reason,
        findPriorityCode(ticket.priority_id),
        findPriorityCode(routing?.raised_from),
        ticket.status,
      ]).toEqual([reason, priority, raised_from, "OPEN"]);
      expect(Math.round((Date.parse(routing?.target_at ?? "") - Date.parse(created_at)) / HOUR_MS)).toBe(hours);
    }
  });

  it("records the candidates in order, and why they were skipped", async () => {
    const { tenant, agents, customer_id } = await createDesk(0);
    const { data: pumps } = await tenant.admin.createMaster({ kind: "ticket_categories", name: "Pumps", code: "hydraulics" });
    for (const department of ["pumps", undefined, "Hydraulics", "Technical"])
      agents.push(await addUser(app, tenant, "SUPPORT_AGENT", department ? { department } : {}));
    const [fullAgentId, freeAgentId, absentAgentId, technicalAgentId] = agents.map(({ id }) => id);
    if (!fullAgentId || !freeAgentId || !absentAgentId || !technicalAgentId) expect.fail("An agent is missing");
    await setAbsence(tenant, absentAgentId);
    for (let nth = 0; nth < 10; nth++)
      await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: fullAgentId });
    const { data } = await tenant.admin.createTicket({ ...ticketInput, customer_id, category_id: pumps.id });
    expect(data.assigned_to_id).toBe(freeAgentId);
    expect(data.routing?.considered).toEqual([
      { agent_id: absentAgentId, department_match: true, load: 0, passed_over: "away" },
      { agent_id: fullAgentId, department_match: true, load: 10, passed_over: "full" },
      { agent_id: freeAgentId, department_match: false, load: 0, passed_over: null },
      { agent_id: technicalAgentId, department_match: false, load: 0, passed_over: null },
      { agent_id: tenant.userId, department_match: false, load: 0, passed_over: "away" },
    ]);
    expect((await tenant.admin.getTicket({ id: data.id })).data.routing).toEqual(data.routing);
  });

  it("notifies the new assignee once, but not an agent who takes a ticket", async () => {
    const { tenant, agents, customer_id } = await createDesk(2);
    const [firstAgent, two] = agents as [TestUser, TestUser];
    const listAssignments = async ({ client: as }: TestUser) => {
      await app.settle();
      const { data } = await as.listNotifications({ type: "ticket_assigned" });
      return data.map(({ record_id, title }) => [record_id, title]);
    };
    const { data: routed } = await tenant.admin.createTicket({ ...ticketInput, customer_id });
    const [assignee, otherAgent] = routed.assigned_to_id === firstAgent.id ? [firstAgent, two] : [two, firstAgent];
    const line = [routed.id, `Assigned to you: ${routed.ticket_number} ${routed.subject}`];
    expect([await listAssignments(assignee), await listAssignments(otherAgent)]).toEqual([[line], []]);
    await tenant.admin.updateTicket({ id: routed.id, subject: "The pump is silent" });
    await tenant.admin.assignTicket({ id: routed.id, assigned_to_id: otherAgent.id });
    expect([await listAssignments(assignee), (await listAssignments(otherAgent)).map(([id]) => id)]).toEqual([
      [line],
      [routed.id],
    ]);
    await otherAgent.client.createTicket({
      ...ticketInput,
      requester: { email: "caller@customer.example" },
      assigned_to_id: otherAgent.id,
    });
    expect(await listAssignments(otherAgent)).toHaveLength(1);
  });

  it("gives no agent more than ten tickets, even with concurrent tickets", async () => {
    const { tenant, agents, customer_id } = await createDesk(3);
    for (const { id } of agents)
      for (let nth = 0; nth < 8; nth++) await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: id });
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => tenant.admin.createTicket({ ...ticketInput, customer_id })),
    );
    const assigneeIds = responses.map(({ data }) => data.assigned_to_id);
    expect(agents.map(({ id }) => assigneeIds.filter((assigneeId) => assigneeId === id).length)).toEqual([2, 2, 2]);
    const waiting = responses.filter(({ data }) => data.assigned_to_id === null);
    expect(waiting.map(({ data }) => data.status)).toEqual(Array.from({ length: 24 }, () => "OPEN"));
  });

  it("has a dry run: another rule is applied to the original values of the newest tickets", async () => {
    const { tenant, customer_id } = await createDesk(1);
    const bug = (await tenant.admin.createTicket({ ...ticketInput, customer_id, ticket_type: "BUG_REPORT", priority_id: "low" }))
      .data;
    await tenant.admin.createTicket({ ...ticketInput, customer_id });
    const definition = {
      cases: [
        { reason: "Bugs first", when: { ticket_types: ["BUG_REPORT"] }, target_hours: 8 },
        { reason: "Standard routing based on priority", when: { ticket_types: null }, target_hours: 48 },
      ],
    };
    const { data: draft } = await tenant.admin.createRuleVersion({ kind: "ticket_routing", definition });
    const { data: tried } = await tenant.admin.tryRuleVersion({ kind: "ticket_routing", id: draft.id, sample: 10 });
    expect(tried).toMatchObject({
      examined: 2,
      changed: 1,
      differences: [{ record_id: bug.id, before: "Technical issue routing: level 3, 24 h", after: "Bugs first: level 1, 8 h" }],
    });
    await tenant.admin.publishRuleVersion({ kind: "ticket_routing", id: draft.id });
    const { data: next } = await tenant.admin.createTicket({ ...ticketInput, customer_id, ticket_type: "BUG_REPORT" });
    expect(next.routing).toMatchObject({ reason: "Bugs first", rule_id: draft.id, rule_number: 1, raised_from: null });
  });
});
