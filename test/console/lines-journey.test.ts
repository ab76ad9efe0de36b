import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { closeLocalMail, endJourney, itJourney } from "./journey-test.ts";

/** A sale from the page of an opportunity: a quote with three lines by keyboard and pointer, sent to the customer. */
describe.skipIf(!hasBrowser())("a quote of an opportunity", () => {
  const started = startConsoleApp(900);

  itJourney("sends a quote with three lines", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app, { currency: "EUR" });
    const crm = connect(tenant);
    const customer = await crm.customers.create({ name: "Lagoon Charter" });
    const contact = await crm.contacts.create({
      first_name: "Mara",
      last_name: "Lind",
      email: "mara@lagoon.example",
      customer_id: customer.id,
    });
    const opportunity = await crm.opportunities.create({
      ...{ name: "Fleet", customer_id: customer.id, contact_id: contact.id, currency: "EUR" },
    });
    for (const [name, unit_price] of [
      ["Sailing boat", "12400"],
      ["Life jacket", "89.90"],
    ] as const)
      await crm.products.create({ name, unit_price, currency: "EUR" });
    await app.settle();
    await pages.signIn(tenant, `/crm/opportunities/view/${opportunity.id}?tab=quotes`);
    const journey = startJourney(pages, "From an opportunity to a sent quote");
    journey.step("a new quote in the tab of quotes opens the editor, with customer and currency");
    await journey.click("New quote");
    await journey.see("Customer and dates");
    await journey.see("Lagoon Charter");
    const find = async (text: string, option: string): Promise<void> => {
      await journey.wait("document.activeElement.matches('[role=dialog] input')");
      await journey.type(text);
      // The text itself is the last choice, once the search has answered.
      await journey.wait(
        `(() => { const names = [...document.querySelectorAll("[role=option]")].map((choice) => choice.innerText.split("\\n")[0]);
          return names[0] === ${JSON.stringify(option)} && names.at(-1) === ${JSON.stringify(text)}; })()`,
      );
      await journey.press("Enter");
      await journey.wait("document.activeElement.closest('[data-cell=quantity]') !== null");
    };
    journey.step("add a line: the search takes the product, then the quantity");
    await journey.click("Add a line");
    await find("sail", "Sailing boat");
    await journey.type("2");
    journey.step("Enter adds the next line");
    await journey.press("Enter");
    await find("jacket", "Life jacket");
    await journey.type("12");
    await journey.press("Tab");
    await journey.press("Tab");
    await journey.type("5");
    journey.step("a line without a product has a typed price");
    await journey.press("Enter");
    await find("Delivery", "Delivery");
    await journey.press("Tab");
    await journey.type("450");
    journey.step("Alt and an arrow moves it up");
    await journey.press("ArrowUp", "Alt");
    await journey.see("Total \u206826,274.86 EUR\u2069");
    journey.step("save");
    await journey.press("Enter", "Control");
    await journey.see("Signature and link");
    journey.step("submit and send");
    for (const action of ["Submit", "Send"]) {
      await journey.click(action);
      await journey.wait("document.querySelector('[role=dialog] button[type=submit]') !== null");
      await journey.click(action);
      if (action === "Submit") await journey.wait("document.querySelector('[role=dialog]') === null");
    }
    await closeLocalMail(journey);
    endJourney(journey, pages, { clicks: 6, fields: 7, seconds: 50 });
    const [quote] = await crm.quotes.list({ opportunity: opportunity.id }).toArray(1);
    expect(quote).toMatchObject({ status: "SENT", total_amount: "26274.86" });
  });
});
