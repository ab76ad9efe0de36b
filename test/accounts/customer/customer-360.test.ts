import {
  EngagementScore,
  HealthScore,
  scoreCustomerEngagement,
  scoreHealth,
  toRiskLevel,
} from "@crm/core/accounts/customer/health-score.rules.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** The customer 360 view and the scores for which the requirements give no formula. */

const TODAY = "2026-11-20";
const interactionsOn = (day: string, types: Record<string, number>) => ({ day, all: 1, types });

describe("engagement score from interactions", () => {
  const rule = EngagementScore.defaults[0];
  it.each([
    [{}, 0],
    [{ email_opened: 6 }, 43],
    [{ website_visit: 4 }, 29],
    [{ form_submission: 1 }, 29],
    [{ email_opened: 6, website_visit: 4 }, 71],
    [{ website_visit: 4, form_submission: 1 }, 57],
    [{ email_opened: 6, website_visit: 4, form_submission: 1 }, 100],
    [{ email_opened: 5, website_visit: 3 }, 0],
  ])("%j: %i", (types, expected) => {
    const { total, parts } = scoreCustomerEngagement(
      { days: [interactionsOn("2026-10-21", types as Record<string, number>)], today: TODAY },
      rule,
    );
    expect(total).toBe(expected);
    expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(total);
  });
});

const emptySignals = {
  days_since_interaction: null,
  silent_days: 91,
  engagement: 0,
  open_opportunities: 0,
  days_since_purchase: null,
  negative_interactions: 0,
  status: "ACTIVE",
};

describe("health score from a base and positive and negative signals", () => {
  const rule = HealthScore.defaults[0];
  it.each([
    [{}, 30, "HIGH"],
    [{ days_since_interaction: 0, silent_days: 0 }, 70, "LOW"],
    [{ days_since_interaction: 30, silent_days: 30 }, 70, "LOW"],
    [{ days_since_interaction: 31, silent_days: 31 }, 50, "MEDIUM"],
    [{ days_since_interaction: 90, silent_days: 90 }, 50, "MEDIUM"],
    [{ silent_days: 0 }, 50, "MEDIUM"],
    [{ engagement: 50 }, 45, "MEDIUM"],
    [{ open_opportunities: 2 }, 45, "MEDIUM"],
    [{ days_since_purchase: 180 }, 40, "MEDIUM"],
    [{ days_since_purchase: 181 }, 30, "HIGH"],
    [{ days_since_interaction: 1, silent_days: 1, engagement: 80, open_opportunities: 1 }, 100, "LOW"],
    [{ days_since_interaction: 1, silent_days: 1, negative_interactions: 2 }, 50, "MEDIUM"],
    [{ negative_interactions: 2, status: "CHURNED" }, 0, "HIGH"],
  ])("%j: %i, risk %s", (signals, expected, risk) => {
    const { total, parts } = scoreHealth({ ...emptySignals, ...signals }, rule);
    expect([total, toRiskLevel(total, rule)]).toEqual([expected, risk]);
    expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(total);
  });
});

it("gives no points for a purchase by a rule of an earlier release", () => {
  const { buying: _new, ...former } = HealthScore.defaults[0];
  const rule = HealthScore.schema.parse(former);
  expect(scoreHealth({ ...emptySignals, days_since_purchase: 1 }, rule).total).toBe(30);
});

