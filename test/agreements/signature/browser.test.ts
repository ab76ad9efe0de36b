import { parseStrokes } from "@crm/core/agreements/signature/drawing.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type CustomerBrowser, letterhead, openCustomerBrowser } from "../share-link/customer-browser.ts";
import { testInWidths } from "../share-link/window-widths.ts";
import { findSigningLink, newMailbox, readMailedCode, requestSignatures } from "./support.ts";

const DRAWING_POINTS = [
  [0.1, 0.5],
  [0.2, 0.2],
  [0.3, 0.8],
  [0.5, 0.4],
  [0.7, 0.6],
] as const;

/** The signer's page in a real browser, with mouse and keyboard, at phone and desktop width; axe checks each page. */
describe.skipIf(!hasBrowser())("the page of a signer, in a browser without scripts", () => {
  let app: App;
  let tenant: Tenant;
  let signer: CustomerBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { letterhead });
    signer = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
  });
  afterAll(async () => {
    await signer.close();
    await app.stop();
  });

  const press = (selector: string) => signer.browser.click(selector);
  const type = (selector: string, text: string) => signer.browser.type(selector, text);
  const formsIn = () => signer.browser.evaluate<number>("document.forms.length");

  const look = testInWidths(() => signer.browser);

  /** Opens the page and continues to the signing form. */
  async function entered(look: () => Promise<void> = async () => undefined) {
    const email = newMailbox();
    const { request } = await requestSignatures(tenant.admin, [{ name: "Åsa Köper", email }]);
    await signer.openPage(await findSigningLink(app, email), "Send code");
    await look();
    await press("button[value=code]");
    await signer.waitForText("Code from the email");
    await look();
    await type("#code", await readMailedCode(app, email));
    await press("button[value=enter]");
    await signer.waitForText("Your signature");
    await look();
    return request.id;
  }

  const drawing = () => signer.browser.evaluate<string>("document.querySelector('#drawing').value");
  const readStatus = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data.status;

  look("is signed with a code, a name and a consent", async () => {
    const id = await entered(async () => expect(await signer.listFaults()).toEqual([]));
    await type("#name", "Åsa Köper");
    await press("input[name=consent]");
    await press("button[value=sign]");
    await signer.waitForText("You have signed");
    expect([await readStatus(id), await formsIn(), await signer.listFaults()]).toEqual(["completed", 0, []]);
  });

  look("is signed with a drawing beside the name, where scripts run", async () => {
    await signer.browser.enableScripts(true);
    const id = await entered();
    // The old page has a pad as well, so wait for the new one.
    await signer.browser.evaluate("window.isLeft = true; location.reload()");
    await signer.browser.waitFor("!window.isLeft && document.querySelector('#draw:not([hidden])') !== null");
    await signer.browser.drag("#pad", DRAWING_POINTS);
    await press("#draw-clear");
    expect(await drawing()).toBe("");
    await signer.browser.drag("#pad", DRAWING_POINTS);
    await signer.browser.drag("#pad", [[0.8, 0.5]]);
    const strokes = parseStrokes(await drawing());
    expect(strokes).toEqual([expect.any(Array), [[480, 100]]]);
    expect(strokes[0]).toHaveLength(DRAWING_POINTS.length);
    expect(await signer.listFaults()).toEqual([]);
    await type("#name", "Åsa Köper");
    await press("input[name=consent]");
    await press("button[value=sign]");
    await signer.waitForText("You have signed");
    const { data } = await tenant.admin.getSignatureRequest({ id });
    expect([data.status, await signer.listFaults()]).toEqual(["completed", []]);
    expect(data.signers[0]?.drawing_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  look("is signed by keys alone", async () => {
    const id = await entered();
    await signer.browser.evaluate("document.querySelector('#name').focus()");
    await signer.browser.evaluate("document.querySelector('#name').value = 'Åsa Köper'");
    for (const key of ["Tab", " ", "Tab", "Enter"]) await signer.browser.pressKey(key);
    await signer.waitForText("You have signed");
    expect(await readStatus(id)).toBe("completed");
  });

  look("is read from right to left in Arabic, with no fault", async () => {
    const email = newMailbox();
    await requestSignatures(tenant.admin, [{ name: "Åsa Köper", email }], { language: "ar" });
    await signer.openPage(await findSigningLink(app, email), "Åsa Köper");
    expect(await signer.browser.evaluate("getComputedStyle(document.querySelector('h1')).direction")).toBe("rtl");
    expect(await signer.listFaults()).toEqual([]);
  });

  look("is declined with a reason", async () => {
    const id = await entered();
    await press("summary");
    await type("#reason", "Too dear");
    await press("button[value=decline]");
    await signer.waitForText("You have declined");
    expect([await readStatus(id), await formsIn(), await signer.listFaults()]).toEqual(["declined", 0, []]);
  });
});
