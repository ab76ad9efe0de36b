import { Cohort, steps, toWholeMonths } from "@crm/core/analytics/figure/cohort-steps.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idTime } from "@crm/core/kernel/id.ts";
import { countMonthsAfter } from "@crm/core/platform/daily-figures/cohort.rules.ts";
import { buildLeadCohortSums, parseOpportunitySteps } from "@crm/core/sales/opportunity/lead-cohort.rules.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

describe("months after the creation of a lead", () => {
  it.each([
    ["2026-03", "2026-03-31", 0],
    ["2026-03", "2026-04-01", 1],
    ["2026-12-31", "2027-01-01", 1],
    ["2026-03", "2026-02-28", 0],
    ["2026-03", "2027-02-28", 11],
    ["2026-03", "2027-03-01", 12],
    ["2026-03", "9999-12-31", 12],
  ])("from %s to %s are %i", (created, day, months) => {
    expect(countMonthsAfter(created, day)).toBe(months);
  });

  it.each([
    ["2026-02-10", "2026-02-11", "2026-02-01", "2026-02-28"],
    ["2028-01-31", "2028-02-01", "2028-01-01", "2028-02-29"],
    ["2026-12-01", "9999-12-01", "2026-12-01", "9999-12-31"],
  ])("cover whole months: %s to %s", (from, to, first, last) => {
    expect(toWholeMonths({ from, to })).toEqual({ from: first, to: last });
  });
});

const LEAD = "led_01kjp8w20000000141p01kjp8w20000000142";
const LEAD_MONTH = new Date(idTime(LEAD)).toISOString().slice(0, 7);

describe("the numbers of an opportunity of a lead", () => {
  const opportunity = {
    ...{ owner_id: "usr_1", lead_id: LEAD, lead_created_day: "2026-01-31", created_at: "2026-02-28T13:00:00.000Z" },
    ...{ created_day: "2026-03-01", is_won: null, closed_date: null },
  };
  it.each([
    ["an open one", {}, [["2026-01", "opportunities", 2]]],
    ["a lost one", { is_won: false, closed_date: "2026-04-01" }, [["2026-01", "opportunities", 2]]],
    [
      "a won one",
      { is_won: true, closed_date: "2026-04-01" },
      [
        ["2026-01", "opportunities", 2],
        ["2026-01", "won", 3],
      ],
    ],
    ["one without the day of its lead", { lead_created_day: null, created_day: null }, [[LEAD_MONTH, "opportunities", 0]]],
    ["one without a lead", { lead_id: null }, []],
  ])("are, of %s", (_, more, expected) => {
    const { scopes, counts } = buildLeadCohortSums({ ...opportunity, ...more });
    expect(parseOpportunitySteps(counts).map(({ month, step, after }) => [month, step, after])).toEqual(expected);
    expect(scopes).toHaveLength(expected.length === 0 ? 0 : 2);
  });
});

describe("a cohort", () => {
  it("has rates of its leads, and months up to the last with a number", () => {
    const cohort = new Cohort();
    expect([cohort.present().conversion_rate, cohort.presentMonths()]).toEqual([null, []]);
    cohort.addLeads(3);
    cohort.add({ step: "converted", after: 2, count: 1 });
    cohort.add({ step: "qualified", after: 0, count: 2 });
    const sum = new Cohort().join(cohort).join(cohort);
    expect(sum.present()).toMatchObject({
      leads: 6,
      qualified: 4,
      converted: 2,
      qualification_rate: 66.67,
      conversion_rate: 33.33,
    });
    expect(sum.presentMonths().map(({ after, qualified, converted }) => [after, qualified, converted])).toEqual([
      [0, 4, 0],
      [1, 0, 0],
      [2, 0, 2],
    ]);
  });
});

