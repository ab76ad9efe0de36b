import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** The last day of the month of a day. */
const findMonthEnd = (day: string): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).toISOString().slice(0, 10);

describe.skipIf(!hasBrowser())("a forecast meeting", () => {
  const started = startConsoleApp();

  itJourney("looks at the gap, moves a deal from best case to commit, and submits with four clicks", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app, { currency: "EUR", timezone: "UTC" });
    const crm = connect(tenant);
    const customer = await crm.customers.create({ name: "Lagoon Charter" });
    const close_date = findMonthEnd(new Date().toISOString().slice(0, 10));
    const create = (name: string, amount: string, stage_id: string) =>
      crm.opportunities.create({ name, amount, currency: "EUR", close_date, stage_id, customer_id: customer.id });
    const fleet = await create("Fleet cover", "30000", "proposal");
    const crane = await create("Harbour crane", "20000", "negotiation");
    await crm.targets.create({ figure: "bookings", period: close_date.slice(0, 7), value: "80000" });
    await app.settle();
    await crm.opportunities(crane.id).win({});
    await app.settle();

    await pages.signIn(tenant, "/crm/opportunities/forecast");
    await pages.see("Gap to target");
    // 80,000.00 less 20,000.00 that are won.
    await pages.see("60,000 EUR");
    await pages.see(": 25% won, 25% with commit, 62% with best case");
    const meeting = startJourney(pages, "Hold a forecast meeting");
    meeting.step("move a deal from best case to commit");
    await meeting.click("Category of Fleet cover: Best case");
    await meeting.click("Commit");
    await meeting.see("Fleet cover was moved to Negotiation");
    expect(await crm.opportunities.get(fleet.id)).toMatchObject({ forecast_category: "COMMIT", is_closed: false });
    await app.settle();
    await meeting.see(": 25% won, 62% with commit, 62% with best case");
    meeting.step("submit what the deals add up to");
    await meeting.click("Submit my forecast");
    await meeting.see("The deals add up to");
    await meeting.click("Submit");
    await meeting.see("Your forecast was submitted");
    endJourney(meeting, pages, { clicks: 4, fields: 0, seconds: 10 });
    const [submission] = await crm.opportunities.forecast.submissions.list({}).toArray(5);
    expect(submission).toMatchObject({ commit: "50000.00", best_case: "50000.00", owner_id: tenant.userId });
  });
});
