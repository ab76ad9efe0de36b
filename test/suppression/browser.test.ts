import { ReachLink } from "@crm/core/suppression/link.ts";
import { wordsOf } from "@crm/core/suppression/words.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { type Customer, customerAt } from "../offer/customer.ts";
import { inWidths } from "../offer/widths.ts";
import { linkTo } from "../pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { inTenant } from "./support.ts";

/** The pages of who is written to as a real browser shows them, by clicks; axe looks at what comes. */
describe.skipIf(!hasBrowser())("the pages of an address, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let reader: Customer;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    reader = (await customerAt(app)) ?? expect.fail("The browser does not start");
  });
  afterAll(async () => {
    await reader.leaves();
    await app.stop();
  });

  const words = wordsOf("en");
  const press = (selector: string) => reader.browser.press(selector);
  const shows = (text: string) => reader.browser.until(`document.body.innerText.includes(${JSON.stringify(text)})`);

  const look = inWidths(() => reader.browser);

  look("let a person out of marketing, and in again", async (width) => {
    const address = `somebody.with.a.very.long.address.${width}@a-very-long-name-of-a-company.example`;
    const link = await inTenant(app, tenant, () => ReachLink.linkOf({ channel: "email", address }));
    await reader.opens(link, words.title);
    expect(await reader.faults()).toEqual([]);
    await press("button[value=out]");
    await shows(words.standings.off);
    expect(await reader.faults()).toEqual([]);
    await press("button[value=in]");
    await shows(words.standings.on);
  });

  look("let a person say that an address is theirs", async (width) => {
    const email = `ann${width}@mail.example`;
    const contact_points = [{ contact_type: "email", contact_value: email }];
    const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points } as never);
    await tenant.admin.verifyContactPoint({ id: data.id, point_id: data.contact_points[0]?.id ?? "" });
    await reader.opens(await linkTo(app, email, "/v/"), "Is this address yours?");
    expect(await reader.faults()).toEqual([]);
    await press("main form button");
    await shows("Thank you");
    expect(await reader.faults()).toEqual([]);
    expect((await tenant.admin.getPerson({ id: data.id })).data.contact_points[0]?.verified_by).toBe("link");
  });
});
