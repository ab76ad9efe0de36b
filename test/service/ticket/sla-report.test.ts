import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { metrics } from "@crm/core/service/sla/policy.rules.ts";
import { type OutcomeRecord, Outcomes, outcomeId, states } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import { computeShareMet } from "@crm/core/service/ticket/sla-outcome-counters.rules.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let ms = Date.parse("2027-04-20T20:00:00.000Z");
beforeAll(async () => {
  app = await startTestApp({ time: () => ms++ });
});
afterAll(() => app.stop());

/** Daylight saving time ends there on 4 April 2027. */
const timezone = "Pacific/Auckland";

describe("GET /support/reports/sla", () => {
  it("equals a recount of all outcomes for each group, period and reader", async () => {
    const chance = createTestRandom("GET /support/reports/sla");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone, visibility: "own" });
    const agents = [await addUser(app, tenant, "SUPPORT_AGENT"), await addUser(app, tenant, "SUPPORT_AGENT")] as const;
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const customer_id = (await crm.createCustomer({ name: "Argo Shipping" })).data.id;
    const ticket = (await crm.createTicket({ subject: "Loud", description: "It hums", customer_id, assigned_to_id: null })).data;
    const ids = async (kind: string) => (await crm.listMasters({ kind, limit: 100 })).data.map(({ id }) => id);
    const [priorities, categories] = [await ids("priorities"), await ids("ticket_categories")];
    const policies = (await crm.listSlaPolicies({ limit: 100 })).data.map(({ id }) => id);
    const all: OutcomeRecord[] = [];
    const inTenant = <T>(work: () => Promise<T>) => runIn(systemContext(app.ports, tenant.id, "test"), work) as Promise<T>;
    for (let nth = 0; nth < 300; nth++) {
      const judged_at = new Date(ms - Math.floor(chance() * 50 * 86_400_000)).toISOString();
      const clock = { ticket_id: ticket.id, metric: pick(metrics), started_at: judged_at, judged_at };
      await inTenant(async () => {
        const outcome = Records.init(
          Outcomes,
          {
            ...clock,
            state: pick(states),
            policy_id: pick(policies),
            agent_id: pick([null, ...agents])?.id ?? null,
            team_id: null,
            category_id: pick([null, ...categories]),
            priority_id: pick(priorities),
            customer_id,
            due_at: judged_at,
            stopped_at: null,
            target_seconds: 3600,
            over_seconds: null,
            judged_day: instantToDay(timezone, judged_at),
          },
          { id: outcomeId(clock) },
        );
        all.push(outcome);
        await transaction().create(Outcomes, outcome).commit(undefined);
      });
      // A met target is due again, as after reopening a ticket.
      if (chance() < 0.2) {
        const deletedOutcome = all.splice(Math.floor(chance() * all.length), 1)[0] as OutcomeRecord;
        await inTenant(() =>
          transaction()
            .replace(Outcomes, deletedOutcome, Records.nextVersion(deletedOutcome, { ...deletedOutcome, deleted_at: judged_at }))
            .commit(undefined),
        );
      }
    }
    await app.settle();
    const last = instantToDay(timezone, new Date(ms).toISOString());
    const [agent] = agents;
    const views: readonly [Client, (outcome: OutcomeRecord) => boolean][] = [
      [crm, () => true],
      [await signInUser(app, tenant, agent as TestUser), ({ agent_id }) => agent_id === null || agent_id === agent.id],
    ];
    const keys: Record<string, (outcome: OutcomeRecord) => string> = {
      agent: ({ agent_id }) => agent_id ?? "none",
      policy: ({ policy_id }) => policy_id,
      category: ({ category_id }) => category_id ?? "none",
      priority: ({ priority_id }) => priority_id,
      metric: ({ metric }) => metric,
      day: ({ judged_at }) => instantToDay(timezone, judged_at),
      month: ({ judged_at }) => instantToDay(timezone, judged_at).slice(0, 7),
    };
    const countOutcomes = (outcomes: readonly OutcomeRecord[]) => {
      const keptCount = outcomes.filter(({ state }) => state === "MET").length;
      const share = outcomes.length === 0 ? null : (Math.floor((keptCount / outcomes.length) * 10_000 + 0.5) / 10_000).toFixed(4);
      return { kept: keptCount, violated: outcomes.length - keptCount, share_kept: share };
    };
    for (const [as, isVisible] of views)
      for (const [from, to] of [
        [addDays(last, -60), last],
        [addDays(last, -18), addDays(last, -15)],
      ] as const)
        for (const [group, readKey] of Object.entries(keys)) {
          const expectedOutcomes = all.filter(
            (outcome) =>
              isVisible(outcome) &&
              from <= instantToDay(timezone, outcome.judged_at) &&
              instantToDay(timezone, outcome.judged_at) <= to,
          );
          const { data } = await as.readSlaReport({ by: group as "day", from, to });
          expect(data.totals).toEqual(countOutcomes(expectedOutcomes));
          const rows = Object.fromEntries(data.rows.map(({ key: row, label: _label, ...numbers }) => [row, numbers]));
          expect(rows).toEqual(
            Object.fromEntries(
              [...Map.groupBy(expectedOutcomes, readKey)].map(([row, outcomes]) => [row, countOutcomes(outcomes)]),
            ),
          );
        }
    expect((await crm.readSlaReport({ by: "policy" })).data.rows.every(({ label }) => label !== null)).toBe(true);
    const { data: months } = await crm.readSlaReport({ by: "month", from: addDays(last, -60) });
    expect(months.rows.map(({ key: month }) => month)).toEqual(months.rows.map(({ key: month }) => month).toSorted());
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect((await signInUser(app, tenant, rep)).readSlaReport({})).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    [0, 0, null],
    [1, 0, "1.0000"],
    [0, 3, "0.0000"],
    [2, 1, "0.6667"],
    [1, 15, "0.0625"],
    [1, 19_999, "0.0001"],
    [1, 20_001, "0.0000"],
  ])("returns the share of %d kept and %d violated as %s", (keptCount, violated, share) => {
    expect(computeShareMet({ kept: keptCount, violated })).toBe(share);
  });
});
