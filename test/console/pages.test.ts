import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { createClient } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, describeViolation, findViolations, hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { signUp, startTestApp, type Tenant } from "../support/app.ts";
import { findExcess, readPageCost } from "./page-cost.ts";

/** The pages of the console against a running server, in a real browser: sign in, find, read, create, change, delete and take back. */
describe.skipIf(!hasBrowser())("the console", () => {
  let app: App;
  let tenant: Tenant;
  let server: Awaited<ReturnType<typeof startServer>>;
  let browser: Browser;
  let errors: readonly string[];
  let lead: string;
  let order: string;

  beforeAll(async () => {
    app = await startTestApp();
    server = await startServer(app, 0);
    tenant = await signUp(app);
    const crm = createClient({ baseUrl: server.url, auth: { email: tenant.email, password: tenant.password } });
    lead = (
      await crm.leads.create({
        first_name: "Ida",
        last_name: "Berg",
        company: "Kelp & Co <b>bold</b>",
        email: "ida@kelp.example",
      })
    ).id;
    await crm.leads.create({ first_name: "Nils", last_name: "Haugen", company: "Nordic Wind" });
    const reef = await crm.customers.create({ name: "Reef Logistics", customer_type: "business", phone: "+49 40 77771234" });
    const line_items = [{ name: "Rope", quantity: "2", unit_price: "600.00" }];
    order = (await crm.orders.create({ customer_id: reef.id, currency: "EUR", line_items })).id;
    // Overdue at every date at which the tests run.
    const task = { activity_type_id: "task", due_date: "2020-01-06", related_to_type: "lead", related_to_id: lead } as const;
    await crm.activities.create({ subject: "Send the terms", ...task });
    await app.settle();
    browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    errors = await browser.recordErrors();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await app.stop();
  });

  const text = (): Promise<string> => browser.evaluate<string>("document.body.innerText");
  const has = (words: string): Promise<void> => browser.waitFor(`document.body.innerText.includes(${JSON.stringify(words)})`);
  /** Runs the jobs that the page starts, until it shows the words. */
  const settleUntil = async (words: string): Promise<void> => {
    while (!(await text()).includes(words)) await app.settle();
  };
  const press = (name: string): Promise<void> =>
    browser.evaluate(
      `[...document.querySelectorAll("button")].find((button) => button.innerText.trim() === ${JSON.stringify(name)}).click()`,
    );
  const expectSound = async (): Promise<void> => {
    expect((await findViolations(browser)).map(describeViolation)).toEqual([]);
    expect(await browser.evaluate<boolean>("document.documentElement.scrollWidth > window.innerWidth")).toBe(false);
    expect(await text()).not.toMatch(/undefined|\[object|\b(?:led|usr|mst|per)_[a-z0-9]{10}|[A-Z]{3,}_[A-Z]{3,}/);
    // A browser logs each answer of 400 and more, also those that the pages expect: who is signed in, and an input that is refused.
    expect(errors.filter((error) => !/status of 4\d\d/.test(error))).toEqual([]);
  };

  it("asks for the password, and says that it is wrong", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await browser.waitFor("document.querySelector('input[type=password]') !== null");
    await expectSound();
    await browser.type("input[type=email]", tenant.email);
    await browser.type("input[type=password]", "wrong-Password-1");
    await browser.pressKey("Enter");
    await has("Email or password is wrong");
    await browser.type("input[type=password]", tenant.password);
    await browser.pressKey("Enter");
    // The address that was asked for.
    await browser.waitFor("document.querySelector('[role=grid] a') !== null");
    expect(await browser.evaluate("location.pathname")).toBe("/crm/leads");
  });

  it("keeps no token where a script can read it", async () => {
    expect(await browser.evaluate("JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])")).not.toMatch(
      /eyJ|crm_session/,
    );
  });

  it("lists records with names in place of ids, and finds one by a word", async () => {
    await has("Kelp & Co <b>bold</b>");
    await has("Nordic Wind");
    await expectSound();
    await browser.type("input[type=search]", "kelp");
    await browser.waitFor("!document.body.innerText.includes('Nordic Wind') && location.search.includes('search=kelp')");
    await browser.open(`${server.url}/crm/leads?lead_status_id=qualified`);
    await has("Nothing matches these filters");
    await press("Clear the filters");
    await has("Nordic Wind");
  });

  it("shows a record, and takes a note", async () => {
    await browser.open(`${server.url}/crm/leads/view/${lead}`);
    await has("Ida Berg");
    await has("Qualification");
    await browser.type("textarea", "Prefers mornings");
    await press("Add note");
    await has("Today");
    await expectSound();
  });

  it.each([
    ["a list", () => "/crm/leads", "Nordic Wind"],
    ["a record", () => `/crm/leads/view/${lead}`, "Prefers mornings"],
    ["a record with lines", () => `/crm/orders/view/${order}`, "Unit price (EUR)"],
    ["the start page", () => "/crm/", "Good "],
    ["a calendar", () => "/crm/activities/calendar", "Week"],
    ["a form", () => `/crm/leads/edit/${lead}`, "Last name"],
    ["a dashboard", () => "/crm/analytics", "Value of the pipeline"],
    ["figures", () => "/crm/analytics/sales", "How much was won?"],
    ["targets", () => "/crm/analytics/targets", "Organization"],
    ["KPIs", () => "/crm/analytics/kpis", "No KPIs yet"],
  ])("loads %s within the bounds of a page", async (_, path, words) => {
    await browser.open(`${server.url}${path()}`);
    await has(words);
    // What is below the window is read when the user scrolls there.
    await browser.waitFor(
      "[...document.querySelectorAll('[aria-busy=true]')].every((one) => one.getBoundingClientRect().top >= innerHeight)",
    );
    expect(findExcess(await readPageCost(browser))).toEqual([]);
  });

  it("confirms an order, sends a line of it, records a payment, and claims the rest", async () => {
    await browser.open(`${server.url}/crm/orders/view/${order}`);
    await has("1,200.00");
    await expectSound();
    await press("Confirm order");
    await browser.waitFor("document.querySelector('[role=dialog] button[type=submit]') !== null");
    await browser.evaluate("document.querySelector('[role=dialog] button[type=submit]').click()");
    await has("Record payment");
    await press("Ship items");
    await press("Add items");
    await browser.evaluate("document.querySelector('[role=dialog] fieldset [aria-haspopup=listbox]').click()");
    await browser.waitFor("document.querySelector('[role=option]')?.innerText === 'Rope'");
    await browser.evaluate("document.querySelector('[role=option]').click()");
    await browser.type("[role=dialog] fieldset input[inputmode]", "3");
    await browser.pressKey("Tab");
    await browser.evaluate("document.querySelector('[role=dialog] button[type=submit]').click()");
    await has("Must be at most 2, which is not sent yet");
    await expectSound();
    await browser.type("[role=dialog] fieldset input[inputmode]", "1");
    await browser.pressKey("Tab");
    await browser.evaluate("document.querySelector('[role=dialog] button[type=submit]').click()");
    await browser.waitFor("document.querySelector('[role=dialog]') === null");
    await press("Record payment");
    await browser.waitFor("document.activeElement.matches('[role=dialog] form input')");
    // The balance is suggested.
    expect(await browser.evaluate("document.activeElement.value")).toBe("1,200.00");
    await browser.evaluate("document.activeElement.select()");
    await browser.insertText("200");
    await browser.pressKey("Enter");
    await has("1,000.00 EUR");
    const { data } = await tenant.admin.getOrder({ id: order });
    expect(data).toMatchObject({ status: "IN_FULFILLMENT", paid: "200.00", balance: "1000.00" });
    const { data: invoice } = await tenant.admin.createOrderInvoice({ id: order });
    await tenant.admin.issueInvoice({ id: invoice.id });
    await app.settle();
    await browser.open(`${server.url}/crm/invoices/ageing`);
    await has("Open amounts in EUR");
    await has("Reef Logistics");
    await expectSound();
  });

  it("asks before input is lost, and has it again after a reload", async () => {
    await browser.open(`${server.url}/crm/leads/view/${lead}`);
    await has("Prefers mornings");
    await browser.type("textarea", "Calls back on Monday");
    await browser.evaluate("document.querySelector('h1').closest('header').querySelector('a').click()");
    await has("Leave without saving?");
    await expectSound();
    await press("Keep editing");
    await browser.open(`${server.url}/crm/leads/view/${lead}`);
    await has("We kept what you had typed");
    await press("Add note");
    await has("Calls back on Monday");
    expect(await browser.evaluate("JSON.stringify({ ...sessionStorage })")).not.toContain("Calls back");
  });

  it("asks about a field that another user changed at the same time", async () => {
    await browser.open(`${server.url}/crm/leads/view/${lead}`);
    await browser.waitFor('document.querySelector(\'[aria-label="Change Job title"], [aria-label="Change Company"]\') !== null');
    await browser.evaluate("document.querySelector('[aria-label=\"Change Company\"]').click()");
    await browser.waitFor("document.activeElement.matches('input')");
    await tenant.admin.updateLead({ id: lead, company: "Reef" });
    await browser.evaluate("document.activeElement.select()");
    await browser.insertText("Kelp Ltd");
    await browser.pressKey("Enter");
    await has("Theirs: Reef");
    await expectSound();
    await press("Keep mine");
    await browser.waitFor("!document.body.innerText.includes('Theirs: Reef')");
    expect((await tenant.admin.getLead({ id: lead })).data.company).toBe("Kelp Ltd");
    await tenant.admin.updateLead({ id: lead, company: "Kelp & Co <b>bold</b>" });
  });

  it("creates a record that a field does not find, in place", async () => {
    await browser.open(`${server.url}/crm/opportunities`);
    await has("New opportunity");
    await press("New opportunity");
    await browser.waitFor("document.activeElement.matches('[role=dialog] form input')");
    await browser.insertText("Turbines");
    await browser.pressKey("Tab");
    await browser.pressKey("Enter");
    await browser.waitFor("document.activeElement.matches('input[type=search]')");
    await browser.insertText("Acme Tools");
    await has("Create “Acme Tools”");
    await browser.pressKey("Enter");
    await has("New customer");
    await browser.waitFor("document.activeElement.value === 'Acme Tools'");
    await browser.pressKey("Enter");
    await browser.waitFor("!document.body.innerText.includes('New customer')");
    await browser.waitFor("document.querySelector('[role=dialog]').innerText.includes('Acme Tools')");
    await press("Create and open");
    await browser.waitFor("location.pathname.startsWith('/crm/opportunities/view/')");
    await has("Acme Tools");
    await tenant.admin.deleteOpportunity({ id: await browser.evaluate<string>("location.pathname.split('/').at(-1)") });
    await app.settle();
  });

  it("creates a record with few fields, and shows what is wrong beside the field", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await has("New lead");
    await press("New lead");
    await browser.waitFor("document.querySelector('[role=dialog] form input[type=email]') !== null");
    await browser.type("[role=dialog] input[type=email]", "no address");
    await press("Create");
    await has("Must be a valid email address");
    await browser.type("[role=dialog] input[type=email]", "wei@reef.example");
    await press("Create");
    await has("was created");
    await has("wei@reef.example");
  });

  it("changes many records after a preview, says which are refused, and takes the change back", async () => {
    const crm = createClient({ baseUrl: server.url, auth: { email: tenant.email, password: tenant.password } });
    const tags = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const full = await crm.leads.create({ first_name: "Petra", last_name: "Full", company: "Shoal", tags });
    const other = await crm.leads.create({ first_name: "Omar", last_name: "Free", company: "Shoal" });
    await app.settle();
    await browser.open(`${server.url}/crm/leads?search=shoal`);
    await browser.waitFor("document.querySelector('[role=grid] [role=rowheader] a') !== null");
    await browser.evaluate("document.querySelector('[role=grid] [role=rowheader]').focus()");
    await browser.pressKey("x");
    await has("1 selected");
    await press("Select all 2 that match");
    await has("2 selected");
    await press("Add tag");
    await has("Add these tags");
    await browser.waitFor("document.activeElement.matches('[role=dialog] input')");
    await browser.insertText("vip");
    await browser.pressKey("Enter");
    await press("Preview");
    await settleUntil("1 will change, 1 will be refused");
    await has("Tags: Must have at most 50 items");
    await expectSound();
    await press("Add tag to 2 leads");
    await settleUntil("1 changed, 1 refused");
    expect((await crm.leads.get(other.id)).tags).toEqual(["vip"]);
    await press("Undo");
    await settleUntil("1 reverted");
    expect((await crm.leads.get(other.id)).tags).toEqual([]);
    expect((await crm.leads.get(full.id)).tags).toHaveLength(50);
    await press("Close");
  });

  it("shows a record beside the list, follows the rows, and gives the focus back", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await browser.waitFor("document.querySelector('[role=grid] [role=rowheader] a') !== null");
    await browser.evaluate("document.querySelector('[role=grid] [role=rowheader]').focus()");
    const readTitle = "document.querySelector('aside h2')?.innerText";
    await browser.pressKey(" ");
    await browser.waitFor(`${readTitle} === 'Omar Free'`);
    await browser.pressKey("j");
    await browser.waitFor(`${readTitle} === 'Petra Full'`);
    await expectSound();
    await browser.evaluate("document.querySelector('aside').focus()");
    await browser.pressKey("ArrowUp");
    await browser.waitFor(`${readTitle} === 'Omar Free' && location.search.includes('preview=')`);
    await browser.pressKey("Escape");
    await browser.waitFor("document.querySelector('aside') === null && document.activeElement.innerText === 'Omar Free'");
    expect(await browser.evaluate("location.search")).toBe("");
  });

  it("changes a record in its cell, and takes back what the server refuses", async () => {
    await browser.open(`${server.url}/crm/leads?fields=company,email&sort=created_at`);
    await has("Kelp & Co <b>bold</b>");
    const change = async (column: number, value: string): Promise<void> => {
      await browser.evaluate(`document.querySelector('[data-row="0"] > [data-column="${column}"]').focus()`);
      await browser.pressKey("e");
      await browser.waitFor("document.activeElement.matches('[role=grid] input[data-editing]')");
      await browser.insertText(value);
      await browser.pressKey("Enter");
    };
    await change(2, "Kelp & Sons");
    await change(3, "no address");
    await has("Email was not changed. Must be a valid email address");
    await has("ida@kelp.example");
    await has("Kelp & Sons");
    expect(await browser.evaluate<string>("document.activeElement.dataset.column")).toBe("3");
    await expectSound();
  });

  it("filters a list and shares it as a view within five clicks", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await has("Nordic Wind");
    await press("Filter");
    await browser.evaluate(
      "[...document.querySelectorAll('[role=menuitem]')].find(({ innerText }) => innerText === 'Owner').click()",
    );
    await browser.waitFor("[...document.querySelectorAll('[role=option]')].some(({ innerText }) => innerText === 'Me')");
    await browser.evaluate("[...document.querySelectorAll('[role=option]')].find(({ innerText }) => innerText === 'Me').click()");
    await browser.waitFor("location.search.includes('owner')");
    await browser.waitFor("document.querySelector('[role=dialog]') === null");
    await press("Save as a new view…");
    await browser.waitFor("document.querySelector('[role=dialog] form input') !== null");
    await browser.type("[role=dialog] form input", "Mine");
    await press("Save view");
    await browser.waitFor("document.querySelector('nav[aria-label^=Saved] [aria-current=page]')?.innerText === 'Mine'");
    expect(await browser.evaluate<string>("location.search")).toMatch(/^\?view=viw_\w+$/);
    await has("Owner");
    await expectSound();
  });

  it("moves a card of a board by keyboard, and takes it back", async () => {
    const cardsIn = (column: string) =>
      `document.querySelector('section[aria-label="${column}"] [role=grid]')?.innerText.includes("Nordic Wind") === true`;
    await browser.open(`${server.url}/crm/leads?mode=board&search=nordic`);
    await browser.waitFor(cardsIn("New"));
    await expectSound();
    await browser.evaluate("document.querySelector('section[aria-label=New] [role=row]').focus()");
    await browser.pressKey("m");
    await browser.waitFor("document.querySelector('[role=menuitem]') === document.activeElement");
    await browser.pressKey("Enter");
    await browser.waitFor(cardsIn("Contacted"));
    await has("was moved to Contacted");
    await press("Undo");
    await browser.waitFor(cardsIn("New"));
  });

  it("shows a calendar, and opens the form of a new entry from the keyboard", async () => {
    await browser.open(`${server.url}/crm/activities/calendar`);
    await browser.waitFor("document.querySelector('[data-now]') !== null");
    await expectSound();
    await browser.evaluate(`document.querySelector('button[aria-label^="New activity, "]').focus()`);
    await browser.pressKey("Enter");
    await browser.waitFor("document.querySelector('[role=dialog] form')?.innerText.includes('Start time') === true");
    await browser.pressKey("Escape");
  });

  it("shows an administrator the first steps of the tenant, until they are closed", async () => {
    await browser.open(`${server.url}/crm/`);
    await has("0 of 6 done");
    await expectSound();
    await press("Confirm stages");
    await has("1 of 6 done");
    await browser.click("button[aria-label='Close the checklist']");
    await browser.waitFor("!document.body.innerText.includes('of 6 done')");
  });

  it("shows what is due today, and completes it", async () => {
    await browser.open(`${server.url}/crm/`);
    await has("Send the terms");
    await has(" are waiting.");
    expect(await text()).not.toContain("of 6 done");
    await expectSound();
    await browser.click("main li label");
    await has("Send the terms is done");
    await press("Undo");
    await browser.waitFor("document.querySelector('main li input:checked') === null");
  });

  it("finds a customer by the beginning of a phone number, with keys alone", async () => {
    await browser.open(`${server.url}/crm/notifications`);
    await has("No notifications yet");
    await expectSound();
    await browser.pressKey("k", "Control");
    await browser.waitFor("document.querySelector('[role=dialog] input') !== null");
    await browser.insertText("040 7777");
    await browser.waitFor("document.querySelector('[role=option]')?.innerText.includes('Reef Logistics')");
    await expectSound();
    await browser.pressKey("Enter");
    await browser.waitFor("location.pathname.startsWith('/crm/customers/view/')");
  });

  it("of a deleted record says that it is not there", async () => {
    await browser.open(`${server.url}/crm/leads/view/${lead.slice(0, -4)}zzzz`);
    await has("There is no such record, or you may not see it");
  });

  it("fits a phone", async () => {
    await browser.resize(360, 800);
    await browser.open(`${server.url}/crm/leads/view/${lead}`);
    await has("Ida Berg");
    await expectSound();
    await browser.open(`${server.url}/crm/leads`);
    await browser.waitFor("document.querySelector('[role=listitem] a') !== null");
    await expectSound();
    await browser.open(`${server.url}/crm/`);
    await has("Send the terms");
    await expectSound();
    await browser.resize(1280, 800);
  });

  it("signs out, and shows nothing of the session afterwards", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await has("Nordic Wind");
    await browser.evaluate(`fetch("/api/v1/auth/refresh", { method: "POST", headers: { "content-type": "application/json", "x-crm-csrf": "1" }, body: '{"session":"cookie"}' })
      .then((answer) => answer.json()).then(({ data }) => fetch("/api/v1/auth/logout", { method: "POST", headers: { "content-type": "application/json", "x-crm-csrf": "1", authorization: "Bearer " + data.access_token }, body: "{}" }))`);
    await browser.open(`${server.url}/crm/leads`);
    await browser.waitFor("document.querySelector('input[type=password]') !== null");
    expect(await text()).not.toContain("Nordic Wind");
  });
});
