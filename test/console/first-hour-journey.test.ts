import type { Client } from "@crm/sdk/index.ts";
import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { goBackAndStay, reload, signInAgain } from "./interruptions.ts";
import { type Journey, startJourney } from "./journey.ts";
import { closeLocalMail, endJourney, itJourney } from "./journey-test.ts";

const LEAD = { first_name: "Ida", last_name: "Berg", company: "Kelp Werft", email: "ida@kelp.example" };
const NEEDS = ["48000", "Ida Berg", "Twelve moorings", "Spring 2027"];
const LINES = [
  ["Small mooring", "4", "1200,50"],
  ["Winter storage", "2", "389.90"],
  ["Power", "1000", "0,29"],
] as const;
const TOTAL = "5871.80";

/** The first hour of a user who has only the address: from an empty server to a sent quote. By pointer, and by keys alone. */
describe.skipIf(!hasBrowser())("the first hour in the console", () => {
  const started = startConsoleApp(900);

  const waitForField = (journey: Journey): Promise<void> =>
    journey.wait("document.activeElement.matches('[role=dialog] form input')");
  const fill = async (journey: Journey, values: readonly string[]): Promise<void> => {
    for (const [index, value] of values.entries()) {
      if (index > 0) await journey.press("Tab");
      await journey.type(value);
    }
  };

  /** Types the lines of a quote, from the search of the first one, and saves with the keys. */
  const typeLines = async (journey: Journey): Promise<void> => {
    for (const [index, [name, quantity, price]] of LINES.entries()) {
      if (index > 0) await journey.press("Enter");
      await journey.wait("document.activeElement.matches('[role=dialog] input')");
      await journey.type(name);
      await journey.wait(
        `[...document.querySelectorAll("[role=option]")].map(({ innerText }) => innerText.split("\\n")[0]).join() === ${JSON.stringify(name)}`,
      );
      await journey.press("Enter");
      await journey.wait("document.activeElement.closest('[data-cell=quantity]') !== null");
      await journey.type(quantity);
      await journey.press("Tab");
      await journey.type(price);
    }
    await journey.press("Enter", "Control");
    await journey.see("Signature and link");
  };

  const expectSold = async (crm: Client): Promise<void> => {
    // The limit of requests counts those of the page too, and the clock of the test stands still.
    started.app.setClock({ advance: 60_000 });
    const [lead] = await crm.leads.list().toArray(2);
    expect(lead).toMatchObject({ email: LEAD.email, is_converted: true });
    const [opportunity] = await crm.opportunities.list().toArray(2);
    expect(opportunity).toMatchObject({ amount: "48000.00", currency: "EUR" });
    const quotes = await crm.quotes.list().toArray(2);
    expect(quotes).toMatchObject([{ status: "SENT", total_amount: TOTAL }]);
  };

  const signUpWith = (name: string) => ({
    company: `${name} Energie GmbH`,
    name: "Mira Holm",
    email: `mira@${name}.example`,
    password: "drei boote im hafen",
  });

  itJourney("goes from an empty server to a sent quote", async () => {
    const { app, connect, pages, url } = started;
    const { browser } = pages;
    const founder = signUpWith("fjordlicht");
    await browser.clearCookies();
    await pages.open("/");
    const journey = startJourney(pages, "From an empty server to a sent quote");
    journey.step("make a company in Germany, whose currency and zone follow");
    await journey.see("Create your company");
    await journey.type(founder.company);
    for (const [label, value] of [
      ["Your name", founder.name],
      ["Email address", founder.email],
      ["Password", founder.password],
    ] as const) {
      await journey.click(label);
      await journey.type(value);
    }
    await journey.wait(hasInput("United States"));
    await journey.click("Country");
    await journey.type("germ");
    await journey.click("Germany");
    await journey.wait(hasInput("EUR · Euro"));
    await journey.click("Create the company");
    await journey.see("First steps");
    journey.step("a new lead");
    await journey.click("Leads");
    await journey.click("New lead");
    await waitForField(journey);
    await fill(journey, Object.values(LEAD));
    await journey.click("Create and open");
    journey.step("convert it");
    await journey.click("Convert");
    await journey.see("Still missing");
    await journey.click("Qualified");
    for (const [index, label] of ["Budget", "Authority", "Need", "Timeline"].entries()) {
      await journey.click(label);
      await journey.type(NEEDS[index] ?? "");
    }
    await journey.click("Convert");
    await journey.see("Ida Berg was converted");
    await app.settle();
    journey.step("a quote of its opportunity, with three lines");
    await journey.clickAt("main a[href*='/crm/opportunities/view/']");
    await journey.see("Mark as won");
    await journey.click("Quotes");
    await journey.click("New quote");
    await journey.see("Customer and dates");
    await journey.wait("document.querySelector('main form').innerText.includes('Kelp Werft')");
    await journey.click("Add a line");
    await typeLines(journey);
    journey.step("submit and send it");
    await journey.click("Submit");
    await journey.see("No approval is needed");
    await journey.click("Submit");
    await journey.see("was approved");
    await journey.click("Send");
    await journey.wait("document.querySelector('[role=dialog] button[type=submit]') !== null");
    await journey.click("Send");
    await closeLocalMail(journey);
    endJourney(journey, pages, { clicks: 60 });
    await app.settle();
    const crm = connect(founder);
    await expectSold(crm);
    expect(await crm.tenant.get()).toMatchObject({
      name: founder.company,
      settings: { currency: "EUR", timezone: "Europe/Berlin", default_country: "DE" },
    });

    const other = signUpWith("nordsee");
    await browser.clearCookies();
    await browser.open(`${url}/crm/signup`);
    const keys = startJourney(pages, "From the sign-up to a sent quote by keyboard");
    keys.step("make a company");
    await keys.see("Create your company");
    await keys.wait("document.activeElement.matches('input')");
    await fill(keys, [other.company, other.name, other.email, other.password]);
    await keys.wait(hasInput("United States"));
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.type("germ");
    await keys.wait("document.querySelectorAll('[role=option]').length === 1");
    await keys.press("Enter");
    await keys.wait(hasInput("EUR · Euro"));
    await keys.press("Enter");
    await keys.see("First steps");
    keys.step("`g` and `l` go to the leads, `c` creates one");
    await keys.press("g");
    await keys.press("l");
    await keys.see("There are no leads yet");
    await keys.see("Import a file");
    await keys.press("c");
    await waitForField(keys);
    await fill(keys, Object.values(LEAD));
    await keys.press("Enter", "Control");
    await keys.wait("document.querySelector('h1')?.innerText === 'Ida Berg'");
    keys.step("palette: convert");
    await runCommand(keys, "convert", "Convert");
    await keys.see("Still missing");
    await waitForField(keys);
    await keys.press(" ");
    for (const value of NEEDS) {
      await keys.press("Tab");
      await keys.type(value);
    }
    await keys.press("Enter", "Control");
    await keys.see("Ida Berg was converted");
    await app.settle();
    keys.step("`g` and `o` go to the opportunities, `j` and Enter open the first");
    await keys.press("g");
    await keys.press("o");
    await keys.wait("document.querySelector('[role=grid] [role=rowheader]')?.innerText.startsWith('Kelp Werft')");
    await keys.press("j");
    await keys.press("Enter");
    await keys.see("Mark as won");
    keys.step("palette: new quote of this opportunity; Enter adds a line");
    await runCommand(keys, "new quote", "New quote");
    await keys.see("Customer and dates");
    await keys.wait("document.querySelector('main form').innerText.includes('Kelp Werft')");
    await keys.wait("document.activeElement.innerText === 'Add a line'");
    await keys.press("Enter");
    await typeLines(keys);
    keys.step("palette: submit, send");
    await runCommand(keys, "submit", "Submit");
    await keys.wait("document.activeElement.matches('[role=dialog] button[type=submit]')");
    await keys.press("Enter");
    await keys.see("was approved");
    await runCommand(keys, "send", "Send");
    await waitForField(keys);
    await keys.press("Enter", "Control");
    await closeLocalMail(keys);
    endJourney(keys, pages, { clicks: 0 });
    await app.settle();
    await expectSold(connect(other));
  });

  itJourney("keeps a quote on a phone over Back, a reload, a second tab and the end of the session", async () => {
    const { app, connect, openBrowser, pages } = started;
    const tenant = await signUp(app, { currency: "EUR" });
    const crm = connect(tenant);
    const customer = await crm.customers.create({ name: "Lagoon Charter", customer_type: "business" });
    await app.settle();
    const address = `/crm/quotes/create?customer_id=${customer.id}`;
    await pages.setScreen({ width: 390 });
    await pages.signIn(tenant, "/crm/quotes");
    await pages.goTo(address);
    const journey = startJourney(pages, "Write a quote on a phone, with interruptions");
    journey.step("type a name");
    await journey.click("Name");
    await journey.type("Spring offer");
    journey.step("Back asks, and the quote stays");
    await goBackAndStay(journey, pages);
    journey.step("a reload, and a second tab with a quote of its own");
    await reload(pages);
    await journey.see("We kept what you had typed");
    await journey.wait(hasInput("Spring offer"));
    const other = await openBrowser();
    await other.signIn(tenant, "/crm/quotes");
    await other.goTo(address);
    const second = startJourney(other, "The second tab");
    await second.click("Name");
    await second.type("Autumn offer");
    await second.press("Enter", "Control");
    await second.see("Signature and link");
    expect(other.takeErrors()).toEqual([]);
    journey.step("the session ends before it is saved; sign in again");
    await crm.request("DELETE", "/api/v1/auth/sessions");
    await journey.click("Save");
    await signInAgain(journey, tenant.password);
    await journey.see("Signature and link");
    endJourney(journey, pages, { clicks: 8 });
    await app.settle();
    const quotes = await crm.quotes.list().toArray(5);
    expect(quotes.map(({ name }) => name).sort()).toEqual(["Autumn offer", "Spring offer"]);
  });

  itJourney("sets up an empty server on a desk, with interruptions", async () => {
    const { app, connect, openBrowser, pages } = started;
    const admin = signUpWith("fleetwerk");
    const { browser } = pages;
    await browser.open("about:blank");
    await browser.clearCookies();
    await pages.setScreen({ width: 1440 });
    await pages.open("/crm/signup");
    const journey = startJourney(pages, "Set up an empty server, with interruptions");
    journey.step("make a company; a reload keeps all but the password");
    await journey.see("Create your company");
    const fields = [
      ["Company name", admin.company],
      ["Your name", admin.name],
      ["Email address", admin.email],
    ] as const;
    for (const [label, value] of fields) {
      await journey.click(label);
      await journey.type(value);
    }
    await reload(pages);
    for (const [, value] of fields) await journey.wait(hasInput(value));
    await journey.click("Password");
    await journey.type(admin.password);
    await journey.click("Create the company");
    await journey.see("First steps");
    journey.step("rename a stage, set its probability; Back asks");
    await journey.click("Settings");
    await journey.click("Lists of choices");
    await journey.clickAt("main a[href$='/masters/opportunity_stages']");
    await journey.click("Actions for Qualification");
    await journey.click("Edit");
    await waitForField(journey);
    await browser.evaluate("document.activeElement.select()");
    await journey.type("First visit");
    await goBackAndStay(journey, pages);
    await journey.click("Probability in percent");
    await browser.evaluate("document.activeElement.select()");
    await journey.type("35");
    journey.step("a second tab changes the same stage; the page shows its name, and keeps the own one");
    const crm = connect(admin);
    const other = await openBrowser();
    await other.signIn(admin, "/crm/settings/masters/opportunity_stages");
    const second = startJourney(other, "The second tab");
    await second.click("Actions for Qualification");
    await second.click("Edit");
    await waitForField(second);
    await other.browser.evaluate("document.activeElement.select()");
    await second.type("Second call");
    await second.click("Description");
    await second.type("The customer wants to see us");
    await second.press("Enter", "Control");
    await second.wait("document.querySelector('[role=dialog]') === null");
    expect(other.takeErrors()).toEqual([]);
    await journey.press("Enter", "Control");
    await journey.see("Someone changed this to “Second call”. Save again to keep yours.");
    await journey.press("Enter", "Control");
    await journey.wait("document.querySelector('[role=dialog]') === null");
    await journey.see("First visit");
    journey.step("a field of their own; the session ends before it is saved");
    await journey.click("Settings");
    await journey.click("Custom fields");
    await journey.click("New field");
    await waitForField(journey);
    await journey.click("Label");
    await journey.type("Fleet size");
    await journey.click("Text");
    await journey.click("Number");
    await crm.request("DELETE", "/api/v1/auth/sessions");
    await journey.click("Create");
    await signInAgain(journey, admin.password);
    await journey.wait("document.querySelector('[role=dialog]') === null");
    await journey.see("Fleet size");
    endJourney(journey, pages, { clicks: 25 });

    await app.settle();
    const own = connect(admin);
    const stages = await own.request<readonly object[]>("GET", "/api/v1/masters/opportunity-stages");
    expect(stages).toContainEqual(
      expect.objectContaining({
        ...{ code: "qualification", name: "First visit", probability: 35 },
        description: "The customer wants to see us",
      }),
    );
    const [field] = await own.customFields.list().toArray(5);
    expect(field).toMatchObject({ field_label: "Fleet size", field_name: "fleet_size", field_type: "number" });
  });
});

const hasInput = (text: string): string =>
  `[...document.querySelectorAll("input")].some(({ value }) => value === ${JSON.stringify(text)})`;

/** Runs a command of the palette. */
async function runCommand(journey: Journey, typed: string, label: string): Promise<void> {
  await journey.press("k", "Control");
  await journey.wait("document.activeElement.matches('[role=dialog] input')");
  await journey.type(typed);
  await journey.wait(`document.querySelector("[role=option][data-focused]")?.innerText.startsWith(${JSON.stringify(label)})`);
  await journey.press("Enter");
}
