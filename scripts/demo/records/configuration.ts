import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["persons"], create: configureTenant };

/** The view filters by the budget, so it shows it. */
const VIEW_COLUMNS = "display_name,company,lead_status_id,lead_score,budget,lead_source_id,owner_id";

/** The columns of leads for salespeople. */
const LEAD_COLUMNS = ["display_name", "company", "lead_status_id", "lead_score", "lead_source_id", "budget", "owner_id"];

/** What the rep is to sell in each of the months after this one. */
const laterTargets = ["90000.00", "80000.00"] as const;

/** Returns the month that is so many months after the one of a day. */
function addMonths(day: string, months: number): string {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months)).toISOString().slice(0, "YYYY-MM".length);
}

/** Configures the tenant: custom fields, lists, rules, templates, views and preferences. */
async function configureTenant({ admin, rep, slug, now }: DemoContext): Promise<void> {
  const { data: tenant } = await admin.getTenant();
  const today = instantToDay(tenant.settings.timezone, new Date(now).toISOString());
  const period = addMonths(today, 0);
  await rep.as.submitForecast({ period, commit: "8000.00", best_case: "12000.00", note: "The fleet decides this month" });
  await admin.createCustomField({ entity_type: "lead", field_name: "berth", field_label: "Berth", field_type: "text" });
  await admin.createSearchPath({ entity: "lead", path: "auto_data.vehicles[].vin" });
  await admin.createSegment({
    name: "In touch",
    membership: "DYNAMIC",
    filter: { "interactions.90d": { gte: 1 } },
  });
  await admin.createContactList({
    name: "Decision makers",
    membership: "DYNAMIC",
    filter: { is_decision_maker: true },
  });
  await admin.createPricingRule({ name: "Ten and more", effect: "PERCENT", percent: "5", min_quantity: "10" });
  await admin.createQuoteTemplate({
    ...{ name: "Cover for a year", payment_terms: "30 days net" },
    line_items: [{ description: "Cover for a year", unit_price: "1200.00", tax_percent: "19" }],
  });
  const proposalTemplate = {
    name: "Cover for a fleet",
    sections: [{ heading: "About us", text: "We have insured boats since 1912." }],
  };
  await admin.createProposalTemplate(proposalTemplate);
  await admin.createApiKey({ name: "Website", role: "USER" });
  const definition = StandardScore.defaults[0];
  const { data: draft } = await admin.createRuleVersion({ kind: "score_standard", definition, note: `As ${slug} counts` });
  await admin.publishRuleVersion({ kind: "score_standard", id: draft.id });
  const query = { where: { budget: { gte: "1000" } }, sort: "-created_at", fields: VIEW_COLUMNS };
  const { data: view } = await rep.as.createView({ kind: "lead", name: "Worth a call", sharing: "EVERYONE", query });
  await rep.as.setDefaultView({ id: view.id });
  const { data: report } = await rep.as.createReport({
    ...{ name: "Leads by source", kind: "lead", visibility: "EVERYONE", group_by: [{ field: "lead_source_id" }] },
    measures: [{ as: "leads", do: "count" }],
    sort: [{ by: "leads", order: "desc" }],
  });
  await rep.as.runReport({ id: report.id });
  const times = { frequency: "MONTHLY", month_day: 1, time: "07:30" } as const;
  await rep.as.createReportSchedule({ id: report.id, ...times, recipients: [rep.id], format: "xlsx" });
  const target = { figure: "bookings", user_id: rep.id, currency: "EUR" } as const;
  await admin.createTarget({ ...target, period, value: "120000.00" });
  for (const [index, value] of laterTargets.entries())
    await admin.createTarget({ ...target, period: addMonths(today, index + 1), value });
  await admin.createTarget({ figure: "opportunities_won", period, value: "12" });
  const { data: kpi } = await rep.as.createKpi({ name: "Bookings of the month", figure: "bookings", sharing: "EVERYONE" });
  await rep.as.createDashboard({
    ...{ name: "This month", span: "this_month", sharing: "EVERYONE" },
    tiles: [
      { type: "kpi", kpi: kpi.id, x: 0, y: 0, width: 3, height: 2 },
      { type: "report", report: report.id, x: 3, y: 0, width: 5, height: 2 },
      { type: "list", view: view.id, x: 8, y: 0, width: 4, height: 2 },
      { type: "funnel", x: 0, y: 2, width: 6, height: 3 },
      { type: "chart", figure: "bookings", by: "week", x: 6, y: 2, width: 6, height: 3 },
    ],
  });
  await admin.replaceRoleDefaultView({ id: view.id, roles: ["MANAGER"] });
  await rep.as.addMyFavorite({ record_id: view.id });
  await rep.as.updateMyPreferences({ density: "compact" });
  await admin.replaceLayout({ kind: "lead", role: "SALES_REP", columns: LEAD_COLUMNS });
  await rep.as.replaceNotificationPreferences({ types: { lead_assigned: { in_app: true, email: false } } });
  await admin.replaceUserAvailability({
    id: rep.id,
    capacity: 60,
    timezone: "Europe/Berlin",
    working_hours: [{ weekday: "MON", from: "09:00", to: "17:00" }],
    absences: [],
  });
}
