import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { type CustomerBrowser, openCustomerBrowser } from "../../agreements/share-link/customer-browser.ts";
import { testInWidths } from "../../agreements/share-link/window-widths.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createSurvey, DAY_MS } from "./support.ts";

/** The survey page in a real browser, with mouse and keyboard, at phone and desktop width; axe checks each page. */
describe.skipIf(!hasBrowser())("the page of a survey, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let requester: CustomerBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { survey_asks_nps: true });
    requester = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
  });
  afterEach(() => app.setClock({ reset: true }));
  afterAll(async () => {
    await requester.close();
    await app.stop();
  });

  const readRating = async (id: string) => (await tenant.admin.getTicket({ id })).data.satisfaction_rating;
  const listChecked = () =>
    requester.browser.evaluate<string[]>("[...document.querySelectorAll('input:checked')].map(({ value }) => value)");

  const look = testInWidths(() => requester.browser);

  look("asks, is answered, and shows the answer, which may be changed", async () => {
    const { id, link } = await createSurvey(app, tenant.admin);
    await requester.openPage(link, "How did we do?");
    expect(await requester.listFaults()).toEqual([]);
    await requester.browser.click("button");
    // The browser does not submit the form without a rating.
    expect([await requester.browser.evaluate("document.querySelector('input:invalid').name"), await readRating(id)]).toEqual([
      "rating",
      null,
    ]);
    await requester.browser.click("input[name=rating][value='4']");
    await requester.browser.click("input[name=nps][value='10']");
    await requester.browser.type("#comments", "Quick & kind");
    await requester.browser.click("button");
    await requester.waitForText("Thank you for your feedback");
    expect([await requester.listFaults(), await listChecked(), await readRating(id)]).toEqual([[], ["4", "10"], 4]);
    await requester.openPage(link, "You can change your answer until");
    await requester.browser.click("input[name=rating][value='5']");
    await requester.browser.click("button");
    await requester.waitForText("Thank you for your feedback");
    expect([await requester.listFaults(), await readRating(id)]).toEqual([[], 5]);
  });

  look("is answered by keys alone", async () => {
    const { id, link } = await createSurvey(app, tenant.admin);
    await requester.openPage(link, "How did we do?");
    for (const key of ["Tab", " ", "ArrowDown", "ArrowDown", "Enter"]) await requester.browser.pressKey(key);
    await requester.waitForText("Thank you for your feedback");
    expect(await readRating(id)).toBe(3);
  });

  look("shows a name full of markup as text, and breaks what is long", async () => {
    const subject = `<img src=x onerror="alert(1)"> </main><h1>${"Averylongword".repeat(12)}`;
    const { link } = await createSurvey(app, tenant.admin, { subject });
    await requester.openPage(link, "<img src=x onerror");
    expect([
      await requester.listFaults(),
      await requester.browser.evaluate("document.images.length + document.querySelectorAll('h1').length"),
    ]).toEqual([[], 1]);
  });

  look("goes from right to left in Arabic, and is as readable in the dark", async () => {
    const { link } = await createSurvey(app, tenant.admin, {}, { language: "ar" });
    await requester.browser.setDarkMode(true);
    await requester.openPage(link, "ما مدى رضاك؟");
    expect(await requester.listFaults()).toEqual([]);
    await requester.browser.setDarkMode(false);
    expect(await requester.browser.evaluate("getComputedStyle(document.body).direction")).toBe("rtl");
    await requester.browser.click("input[name=rating][value='1']");
    await requester.browser.click("button");
    await requester.waitForText("شكرًا لإجابتك");
    expect(await requester.listFaults()).toEqual([]);
  });

  look("reveals nothing about a person for an expired survey or a wrong link", async () => {
    const { link } = await createSurvey(app, tenant.admin);
    app.setClock({ advance: 20 * DAY_MS });
    for (const address of [link, "/survey/x"]) {
      await requester.openPage(address, "Page not found");
      expect([await requester.listFaults(), await requester.browser.evaluate("document.forms.length")]).toEqual([[], 0]);
    }
  });
});
