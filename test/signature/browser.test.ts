import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { type Customer, customerAt, HEIGHT, letterhead, WIDTHS } from "../offer/customer.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { asked, codeIn, linkOf, mailbox } from "./support.ts";

/** The page of whoever signs as a real browser shows it, by clicks and keys, on a telephone and on a desk; axe looks at what comes. */
describe.skipIf(!hasBrowser())("the page of a signer, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let signer: Customer;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { letterhead });
    signer = (await customerAt(app)) ?? expect.fail("The browser does not start");
  });
  afterAll(async () => {
    await signer.leaves();
    await app.stop();
  });

  const press = (selector: string) => signer.browser.press(selector);
  const type = (selector: string, text: string) => signer.browser.type(selector, text);
  const formsIn = () => signer.browser.evaluate<number>("document.forms.length");

  describe.each(WIDTHS)("%i pixels wide", (width) => {
    beforeEach(() => signer.browser.resize(width, HEIGHT));

    /** Up to the form by which one signs. */
    async function entered(more: Record<string, unknown> = {}) {
      const email = mailbox();
      const { request } = await asked(tenant.admin, [{ name: "Åsa Köper", email }], more);
      await signer.opens(await linkOf(app, email), "Send me a code");
      expect(await signer.faults()).toEqual([]);
      await press("button[value=code]");
      await signer.shows("Code from the mail");
      expect(await signer.faults()).toEqual([]);
      await type("#code", await codeIn(app, email));
      await press("button[value=enter]");
      await signer.shows("Your signature");
      expect(await signer.faults()).toEqual([]);
      return request.id;
    }

    const statusOf = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data.status;

    it("is signed with a code, a name and a consent", async () => {
      const id = await entered();
      await type("#name", "Åsa Köper");
      await press("input[name=consent]");
      await press("button[value=sign]");
      await signer.shows("You have signed");
      expect([await statusOf(id), await formsIn(), await signer.faults()]).toEqual(["completed", 0, []]);
    });

    it("is declined with a reason", async () => {
      const id = await entered();
      await press("summary");
      await type("#reason", "Too dear");
      await press("button[value=decline]");
      await signer.shows("You have declined");
      expect([await statusOf(id), await formsIn(), await signer.faults()]).toEqual(["declined", 0, []]);
    });
  });
});
