import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let customer_id: string;

// The middle of a month, so that no month ends during the test.
const TODAY = "2027-01-15";

beforeAll(async () => {
  app = await startTestApp({ time: createClock(`${TODAY}T12:00:00.000Z`) });
});
afterAll(() => app.stop());
beforeEach(async () => {
  tenant = await signUp(app);
  customer_id = (await tenant.admin.createCustomer({ name: "Harbour" })).data.id;
});

function createClock(instant: string): () => number {
  let now = Date.parse(instant);
  return () => now++;
}

/** Creates an opportunity in a stage; closed stages are won or lost. */
async function createOpportunity({ stage_id, ...more }: { stage_id?: string } & Record<string, unknown>) {
  const isClosed = stage_id?.startsWith("closed_");
  const input = { name: "Fleet", customer_id, ...more, ...(isClosed ? {} : { stage_id }) };
  const { data } = await tenant.admin.createOpportunity(input);
  if (stage_id === "closed_won") await tenant.admin.winOpportunity({ id: data.id });
  if (stage_id === "closed_lost") await tenant.admin.loseOpportunity({ id: data.id, win_loss_reason_id: "no_budget" });
}

const readForecast = async (query: object = {}) => {
  await app.settle();
  return (await tenant.admin.getForecast(query)).data;
};

