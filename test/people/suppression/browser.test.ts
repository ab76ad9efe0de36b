import { translationsFor } from "@crm/core/people/suppression/i18n.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { type CustomerBrowser, openCustomerBrowser } from "../../agreements/share-link/customer-browser.ts";
import { testInWidths } from "../../agreements/share-link/window-widths.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { createForm, sendToForm } from "../../sales/web-form/form-client.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

/** The preference pages of a recipient in a real browser, operated by clicks; axe checks each page. */
describe.skipIf(!hasBrowser())("the pages of an address, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let reader: CustomerBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    reader = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
  });
  afterAll(async () => {
    await reader.close();
    await app.stop();
  });

  const words = translationsFor("en");
  const press = (selector: string) => reader.browser.click(selector);
  const shows = (text: string) => reader.browser.waitFor(`document.body.innerText.includes(${JSON.stringify(text)})`);

  const look = testInWidths(() => reader.browser);

  look("let a person out of marketing, and in again", async (width) => {
    const address = `someone.with.a.very.long.address.${width}@a-very-long-name-of-a-company.example`;
    const link = await runInTenant(app, tenant, () => PreferencesLink.buildLink({ channel: "email", address }));
    await reader.openPage(link, words.title);
    expect(await reader.listFaults()).toEqual([]);
    await press("button[value=out]");
    await shows(words.states.off);
    expect(await reader.listFaults()).toEqual([]);
    await press("button[value=in]");
    await shows(words.states.on);
  });

  look("let a person confirm consent, and choose types", async (width) => {
    const email = `bob${width}@mail.example`;
    const consent = { consent_text: "News of the harbour", consent_channel: "email", subscription_type: "newsletter" };
    const form = await createForm(tenant, consent);
    await sendToForm(app, `/forms/${form.key}`, { body: { email, first_name: "Bob", consent: "on" } });
    await reader.openPage(await findMailLink(app, email, "/u/"), words.confirmation.title);
    expect(await reader.listFaults()).toEqual([]);
    await press("button[value=confirm]");
    await shows(words.confirmation.done);
    expect(await reader.listFaults()).toEqual([]);
    await press("button[aria-describedby=email-newsletter]");
    await shows(words.type_states.off);
  });

  look("let a person say that an address is theirs", async (width) => {
    const email = `ann${width}@mail.example`;
    const contact_points = [{ contact_type: "email", contact_value: email }];
    const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points });
    await tenant.admin.verifyContactPoint({ id: data.id, point_id: data.contact_points[0]?.id ?? "" });
    await reader.openPage(await findMailLink(app, email, "/v/"), "Is this address yours?");
    expect(await reader.listFaults()).toEqual([]);
    await press("main form button");
    await shows("Thank you");
    expect(await reader.listFaults()).toEqual([]);
    expect((await tenant.admin.getPerson({ id: data.id })).data.contact_points[0]?.verified_by).toBe("link");
  });
});