describe("the page", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  const DAY = 86_400_000;
  const logMeeting = (personal_key_id: string, more: Record<string, unknown> = {}, daysAgo = 0) =>
    tenant.admin.createInteraction({
      personal_key_id,
      interaction_type_id: "meeting",
      interaction_date: new Date(Clock.ms() - daysAgo * DAY).toISOString(),
      ...more,
    });
  const converted = async (more: Record<string, unknown> = {}) => {
    const { data: lead } = await tenant.admin.createLead(newLead(more));
    const { data } = await tenant.admin.convertLead({ id: lead.id, override_reason: "known" });
    return { ...data, person: lead.personal_key_id };
  };
  const page = async (id: string) => (await tenant.admin.getCustomer360({ id })).data;

  it("of a new customer has every section, with empty lists where there is no data", async () => {
    const { customer, opportunity } = await converted({
      company: undefined,
      first_name: "Ida",
      last_name: "Lund",
      budget: "10.00",
    });
    expect(await page(customer.id)).toMatchObject({
      customer_profile: {
        customer_id: customer.id,
        customer_number: customer.customer_number,
        name: "Ida Lund",
        company: null,
        lifecycle_stage: "OPPORTUNITY",
        assigned_to: "Ada Admin",
        tags: [],
        segments: [],
      },
      recent_interactions: [],
      active_opportunities: [
        { opportunity_id: opportunity.id, name: "Ida Lund", stage: "Prospecting", value: "10.00", probability: 10 },
      ],
      open_tickets: [],
      lifetime_value_metrics: {
        total_revenue: "0.00",
        total_orders: 0,
        average_order_value: null,
        customer_since: null,
        last_order: null,
      },
      engagement_score: 0,
      health_score: 65,
      health: { score: 65, rule: { kind: "health_score", number: 0 } },
      engagement: { score: 0, rule: { kind: "engagement_score", number: 0 } },
    });
  });

  it("shows the newest 10 interactions of the last 90 days, newest first", async () => {
    const { customer, person } = await converted({ company: undefined });
    await logMeeting(person, { outcome: "too old" }, 91);
    for (let n = 12; n >= 1; n--)
      await logMeeting(person, { outcome: `${n} days ago`, sentiment: "POSITIVE", channel: "email" }, n);
    const { recent_interactions: interactions } = await page(customer.id);
    expect(interactions.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, (_, index) => `${index + 1} days ago`));
    expect(interactions[0]).toMatchObject({ type: "meeting", channel: "email", sentiment: "POSITIVE" });
  });

  it("drops an interaction on the day after the ninetieth", async () => {
    const { customer, person } = await converted({ company: undefined });
    await logMeeting(person, { interaction_date: `${new Date(Clock.ms() - 90 * DAY).toISOString().slice(0, 10)}T00:00:00.000Z` });
    expect((await page(customer.id)).recent_interactions).toHaveLength(1);
  });

  it("of a business lists interactions that name it and those of its contacts, each once", async () => {
    const { customer, person } = await converted({ company: "Gathered Ltd" });
    const { data: otherPerson } = await tenant.admin.createPerson({ first_name: "Else" });
    await logMeeting(person, { subject: "of the contact" });
    await logMeeting(person, { customer_id: customer.id, subject: "of both" });
    await logMeeting(otherPerson.id, { customer_id: customer.id, subject: "of the company" });
    await logMeeting(otherPerson.id, { subject: "of another person" });
    await app.settle();
    expect((await page(customer.id)).recent_interactions).toHaveLength(3);
  });

  it("counts a person's interactions for engagement and health", async () => {
    const { customer, person } = await converted({ company: undefined });
    for (let n = 0; n < 4; n++) await logMeeting(person, { interaction_type_id: "website_visit" });
    await logMeeting(person, { interaction_type_id: "form_submission" });
    await app.settle();
    const { engagement_score, health_score, health: healthReport, as_of } = await page(customer.id);
    expect([engagement_score, health_score]).toEqual([57, 100]);
    expect(healthReport.parts.reduce((sum, { points }) => sum + points, 0)).toBe(100);
    expect(Date.parse(as_of)).toBeGreaterThan(Clock.ms() - 60_000);
  });

  it("follows a rule changed by the tenant, and names its version", async () => {
    const { customer } = await converted({ company: undefined });
    const { definition } = (await tenant.admin.getRule({ kind: "health_score" })).data.in_force;
    const { data: version } = await tenant.admin.createRuleVersion({
      kind: "health_score",
      definition: { ...definition, base: 80 },
    });
    await tenant.admin.publishRuleVersion({ kind: "health_score", id: version.id });
    expect(await page(customer.id)).toMatchObject({ health_score: 95, health: { rule: { id: version.id } } });
  });

  it("shows only opportunities that the caller sees, and does not exist for another tenant", async () => {
    const { customer } = await converted({ company: undefined });
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.getCustomer360({ id: customer.id })).rejects.toMatchObject({ status: 404 });
    await tenant.admin.updateCustomer({ id: customer.id, owner_id: rep.id });
    expect((await rep.client.getCustomer360({ id: customer.id })).data.active_opportunities).toEqual([]);
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getCustomer360({ id: customer.id })).rejects.toMatchObject({ status: 404 });
  });
});