describe("the funnel of leads", () => {
  let app: App;
  let ms = Date.parse("2027-01-20T20:00:00.000Z");
  beforeAll(async () => {
    app = await startTestApp({ time: () => ms++ });
  });
  afterAll(() => app.stop());

  it("equals a plain count of the leads and opportunities that each caller sees", async () => {
    const chance = createTestRandom("The funnel of leads");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone: "Pacific/Auckland", visibility: "own" });
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const owners = [null, rep.id, otherRep.id];
    const [leads, opportunities]: [string[], string[]] = [[], []];
    const act = async (): Promise<void> => {
      const [lead, opportunity, turn] = [pick(leads), pick(opportunities), chance()];
      if (turn < 0.35 || !lead)
        leads.push((await crm.createLead({ ...newLead(), owner_id: pick(owners), is_qualified: pick([true, false]) })).data.id);
      else if (turn < 0.45) await crm.updateLead({ id: lead, is_qualified: pick([true, false]) });
      else if (turn < 0.6)
        opportunities.push((await crm.convertLead({ id: lead, override_reason: "Signed on the spot" })).data.opportunity.id);
      else if (turn < 0.65)
        opportunities.push((await crm.createOpportunity({ name: "Fleet", lead_id: lead, owner_id: pick(owners) })).data.id);
      else if (turn < 0.7) await crm.updateLead({ id: lead, owner_id: pick(owners) });
      else if (turn < 0.75) await crm.deleteLead({ id: lead });
      else if (opportunity && turn < 0.9) await crm.winOpportunity({ id: opportunity });
      else if (opportunity && turn < 0.95) await crm.reopenOpportunity({ id: opportunity, reason: "They asked again" });
      else if (opportunity) await crm.deleteOpportunity({ id: opportunity });
    };
    for (let burst = 0; burst < 9; burst++) {
      await Promise.allSettled(Array.from({ length: 10 }, act));
      ms += Math.floor(chance() * 50) * 24 * 60 * 60_000 + 12 * 60 * 60_000;
    }
    await app.settle();
    const found = await Promise.all(
      (await crm.listLeads({ limit: 100 })).data.map(async ({ id }) => (await crm.getLead({ id })).data),
    );
    const deals = await Promise.all(
      (await crm.listOpportunities({ limit: 100 })).data.map(async ({ id }) => (await crm.getOpportunity({ id })).data),
    );
    expect([found.length, deals.filter(({ is_won }) => is_won).length].every((count) => count > 2)).toBe(true);
    for (const [as, isVisible] of [
      [crm, () => true],
      [await signInUser(app, tenant, rep), (owner: string | null) => owner === null || owner === rep.id],
    ] as const) {
      const { data } = await as.getLeadCohorts({ from: "2027-01-01", to: "2027-12-31", compare_to: "previous_year" });
      expect(data.cohorts).toHaveLength(12);
      for (const { key, months, ...row } of data.cohorts) {
        const [ofMonth, ofLeads] = [
          found.filter(({ created_day, owner_id }) => created_day.startsWith(key) && isVisible(owner_id)),
          deals.filter(({ lead_created_day, owner_id }) => lead_created_day?.startsWith(key) && isVisible(owner_id)),
        ];
        const days = {
          qualified: ofMonth.flatMap(({ is_qualified, qualified_day }) => (is_qualified ? [String(qualified_day)] : [])),
          converted: ofMonth.flatMap(({ is_converted, converted_day }) => (is_converted ? [String(converted_day)] : [])),
          opportunities: ofLeads.map(({ created_day }) => created_day),
          won: ofLeads.flatMap(({ is_won, closed_date }) => (is_won ? [String(closed_date)] : [])),
        };
        expect([key, row.leads]).toEqual([key, ofMonth.length]);
        for (const step of steps) {
          expect([key, step, row[step]]).toEqual([key, step, days[step].length]);
          for (const { after, ...numbers } of months)
            expect([key, step, after, numbers[step]]).toEqual([
              ...[key, step, after],
              days[step].filter((day) => countMonthsAfter(key, day) === after).length,
            ]);
        }
      }
      expect(data.totals.leads).toBe(found.filter(({ owner_id }) => isVisible(owner_id)).length);
      expect(data.totals.previous).toMatchObject({ leads: 0, opportunities: 0, conversion_rate: null });
    }
    const { differences } = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));
    expect(differences).toEqual([]);
  });
});