describe("the forecast", () => {
  it("covers six months from this month, each with its first day", async () => {
    const { months, confidence_level } = await readForecast();
    expect(months.map(({ forecast_period }) => forecast_period)).toEqual([
      "2027-01-01",
      "2027-02-01",
      "2027-03-01",
      "2027-04-01",
      "2027-05-01",
      "2027-06-01",
    ]);
    expect(confidence_level).toBe(0.8);
  });

  it("begins with months that are over, which have what was won and no risks", async () => {
    await createOpportunity({ amount: "30000.00", close_date: "2026-12-10", stage_id: "proposal" });
    const { months } = await readForecast({ past_months: 2, months: 1 });
    expect(months.map(({ forecast_period, risk_factors }) => [forecast_period, risk_factors.length])).toEqual([
      ["2026-11-01", 0],
      ["2026-12-01", 0],
      ["2027-01-01", 1],
    ]);
    expect(months[1]?.by_category.find(({ count }) => count > 0)).toMatchObject({ value: "30000.00" });
  });

  it("expects each open amount times its probability, with 20 % more as best case and 20 % less as worst case", async () => {
    // 300,000 × 60 % + 0.01 × 10 % = 180,000.001
    await createOpportunity({ amount: "300000.00", close_date: "2027-02-01", stage_id: "proposal" });
    await createOpportunity({ amount: "0.01", close_date: "2027-02-28", stage_id: "prospecting" });
    // Other months, closed opportunities, and those without a date or an amount do not count.
    await createOpportunity({ amount: "120000.00", close_date: "2027-01-31", stage_id: "proposal" });
    await createOpportunity({ amount: "80000.00", close_date: "2027-03-01", stage_id: "proposal" });
    await createOpportunity({ amount: "70000.00", close_date: "2027-02-10", stage_id: "closed_won" });
    await createOpportunity({ amount: "99999.99", stage_id: "qualification" });
    await createOpportunity({ close_date: "2027-02-10", stage_id: "qualification" });
    const { months, open_value } = await readForecast({ months: 2 });
    expect(months.map((month) => [month.best_case_revenue, month.expected_revenue, month.worst_case_revenue])).toEqual([
      ["86400.00", "72000.00", "57600.00"],
      ["216000.00", "180000.00", "144000.00"],
    ]);
    expect(open_value).toBe("600000.00");
    // 72,000 / 600,000 and 180,000.001 / 600,000.
    expect(months.map((month) => month.pipeline_coverage_ratio)).toEqual([0.12, 0.3]);
  });

  it("has zeros for a month without opportunities, which is at risk, and lists the risks of each month separately", async () => {
    // Exactly the threshold is enough, a cent less is not: 125,000 × 80 % and 124,999.98 × 80 % = 99,999.984.
    await createOpportunity({ amount: "125000.00", close_date: "2027-01-20", stage_id: "negotiation" });
    await createOpportunity({ amount: "124999.98", close_date: "2027-02-20", stage_id: "negotiation" });
    const { months } = await readForecast({ months: 3 });
    const risk = (period: string) => [
      { period, risk_type: "low_pipeline_coverage", severity: "high", description: "Pipeline coverage below target threshold" },
    ];
    const action = (target_date: string) => [{ action: "increase_lead_generation", priority: "high", target_date }];
    expect(months.map(({ risk_factors }) => risk_factors)).toEqual([[], risk("2027-02-01"), risk("2027-03-01")]);
    // 30 days before the start of the month.
    expect(months.map((month) => month.recommended_actions)).toEqual([[], action("2027-01-02"), action("2027-01-30")]);
    expect(months[1]?.expected_revenue).toBe("99999.98");
    expect(months[2]).toMatchObject({ best_case_revenue: "0.00", expected_revenue: "0.00", pipeline_coverage_ratio: 0 });
    const { data: empty } = await (await signUp(app)).admin.getForecast({ months: 1 });
    expect(empty.months[0]).toMatchObject({ pipeline_coverage_ratio: 0, expected_revenue: "0.00" });
  });

  it("returns the win rate of opportunities created within 12 months by stage, and the confidence level", async () => {
    for (const stage_id of ["qualification", "qualification", "closed_lost", "closed_won"])
      await createOpportunity({ stage_id, amount: "1.00" });
    const { conversion_rates, confidence_level } = await readForecast({ confidence_level: 0.95 });
    expect(confidence_level).toBe(0.95);
    expect(conversion_rates.map(({ label, created, won, rate }) => [label, created, won, rate])).toEqual([
      ["Qualification", 2, 0, 0],
      ["Closed Won", 1, 1, 1],
      ["Closed Lost", 1, 0, 0],
    ]);
  });

  it("splits a month by category, with its won amount, and by owner", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await createOpportunity({ amount: "100.00", close_date: "2027-01-20", stage_id: "negotiation", owner_id: rep.id });
    await createOpportunity({ amount: "200.00", close_date: "2027-01-20", stage_id: "proposal" });
    await createOpportunity({ amount: "400.00", close_date: "2027-01-20", stage_id: "prospecting" });
    await createOpportunity({ amount: "800.00", close_date: "2027-01-20", stage_id: "closed_won" });
    const { months } = await readForecast({ months: 1 });
    const [month] = months;
    expect(
      month?.by_category.map((category) => [category.forecast_category, category.count, category.value, category.weighted]),
    ).toEqual([
      ["PIPELINE", 1, "400.00", "40.00"],
      ["BEST_CASE", 1, "200.00", "120.00"],
      ["COMMIT", 1, "100.00", "80.00"],
      ["CLOSED", 1, "800.00", "800.00"],
      ["OMITTED", 0, "0.00", "0.00"],
    ]);
    expect(month?.by_owner.map((owner) => [owner.owner_id, owner.count, owner.weighted])).toEqual([
      [tenant.userId, 2, "160.00"],
      [rep.id, 1, "80.00"],
    ]);
    expect((await rep.client.getForecast({ months: 1 })).data.months[0]).toMatchObject({ expected_revenue: "80.00" });
  });

  it.each([
    [{ months: 0 }, "months"],
    [{ months: 25 }, "months"],
    [{ confidence_level: 1.5 }, "confidence_level"],
    [{ confidence_level: "much" }, "confidence_level"],
    [{ month: 3 }, "month"],
  ])("rejects %j", async (query, field) => {
    await expect(allowAnyInput(tenant.admin).getForecast(query)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("forecast submissions of owners", () => {
  it("are stored once for a month, updated in place, and shown beside the forecast", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const submission = { period: "2027-02", commit: "1000.00", best_case: "1500.00" };
    const { data: first } = await rep.client.submitForecast(submission);
    expect(first).toMatchObject({ owner_id: rep.id, version: 1, commit: "1000.00", override_commit: null });
    const { data: second } = await rep.client.submitForecast({ ...submission, commit: 1200, note: "Two more" });
    expect(second).toMatchObject({ id: first.id, version: 2, commit: "1200.00", note: "Two more" });
    const { months } = await readForecast({ months: 2 });
    expect(months[1]?.by_owner).toMatchObject([
      { owner_id: rep.id, count: 0, submitted: { commit: "1200.00", best_case: "1500.00" } },
    ]);
    expect(months[0]?.by_owner).toEqual([]);
    await app.settle();
    expect((await rep.client.listForecastSubmissions({ period: "2027-02" })).data).toMatchObject([
      { id: first.id, commit: "1200.00" },
    ]);
    expect((await rep.client.listForecastSubmissions({ period: "2027-03" })).data).toEqual([]);
  });

  it("are one record, even in concurrent requests", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const commits = Array.from({ length: 6 }, (_, index) => `${index}.00`);
    const speak = (commit: string) => rep.client.submitForecast({ period: "2027-02", commit, best_case: "10.00" });
    const answers = await Promise.all(commits.map(speak));
    expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
    expect(answers.map(({ data }) => data.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    await app.settle();
    expect((await tenant.admin.listForecastSubmissions({})).meta.total).toBe(1);
  });

  it("are adjusted with a note by a leader of the owner only, beside the values of the owner", async () => {
    const lead = await addUser(app, tenant, "MANAGER");
    const rep = await addUser(app, tenant, "SALES_REP", { manager_id: lead.id });
    const otherRep = await addUser(app, tenant, "SALES_REP");
    const stranger = await addUser(app, tenant, "MANAGER");
    const submission = { period: "2027-02", commit: "10.00", best_case: "20.00" };
    const { data: ownSubmission } = await rep.client.submitForecast(submission);
    const overrideInput = { ...submission, owner_id: rep.id, commit: "5.00", note: "Too much hope" };
    await expect(otherRep.client.submitForecast(overrideInput)).rejects.toMatchObject({ status: 403 });
    await expect(stranger.client.submitForecast(overrideInput)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "owner_id" }],
    });
    await expect(lead.client.submitForecast({ ...overrideInput, note: " " })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "note" }],
    });
    const { data } = await lead.client.submitForecast(overrideInput);
    expect(data).toMatchObject({
      id: ownSubmission.id,
      commit: "10.00",
      override_commit: "5.00",
      overridden_by: lead.id,
      override_note: "Too much hope",
    });
    // A later submission by the owner keeps the override.
    expect((await rep.client.submitForecast({ ...submission, commit: "11.00" })).data).toMatchObject({
      commit: "11.00",
      override_commit: "5.00",
    });
    await expect(otherRep.client.getForecastSubmission({ id: ownSubmission.id })).rejects.toMatchObject({ status: 404 });
    await expect((await signUp(app)).admin.getForecastSubmission({ id: ownSubmission.id })).rejects.toMatchObject({
      status: 404,
    });
  });

  it.each([
    [{ commit: "20.00", best_case: "10.00" }, "best_case"],
    [{ commit: "1.001", best_case: "10.00" }, "commit"],
    [{ commit: "1.00", best_case: "10.00", period: "2027-13" }, "period"],
    [{ commit: "1.00" }, "best_case"],
    [{ commit: "1.00", best_case: "2.00", owner_id: "usr_000000000000000001" }, "owner_id"],
  ])("is not %j", async (fields, field) => {
    const input = { period: "2027-02", ...fields };
    await expect(allowAnyInput(tenant.admin).submitForecast(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});
