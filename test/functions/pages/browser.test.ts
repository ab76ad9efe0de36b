import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { type CustomerBrowser, HEIGHT, openCustomerBrowser, WIDTHS } from "../../agreements/share-link/customer-browser.ts";
import { createLeadFor } from "../../platform/notification/support.ts";
import { createBookingLink, MONDAY, setWorkingHours, timeAt } from "../../scheduling/booking/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { findMailLink } from "./support.ts";

/** The pages behind email links and the public booking page, in a real browser; axe checks each page. */
describe.skipIf(!hasBrowser())("pages, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let user: TestUser;
  let reader: CustomerBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    app.setClock({ now: timeAt("05:55") });
    tenant = await signUp(app);
    reader = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
  });
  beforeEach(async () => {
    user = await addUser(app, tenant, "SALES_REP");
  });
  afterAll(async () => {
    await reader.close();
    await app.stop();
  });

  const press = (selector: string) => reader.browser.click(selector);
  const type = (selector: string, text: string) => reader.browser.type(selector, text);

  const widths = selectSample(WIDTHS, { name: String, kind: () => "width" });

  describe.each(widths)("%i pixels wide", (width) => {
    beforeEach(() => reader.browser.resize(width, HEIGHT));

    it("let a stranger book a time and cancel it", async () => {
      await setWorkingHours(user);
      const { token } = await createBookingLink(user, { questions: [{ label: "What is it about?", is_required: true }] });
      await reader.openPage(`/book?token=${token}&from=${MONDAY}`, "Intro");
      expect(await reader.listFaults()).toEqual([]);
      await press(`a[href*="${encodeURIComponent(timeAt("12:00"))}"]`);
      await reader.browser.waitFor("document.querySelector('[name=email]') !== null");
      expect(await reader.listFaults()).toEqual([]);
      await type("[name=name]", "Vera Visitor");
      await type("[name=email]", `vera${width}@mail.example`);
      await type("[name=answers]", "A boat");
      await press("main form button");
      const calendar = async () =>
        (await user.client.getCalendar({ from: MONDAY, to: MONDAY })).data.map(({ starts_at }) => starts_at);
      await expect.poll(calendar).toEqual([timeAt("12:00")]);
      await reader.openPage(await findMailLink(app, `vera${width}@mail.example`, "/booking"), "Your meeting");
      expect(await reader.listFaults()).toEqual([]);
      await press("button[value=cancel]");
      await reader.waitForText("This meeting is cancelled");
      expect([await reader.listFaults(), await calendar()]).toEqual([[], []]);
    });

    it("let a user choose a password, and explain a rejected one", async () => {
      const email = `invited${width}@${tenant.slug}.example`;
      await tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
      await reader.openPage(await findMailLink(app, email, "/activate"), "Choose your password");
      expect(await reader.listFaults()).toEqual([]);
      for (const password of ["short", "Another-Horse-9000"]) {
        await type("[name=password]", password);
        await type("[name=password_again]", password);
        await press("main form button");
        await reader.browser.waitFor(
          `document.querySelector("${password === "short" ? ".error" : "main:not(:has(form))"}") !== null`,
        );
        expect(await reader.listFaults()).toEqual([]);
      }
      await reader.waitForText("Your password has been set");
    });

    it("let a user choose their mails", async () => {
      await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
      await createLeadFor(tenant, user);
      await reader.openPage(await findMailLink(app, user.email, "/notification-preferences"), "mail");
      expect(await reader.listFaults()).toEqual([]);
    });

    it("for a forgotten password and for invalid links are accessible", async () => {
      const invalidPaths = ["activate", "reset-password", "book", "booking", "invitation"].map((page) => `/${page}?token=x`);
      for (const address of ["/forgot-password", ...invalidPaths]) {
        await reader.openPage(address, "");
        expect(await reader.listFaults(), address).toEqual([]);
      }
    });
  });
});
