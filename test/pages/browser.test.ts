import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { at, linkOf, MONDAY, works } from "../booking/support.ts";
import { leadFor } from "../notification/support.ts";
import { type Customer, customerAt, HEIGHT, WIDTHS } from "../offer/customer.ts";
import { sampled } from "../sample.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { linkTo } from "./support.ts";

/** The pages that mails lead to and the one by which strangers book a time, as a real browser shows them; axe looks at each. */
describe.skipIf(!hasBrowser())("pages, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let user: TestUser;
  let reader: Customer;
  beforeAll(async () => {
    app = await startTestApp();
    app.setClock({ now: at("05:55") });
    tenant = await signUp(app);
    reader = (await customerAt(app)) ?? expect.fail("The browser does not start");
  });
  beforeEach(async () => {
    user = await addUser(app, tenant, "SALES_REP");
  });
  afterAll(async () => {
    await reader.leaves();
    await app.stop();
  });

  const press = (selector: string) => reader.browser.press(selector);
  const type = (selector: string, text: string) => reader.browser.type(selector, text);

  const widths = sampled(WIDTHS, { name: String, kind: () => "width" });

  describe.each(widths)("%i pixels wide", (width) => {
    beforeEach(() => reader.browser.resize(width, HEIGHT));

    it("let a stranger book a time, and cancel it", async () => {
      await works(user);
      const { token } = await linkOf(user, { questions: [{ label: "What is it about?", is_required: true }] });
      await reader.opens(`/book?token=${token}&from=${MONDAY}`, "Intro");
      expect(await reader.faults()).toEqual([]);
      await press(`a[href*="${encodeURIComponent(at("12:00"))}"]`);
      await reader.browser.until("document.querySelector('[name=email]') !== null");
      expect(await reader.faults()).toEqual([]);
      await type("[name=name]", "Vera Visitor");
      await type("[name=email]", `vera${width}@mail.example`);
      await type("[name=answers]", "A boat");
      await press("main form button");
      const calendar = async () =>
        (await user.as.getCalendar({ from: MONDAY, to: MONDAY })).data.map(({ starts_at }) => starts_at);
      await expect.poll(calendar).toEqual([at("12:00")]);
      await reader.opens(await linkTo(app, `vera${width}@mail.example`, "/booking"), "Your meeting");
      expect(await reader.faults()).toEqual([]);
      await press("button[value=cancel]");
      await reader.shows("This meeting is cancelled");
      expect([await reader.faults(), await calendar()]).toEqual([[], []]);
    });

    it("let a user choose a password, of which they say what is wrong", async () => {
      const email = `invited${width}@${tenant.slug}.example`;
      await tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
      await reader.opens(await linkTo(app, email, "/activate"), "Choose your password");
      expect(await reader.faults()).toEqual([]);
      for (const password of ["short", "Another-Horse-9000"]) {
        await type("[name=password]", password);
        await type("[name=password_again]", password);
        await press("main form button");
        await reader.browser.until(
          `document.querySelector("${password === "short" ? ".error" : "main:not(:has(form))"}") !== null`,
        );
        expect(await reader.faults()).toEqual([]);
      }
      await reader.shows("Your password is set");
    });

    it("let a user choose which mails come, and show what a mail was about", async () => {
      await user.as.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } } as never);
      await leadFor(tenant, user);
      await reader.opens(await linkTo(app, user.email, "/leads/"), "lead");
      expect(await reader.faults()).toEqual([]);
      await reader.opens(await linkTo(app, user.email, "/notification-preferences"), "mail");
      expect(await reader.faults()).toEqual([]);
    });

    it("of a forgotten password and of links that lead nowhere can be read", async () => {
      const wrong = ["activate", "reset-password", "book", "booking", "invitation"].map((page) => `/${page}?token=x`);
      for (const address of ["/forgot-password", ...wrong]) {
        await reader.opens(address, "");
        expect(await reader.faults(), address).toEqual([]);
      }
    });
  });
});
