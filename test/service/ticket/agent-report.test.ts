import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let ms = Date.parse("2027-03-27T20:00:00.000Z");
beforeAll(async () => {
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

const MINUTE_MS = 60_000;
/** Daylight saving time ends there on 4 April 2027. */
const timezone = "Pacific/Auckland";

interface TicketModel {
  created: number;
  agent: string | null;
  answered?: { agent: string | null; day: string; minutes: number };
  resolved?: { agent: string | null; day: string; minutes: number };
}

describe("GET /support/agents", () => {
  it("equals a recount of all tickets by days of the tenant's zone, after reopening, reassignment and deletion", async () => {
    const chance = createTestRandom("GET /support/agents");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone, visibility: "own" });
    const agents: TestUser[] = [];
    for (let nth = 0; nth < 3; nth++) agents.push(await addUser(app, tenant, "SUPPORT_AGENT"));
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const customer_id = (await crm.createCustomer({ name: "Argo Shipping" })).data.id;
    const ticketById = new Map<string, TicketModel>();
    const now = (): { day: string; at: number } => ({ day: instantToDay(timezone, new Date(ms).toISOString()), at: ms });
    const done = ({ created, agent }: TicketModel, instant: string) => ({
      agent,
      day: instantToDay(timezone, instant),
      minutes: Math.floor((Date.parse(instant) - created) / MINUTE_MS),
    });
    for (let turn = 0; turn < 140; turn++) {
      ms += Math.floor(chance() * 120) * MINUTE_MS;
      const id = pick([...ticketById.keys()]);
      const ticket = ticketById.get(id as string);
      const roll = chance();
      if (roll < 0.35 || !ticket || !id) {
        const agent = pick([null, ...agents])?.id ?? null;
        const { data } = await crm.createTicket({
          ...{ subject: "The pump is loud", description: "It hums", customer_id },
          assigned_to_id: agent,
        });
        ticketById.set(data.id, { created: Date.parse(data.created_at), agent });
      } else if (roll < 0.5) {
        await crm.addTicketComment({ id, body: "We look into it", is_public: true });
        const { data } = await crm.getTicket({ id });
        ticket.answered ??= done(ticket, data.first_response_at as string);
      } else if (roll < 0.7 && !ticket.resolved) {
        const { data } = await crm.resolveTicket({ id });
        ticket.resolved = done(ticket, data.resolved_at as string);
      } else if (roll < 0.8 && ticket.resolved) {
        await crm.reopenTicket({ id });
        delete ticket.resolved;
      } else if (roll < 0.92) {
        ticket.agent = pick(agents).id;
        await crm.assignTicket({ id, assigned_to_id: ticket.agent });
      } else {
        await crm.deleteTicket({ id });
        ticketById.delete(id);
      }
    }
    await app.settle();
    const all = [...ticketById.values()];
    expect(all.filter(({ resolved }) => resolved).length).toBeGreaterThan(8);
    const last = now().day;
    for (const [from, to] of [
      [addDays(last, -30), last],
      [addDays(last, -4), addDays(last, -2)],
      [last, last],
    ] as const) {
      const listMinutes = (milestone: TicketModel["answered"], agent: string) =>
        milestone && milestone.agent === agent && from <= milestone.day && milestone.day <= to ? [milestone.minutes] : [];
      const mean = (values: number[]) =>
        values.length === 0 ? null : Math.round((values.reduce((a, b) => a + b, 0) * 10) / values.length) / 10;
      const { data } = await crm.listSupportAgents({ from, to });
      for (const { id } of agents) {
        const [answerMinutes, resolved] = [
          all.flatMap((ticket) => listMinutes(ticket.answered, id)),
          all.flatMap((ticket) => listMinutes(ticket.resolved, id)),
        ];
        expect(data.agents.find(({ agent_id }) => agent_id === id)).toMatchObject({
          answered: answerMinutes.length,
          first_response_minutes: mean(answerMinutes),
          resolved: resolved.length,
          resolution_minutes: mean(resolved),
          capacity: 10,
        });
      }
    }
    const [agent] = agents as [TestUser];
    const agentClient = await signInUser(app, tenant, agent);
    expect((await agentClient.listSupportAgents({})).data.agents.map(({ agent_id }) => agent_id)).toEqual([agent.id]);
    await expect(crm.listSupportAgents({ from: "2027-05-02", to: "2027-05-01" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "from" }],
    });
    await expect(crm.listSupportAgents({ from: "2020-05-02", to: "2027-05-01" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "from" }],
    });
  });
});
