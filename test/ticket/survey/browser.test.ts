import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { type Customer, customerAt } from "../../offer/customer.ts";
import { inWidths } from "../../offer/widths.ts";
import { signUp, startTestApp, type Tenant } from "../../support.ts";
import { DAY, surveyed } from "./support.ts";

/** The page of a survey as a real browser shows it, by clicks and keys, on a telephone and on a desk; axe looks at what comes. */
describe.skipIf(!hasBrowser())("the page of a survey, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let requester: Customer;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { survey_asks_nps: true });
    requester = (await customerAt(app)) ?? expect.fail("The browser does not start");
  });
  afterEach(() => app.setClock({ reset: true }));
  afterAll(async () => {
    await requester.leaves();
    await app.stop();
  });

  const ratingOf = async (id: string) => (await tenant.admin.getTicket({ id })).data.satisfaction_rating;
  const chosen = () =>
    requester.browser.evaluate<string[]>("[...document.querySelectorAll('input:checked')].map(({ value }) => value)");

  const look = inWidths(() => requester.browser);

  look("asks, is answered, and shows the answer, which may be changed", async () => {
    const { id, link } = await surveyed(app, tenant.admin);
    await requester.opens(link, "How did we do?");
    expect(await requester.faults()).toEqual([]);
    await requester.browser.press("button");
    // Without a rating the browser sends nothing.
    expect([await requester.browser.evaluate("document.querySelector('input:invalid').name"), await ratingOf(id)]).toEqual([
      "rating",
      null,
    ]);
    await requester.browser.press("input[name=rating][value='4']");
    await requester.browser.press("input[name=nps][value='10']");
    await requester.browser.type("#comments", "Quick & kind");
    await requester.browser.press("button");
    await requester.shows("Thank you for your answer");
    expect([await requester.faults(), await chosen(), await ratingOf(id)]).toEqual([[], ["4", "10"], 4]);
    await requester.opens(link, "You can change your answer here");
    await requester.browser.press("input[name=rating][value='5']");
    await requester.browser.press("button");
    await requester.shows("Thank you for your answer");
    expect([await requester.faults(), await ratingOf(id)]).toEqual([[], 5]);
  });

  look("is answered by keys alone", async () => {
    const { id, link } = await surveyed(app, tenant.admin);
    await requester.opens(link, "How did we do?");
    for (const key of ["Tab", " ", "ArrowDown", "ArrowDown", "Enter"]) await requester.browser.key(key);
    await requester.shows("Thank you for your answer");
    expect(await ratingOf(id)).toBe(3);
  });

  look("shows a name full of markup as text, and breaks what is long", async () => {
    const subject = `<img src=x onerror="alert(1)"> </main><h1>${"Averylongword".repeat(12)}`;
    const { link } = await surveyed(app, tenant.admin, { subject });
    await requester.opens(link, "<img src=x onerror");
    expect([
      await requester.faults(),
      await requester.browser.evaluate("document.images.length + document.querySelectorAll('h1').length"),
    ]).toEqual([[], 1]);
  });

  look("goes from right to left in Arabic, and is as readable in the dark", async () => {
    const { link } = await surveyed(app, tenant.admin, {}, { language: "ar" });
    await requester.browser.dark(true);
    await requester.opens(link, "ما مدى رضاك؟");
    expect(await requester.faults()).toEqual([]);
    await requester.browser.dark(false);
    expect(await requester.browser.evaluate("getComputedStyle(document.body).direction")).toBe("rtl");
    await requester.browser.press("input[name=rating][value='1']");
    await requester.browser.press("button");
    await requester.shows("شكرًا لإجابتك");
    expect(await requester.faults()).toEqual([]);
  });

  look("of one that is over, and of a wrong link, says nothing of anybody", async () => {
    const { link } = await surveyed(app, tenant.admin);
    app.setClock({ advance: 20 * DAY });
    for (const address of [link, "/survey/x"]) {
      await requester.opens(address, "Nothing is here");
      expect([await requester.faults(), await requester.browser.evaluate("document.forms.length")]).toEqual([[], 0]);
    }
  });
});
