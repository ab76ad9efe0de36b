import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { createSentInvoice } from "../../functions/pages/customer-pages.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { attachPicture, createProposal } from "../proposal/support.ts";
import { line } from "../quote/support.ts";
import { type CustomerBrowser, createSentRefitQuote, letterhead, openCustomerBrowser } from "./customer-browser.ts";
import { BROWSER_AGENT, createSentQuote } from "./support.ts";
import { testInWidths } from "./window-widths.ts";

/** The customer's page in a real browser, with mouse and keyboard, at phone and desktop width; axe checks each page. */
const DAY_MS = 24 * 60 * 60 * 1000;

describe.skipIf(!hasBrowser())("the page of a customer, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let customer: CustomerBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { letterhead });
    customer = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
  });
  afterEach(() => app.setClock({ reset: true }));
  afterAll(async () => {
    await customer.close();
    await app.stop();
  });

  const readQuoteStatus = async (id: string) => (await tenant.admin.getQuote({ id })).data.status;
  const press = (selector: string) => customer.browser.click(selector);
  const type = (selector: string, text: string) => customer.browser.type(selector, text);
  /** The number of forms. A page without a form accepts no answer. */
  const formsIn = () => customer.browser.evaluate<number>("document.forms.length");

  const look = testInWidths(() => customer.browser);

  look("shows a quote, which is viewed thereby", async () => {
    const { id, link } = await createSentRefitQuote(app, tenant.admin);
    await customer.openPage(link, "Refit of the Argo");
    expect(await customer.listFaults()).toEqual([]);
    await expect.poll(() => readQuoteStatus(id)).toBe("VIEWED");
  });

  look("accepts with a name, the consent and a choice, in one go", async () => {
    const { id, link } = await createSentRefitQuote(app, tenant.admin);
    await customer.openPage(link, "Refit of the Argo");
    await press("button[value=accept]");
    const missing = "[...document.forms[0].querySelectorAll('input:invalid')].map(({ name }) => name)";
    expect(await customer.browser.evaluate(missing)).toEqual(["name", "consent"]);
    await press("input[name=chosen]");
    await type("#name", "Åsa Köper");
    await press("input[name=consent]");
    await press("button[value=accept]");
    await customer.waitForText("Thank you");
    expect(await customer.listFaults()).toEqual([]);
    expect([await readQuoteStatus(id), await formsIn()]).toEqual(["ACCEPTED", 0]);
    const { answer } = (await tenant.admin.readQuoteOffer({ id })).data;
    // The bundle has two lines.
    expect([answer?.name, answer?.chosen?.length]).toEqual(["Åsa Köper", 2]);
  });

  look("changes the total with a ticked option at once, in a browser with scripts, and accepts it", async () => {
    const { id, link } = await createSentRefitQuote(app, tenant.admin);
    await customer.browser.enableScripts(true);
    await customer.openPage(link, "Refit of the Argo");
    const readTotals = "[...document.querySelectorAll('[data-live] strong')].at(-1).innerText";
    const before = await customer.browser.evaluate<string>(readTotals);
    expect(await customer.browser.evaluate("document.querySelector('.show-total').checkVisibility()")).toBe(false);
    await press("input[name=chosen]");
    await customer.browser.waitFor(`${readTotals} !== ${JSON.stringify(before)}`);
    await customer.waitForText("Option, chosen");
    await type("#name", "Åsa Köper");
    await press("input[name=consent]");
    await press("button[value=accept]");
    await customer.waitForText("Thank you");
    await customer.browser.enableScripts(false);
    const { status, total_amount } = (await tenant.admin.getQuote({ id })).data;
    // 390.00 for cushions and lamps, with 20 % tax.
    expect([status, total_amount]).toEqual(["ACCEPTED", "4881.58"]);
  });

  look("leads to its answers at once, and rejects with a reason", async () => {
    const { id, link } = await createSentQuote(app, tenant.admin, { line_items: [line] });
    await customer.openPage(link, "Reject");
    await press("nav a[href='#reason']");
    await customer.browser.waitFor("document.querySelector('#reason').checkVisibility()");
    expect(await customer.listFaults()).toEqual([]);
    await type("#reason", "Too late for the season");
    await press("button[value=reject]");
    await customer.waitForText("You have rejected this");
    expect(await customer.listFaults()).toEqual([]);
    expect([await readQuoteStatus(id), await formsIn()]).toEqual(["REJECTED", 0]);
  });

  look("asks, and says how the answer comes", async () => {
    const { id, link } = await createSentQuote(app, tenant.admin, { line_items: [line] });
    await customer.openPage(link, "Ask");
    await press("details:has(#question) summary");
    await type("#asker", "Åsa Köper");
    await type("#question", "Is the mast in it?");
    await press("button[value=ask]");
    await customer.waitForText("will answer you by email");
    expect(await customer.listFaults()).toEqual([]);
    const { data } = await tenant.admin.readQuoteOffer({ id });
    expect(data.questions.map(({ text }) => text)).toEqual(["Is the mast in it?"]);
  });

  look("of one that is over has no answers", async () => {
    const { link } = await createSentQuote(app, tenant.admin, { line_items: [line] });
    app.setClock({ advance: 40 * DAY_MS });
    await customer.openPage(link, "The time to answer ended");
    expect([await customer.listFaults(), await formsIn()]).toEqual([[], 0]);
  });

  look("goes from right to left in Arabic, and is as readable in the dark", async () => {
    const { link } = await createSentRefitQuote(app, tenant.admin, { language: "ar" });
    await customer.browser.setDarkMode(true);
    await customer.openPage(link, "Refit of the Argo");
    expect(await customer.listFaults()).toEqual([]);
    await customer.browser.setDarkMode(false);
    expect(await customer.browser.evaluate("getComputedStyle(document.body).direction")).toBe("rtl");
    // Text below an amount ends at the same edge as the amount.
    const ends = "[...document.querySelectorAll('.end .text')].every((one) => getComputedStyle(one).textAlign === 'left')";
    expect(await customer.browser.evaluate(ends)).toBe(true);
  });

  look("shows a proposal with its picture, and accepts it", async (width) => {
    const { admin } = tenant;
    const { id } = await createProposal(admin);
    const attachment_id = await attachPicture(app, tenant, admin, id);
    const picture = { section_type: "PICTURE", attachment_id, alt_text: "A boat at the quay" };
    await admin.updateProposal({
      id,
      sections: [{ section_type: "TEXT", heading: "Why us", text: "Since 1912." }, picture],
    });
    await admin.submitProposal({ id });
    const to = `reader${width}@mail.example`;
    await admin.sendProposal({ id, to });
    await customer.openPage(await findMailLink(app, to, "/q/"), "Why us");
    const seen = "[...document.images].every(({ complete, naturalWidth, alt }) => complete && naturalWidth > 0)";
    expect([await customer.listFaults(), await customer.browser.evaluate(seen)]).toEqual([[], true]);
    await type("#name", "Åsa Köper");
    await press("input[name=consent]");
    await press("button[value=accept]");
    await customer.waitForText("Thank you");
    expect((await admin.getProposal({ id })).data.status).toBe("ACCEPTED");
  });

  look("of an invoice is in the language of the browser, leads to how to pay, and counts as one view", async () => {
    const { id, link } = await createSentInvoice(app, tenant.admin);
    const texts = {
      de: ["Offener Betrag", "So zahlen Sie"],
      ar: ["المبلغ المتبقي", "طريقة الدفع"],
      ja: ["未払い残高", "お支払い方法"],
    };
    for (const [language, [open = "", pay = ""]] of Object.entries(texts)) {
      await customer.browser.setUserAgent(BROWSER_AGENT, `${language},en;q=0.5`);
      await customer.openPage(link, open);
      expect(await customer.listFaults(), language).toEqual([]);
      const first = "document.querySelector('main .notice').innerText";
      expect(await customer.browser.evaluate(first)).toMatch(/130[.,]80/);
      await press("nav a[href='#pay']");
      const target = "document.querySelector(':target')?.innerText";
      await customer.browser.waitFor(`${target} === ${JSON.stringify(pay)}`);
      expect(await customer.browser.evaluate("document.documentElement.dir || 'ltr'")).toBe(language === "ar" ? "rtl" : "ltr");
    }
    await customer.browser.setUserAgent(BROWSER_AGENT, "en");
    const countViews = async () => (await tenant.admin.readInvoiceOffer({ id })).data.view_count;
    await expect.poll(countViews).toBe(1);
  });

  look("of a wrong link shows no data", async () => {
    await customer.openPage("/q/x", "Page not found");
    expect([await customer.listFaults(), await formsIn()]).toEqual([[], 0]);
    await customer.browser.setUserAgent(BROWSER_AGENT, "ar-EG,en;q=0.5");
    await customer.openPage("/q/x", "لا يوجد شيء هنا");
    expect(await customer.listFaults()).toEqual([]);
    await customer.browser.setUserAgent(BROWSER_AGENT, "en");
  });
});
