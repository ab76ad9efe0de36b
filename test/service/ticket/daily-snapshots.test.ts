import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { addDays, instantToDay, startOfDay } from "@crm/core/kernel/time-zone.ts";
import { Snapshots } from "@crm/core/platform/daily-figures/snapshots.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { metrics } from "@crm/core/service/sla/policy.rules.ts";
import { type OutcomeRecord, Outcomes, outcomeId, states } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import {
  buildHistory,
  findStateBefore,
  MAX_STATE_ENTRIES,
  type StateEntry,
} from "@crm/core/service/ticket/state-history.rules.ts";
import { TicketSnapshots } from "@crm/core/service/ticket-reports/daily-snapshot.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
const HOUR_MS = 60 * 60_000;
let ms = Date.parse("2027-03-30T08:00:00.000Z");
beforeAll(async () => {
  // The tests run the schedule themselves.
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

const now = (): string => new Date(ms).toISOString();

const runInTenant = <T>({ id }: Pick<Tenant, "id">, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, id, "test"), () => Tenants.runWithSettings(work)) as Promise<T>;

type Ticket = Awaited<ReturnType<Client["getTicket"]>>["data"];
type FlowEvent = { agent: string | null; flow: "created" | "resolved" | "reopened" | "kept" | "violated" };
const statuses = ["NEW", "OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER"] as const;

/** The expected figures of a day, from the tickets at its end and the events during it. */
function expectedDay(day: string, zone: string, tickets: readonly Ticket[], flows: readonly FlowEvent[]) {
  const open = tickets.filter(({ status }) => (statuses as readonly string[]).includes(status));
  const minute = (instant: string): number => Math.floor(Date.parse(instant) / 60_000);
  const end = minute(startOfDay(zone, addDays(day, 1)));
  const age = open.reduce((sum, { created_at }) => sum + end - minute(created_at), 0);
  const count = (flowKind: string) => flows.filter(({ flow }) => flow === flowKind).length;
  return {
    day,
    open: open.length,
    by_status: Object.fromEntries(statuses.map((each) => [each, open.filter(({ status }) => status === each).length])),
    unassigned: open.filter(({ assigned_to_id }) => assigned_to_id === null).length,
    mean_age_minutes: open.length === 0 ? null : Math.round(age / open.length),
    ...{ created: count("created"), resolved: count("resolved"), reopened: count("reopened") },
    ...{ kept: count("kept"), violated: count("violated") },
  };
}

describe("tickets at the end of each day", () => {
  it.each([
    // Clocks change in Auckland on 4 April and in Berlin on 31 October 2027.
    ["Pacific/Auckland", "2027-03-30T14:00:00.000Z"],
    ["Europe/Berlin", "2027-10-27T08:00:00.000Z"],
  ])("equal a recount of that evening in %s, however often the day is taken", async (timezone, begin) => {
    ms = Date.parse(begin);
    const chance = createTestRandom(`Tickets at the end of each day in ${timezone}`);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone, visibility: "own" });
    const agents = [await addUser(app, tenant, "SUPPORT_AGENT"), await addUser(app, tenant, "SUPPORT_AGENT")] as const;
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const customer_id = (await crm.createCustomer({ name: "Harbour" })).data.id;
    const [policy_id, priority_id] = [
      (await crm.listSlaPolicies({ limit: 1 })).data[0]?.id as string,
      (await crm.listMasters({ kind: "priorities", limit: 1 })).data[0]?.id as string,
    ];
    // Without policies, only the test creates outcomes.
    for (const { id } of (await crm.listSlaPolicies({ limit: 100 })).data) await crm.deleteSlaPolicy({ id });
    const live: string[] = [];
    const deletedIds: string[] = [];
    const outcomes: OutcomeRecord[] = [];
    let flows: FlowEvent[] = [];
    const readAssignee = async (id: string) => (await crm.getTicket({ id })).data.assigned_to_id;
    const judge = async (ticket_id: string): Promise<void> => {
      const [agent_id, state, judged_at] = [pick([null, ...agents])?.id ?? null, pick(states), now()];
      const clock = { ticket_id, metric: pick(metrics), started_at: judged_at, judged_at };
      const emptyFields = { team_id: null, category_id: null, due_at: null, stopped_at: null, over_seconds: null };
      await runInTenant(tenant, async () => {
        const fields = { ...clock, ...emptyFields, state, policy_id, agent_id, priority_id, customer_id, target_seconds: 60 };
        const outcome = Records.init(
          Outcomes,
          { ...fields, judged_day: instantToDay(timezone, judged_at) },
          { id: outcomeId(clock) },
        );
        outcomes.push(outcome);
        await transaction().create(Outcomes, outcome).commit(undefined);
      });
      flows.push({ agent: agent_id, flow: state === "MET" ? "kept" : "violated" });
    };
    /** Deletes an outcome, which earlier days still count. */
    const takeBack = (outcome: OutcomeRecord) =>
      runInTenant(tenant, () =>
        transaction()
          .replace(Outcomes, outcome, Records.nextVersion(outcome, { ...outcome, deleted_at: now() }))
          .commit(undefined),
      );
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(live), chance()];
      if (turn < 0.3 || !id) {
        const agent = pick([null, ...agents])?.id ?? null;
        const { data } = await crm.createTicket({ subject: "Loud", description: "It hums", customer_id, assigned_to_id: agent });
        live.push(data.id);
        flows.push({ agent, flow: "created" });
        return;
      }
      const { data: ticket } = await crm.getTicket({ id });
      const isOver = ticket.status === "RESOLVED" || ticket.status === "CLOSED";
      if (turn < 0.45 && isOver) {
        await crm.reopenTicket({ id });
        flows.push({ agent: ticket.assigned_to_id, flow: "reopened" });
      } else if (turn < 0.5 && ticket.status !== "CLOSED") {
        await crm.closeTicket({ id });
        if (!isOver) flows.push({ agent: ticket.assigned_to_id, flow: "resolved" });
      } else if (turn < 0.6 && !isOver) {
        await crm.resolveTicket({ id });
        flows.push({ agent: await readAssignee(id), flow: "resolved" });
      } else if (turn < 0.7) await crm.assignTicket({ id, assigned_to_id: pick(agents).id });
      else if (turn < 0.8 && !isOver) await crm.updateTicket({ id, status: pick(["OPEN", "IN_PROGRESS", "PENDING"]) });
      else if (turn < 0.86) {
        await crm.deleteTicket({ id });
        deletedIds.push(...live.splice(live.indexOf(id), 1));
      } else if (turn < 0.92 && deletedIds.length > 0) {
        const [back] = deletedIds.splice(Math.floor(chance() * deletedIds.length), 1) as [string];
        await crm.restoreTicket({ id: back });
        live.push(back);
      } else await judge(id);
    };
    const evenings: { day: string; tickets: Ticket[]; flows: FlowEvent[] }[] = [];
    for (let day = 0; day < 8; day++) {
      for (let nth = 0; nth < 9; nth++) {
        await act();
        ms += Math.floor(chance() * HOUR_MS);
      }
      const tickets = await Promise.all(live.map(async (id) => (await crm.getTicket({ id })).data));
      // On some nights the schedule does not run; the next run catches up.
      for (let nights = day % 4 === 2 ? 3 : 1; nights > 0; nights--) {
        evenings.push({ day: instantToDay(timezone, now()), tickets, flows });
        flows = [];
        ms = Date.parse(startOfDay(timezone, addDays(instantToDay(timezone, now()), 1))) + HOUR_MS;
      }
      await Promise.all([app.scheduler.run("snapshots"), app.scheduler.run("snapshots")]);
      // Changes in the first hour belong to the next day.
      await act();
      const metOutcome = outcomes.filter(({ state }) => state === "MET").at(-1);
      if (day % 3 === 1 && metOutcome && instantToDay(timezone, metOutcome.judged_at) < instantToDay(timezone, now())) {
        outcomes.splice(outcomes.indexOf(metOutcome), 1);
        await takeBack(metOutcome);
      }
      await app.settle();
    }
    await app.scheduler.run("snapshots");
    const [first, last] = [evenings[0]?.day as string, evenings.at(-1)?.day as string];
    const [agent] = agents;
    const views: readonly [Client, (owner: string | null) => boolean][] = [
      [crm, () => true],
      [await signInUser(app, tenant, agent as TestUser), (owner) => owner === null || owner === agent.id],
    ];
    const check = async (): Promise<void> => {
      for (const [as, isVisible] of views) {
        const { data } = await as.readTicketSnapshots({ from: first, to: last });
        expect(data.days).toEqual(
          evenings.map((evening) =>
            expectedDay(
              evening.day,
              timezone,
              evening.tickets.filter(({ assigned_to_id }) => isVisible(assigned_to_id)),
              evening.flows.filter((flow) => isVisible(flow.agent)),
            ),
          ),
        );
      }
    };
    await check();
    // Snapshots are the same when taken from the day before, from all tickets, and by the operator.
    await runInTenant(tenant, () => TicketSnapshots.takeSnapshots(addDays(first, 3), last));
    await check();
    await runInTenant(tenant, () => TicketSnapshots.takeSnapshots(first, last, { anew: true }));
    await check();
    await Snapshots.retake(app.ports, { tenant_id: tenant.id, from: first, to: addDays(first, 4) });
    await check();
  });

  it("keep the newest changes of a ticket, regardless of their number", () => {
    const ticket = (assigned_to_id: string) => ({
      ...{ created_at: "2027-01-01T00:00:00.000Z", deleted_at: null, status: "OPEN" as const, assigned_to_id },
      ...{ first_response_at: null, resolved_at: null, merged_into_id: null, answered: null, resolved: null },
    });
    let standings: StateEntry[] = [];
    for (let nth = 0; nth < MAX_STATE_ENTRIES + 5; nth++) {
      const instant = new Date(Date.parse("2027-01-01T00:00:00.000Z") + nth * HOUR_MS).toISOString();
      const after = { ...ticket(`usr_${nth}`), standings };
      standings = buildHistory(nth === 0 ? null : after, after, instant, "UTC").standings;
    }
    expect(standings).toHaveLength(MAX_STATE_ENTRIES);
    expect(findStateBefore(standings, "2028-01-01T00:00:00.000Z")?.assigned_to_id).toBe(`usr_${MAX_STATE_ENTRIES + 4}`);
    expect(findStateBefore(standings, "2027-01-01T00:00:00.001Z")).toBeUndefined();
  });
});
