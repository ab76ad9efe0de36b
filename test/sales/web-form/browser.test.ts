import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildFrameCode, buildScriptCode, formAddress } from "@crm/console/pages/sales/web-form/embed-code.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, describeViolation, findViolations, hasBrowser, startBrowser } from "../../../scripts/browser.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createForm, readTodaysCounts } from "./form-client.ts";

const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Forms on a plain page of another origin, in a real browser. */
describe.skipIf(!hasBrowser())("a form on a website", () => {
  let app: App;
  let tenant: Tenant;
  let server: Awaited<ReturnType<typeof startServer>>;
  let website: Server;
  let browser: Browser;
  /** What the website answers. */
  let page = "";
  let origin = "";
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    server = await startServer(app, 0);
    website = createServer((_, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(page));
    await new Promise<void>((resolve) => website.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(website.address() as AddressInfo).port}`;
    browser = (await startBrowser({ width: 1280, height: 900 })) ?? expect.fail("The browser does not start");
    await browser.setUserAgent(USER_AGENT, "de");
  });
  afterAll(async () => {
    await browser.close();
    website.close();
    await server.close();
    await app.stop();
  });

  const create = (more: Record<string, unknown> = {}) =>
    createForm(tenant, {
      ...{ makes_lead: true, lead_source_id: "web", owner_id: tenant.userId, consent_text: "You may write." },
      ...{ is_consent_required: true, consent_channel: "email", thank_you_text: "Talk to you soon.", allowed_origins: [origin] },
      questions: [{ name: "email", label: "Your email", type: "email", field: "email", is_required: true }],
      ...more,
    });
  const openWebsite = async (code: string, query = ""): Promise<void> => {
    page = `<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>${code}</main></html>`;
    await browser.open(`${origin}/${query}`);
  };
  const waitInFrame = async (expression: string): Promise<void> => {
    const isSo = () => browser.evaluateInFrame<boolean>(expression).catch(() => false);
    await expect.poll(isSo, { timeout: 10_000 }).toBe(true);
  };
  const focus = (selector: string) => browser.evaluateInFrame(`document.querySelector(${JSON.stringify(selector)})?.focus()`);
  /** Types the address, and presses Enter in it. */
  const sendFrame = async (address: string): Promise<void> => {
    await waitInFrame("document.readyState === 'complete' && document.querySelector('#q1') !== null");
    await focus("#consent");
    await browser.pressKey(" ");
    await focus("#q1");
    await browser.insertText(address);
    await browser.pressKey("Enter");
  };
  const listLeads = async (email: string) =>
    (await tenant.admin.listLeads({ limit: 50 })).data.filter((row) => row.email === email);

  it("is shown by the script as high as it needs, and becomes one lead with source, owner and consent", async () => {
    const form = await create();
    await openWebsite(buildScriptCode(formAddress(server.url, form.key)), "?utm_campaign=fair");
    await browser.waitFor(
      "![undefined, '', '600px'].includes(document.querySelector('iframe')?.style.height) && document.querySelector('iframe').title === 'Contact us'",
    );
    await sendFrame("script@mail.example");
    await waitInFrame("document.body.innerText.includes('Talk to you soon.')");
    const [lead] = await listLeads("script@mail.example");
    expect(lead).toMatchObject({ owner_id: tenant.userId, lead_source_id: form.lead_source_id });
    const [submission] = (await tenant.admin.listFormSubmissions({ id: form.id })).data;
    expect(submission).toMatchObject({ lead_id: lead?.id, consent: "given", consent_version: form.version });
    const { metadata } = (await tenant.admin.getInteraction({ id: String(submission?.interaction_id) })).data;
    expect(metadata).toMatchObject({ utm_campaign: "fair", consent: { text: "You may write." } });
    // The visitor reloads the frame with the answer, which sends the form once more.
    await browser.evaluateInFrame("document.body.textContent = ''; location.reload()");
    await waitInFrame("document.body.innerText.includes('Talk to you soon.')");
    expect([(await readTodaysCounts(tenant, form.id)).accepted, (await listLeads("script@mail.example")).length]).toEqual([1, 1]);
  });

  it("works in a frame without any script, in the visitor's language, and only with consent", async () => {
    const form = await create();
    await browser.enableScripts(false);
    await openWebsite(buildFrameCode(formAddress(server.url, form.key), form));
    await waitInFrame("document.querySelector('button')?.innerText === 'Senden'");
    await focus("#q1");
    await browser.pressKey("Enter");
    expect(await browser.evaluateInFrame("document.querySelector('#consent').matches(':invalid')")).toBe(true);
    await sendFrame("frame@mail.example");
    await waitInFrame("document.body.innerText.includes('Talk to you soon.')");
    expect((await listLeads("frame@mail.example")).length).toBe(1);
    await browser.enableScripts(true);
  });

  it("leads the website itself to the page after sending, and no website that the form does not name shows it", async () => {
    const form = await create({ redirect_url: "https://127.0.0.1:1/thanks" });
    await openWebsite(buildFrameCode(formAddress(server.url, form.key), form));
    await waitInFrame("document.querySelector('form')?.target === '_top'");
    const other = await create({ allowed_origins: ["https://shop.example"] });
    await openWebsite(buildFrameCode(formAddress(server.url, other.key), other));
    await waitInFrame("location.protocol === 'chrome-error:'");
  });

  it.each([360, 1280])("is accessible on its own page, %i pixels wide", async (width) => {
    const form = await create({
      title: "Ask for a quote",
      introduction: "We answer within a day.",
      questions: [
        { name: "email", label: "Your email", type: "email", field: "email", is_required: true, help: "We never share it." },
        { name: "size", label: "Boat", type: "select", choices: ["Small", "Large"] },
        { name: "rig", label: "Rig", type: "radio", choices: ["Sloop", "Ketch"], is_required: true },
        { name: "when", label: "When", type: "date" },
        { name: "extras", label: "Extras", type: "checkboxes", choices: ["Sails", "Paint"] },
        { name: "message", label: "Message", type: "textarea", field: "description" },
      ],
    });
    await browser.resize(width, 900);
    const listFaults = async () => {
      const wide = await browser.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
      return [...(await findViolations(browser)).map(describeViolation), ...(wide > 0 ? [`${wide} pixels too wide`] : [])];
    };
    await browser.open(formAddress(server.url, form.key));
    await browser.waitFor("document.readyState === 'complete' && document.querySelector('#q1') !== null");
    expect(await listFaults()).toEqual([]);
    await browser.evaluate("document.querySelector('form').noValidate = true");
    await browser.click("form button");
    await browser.waitFor("document.querySelector('.error') !== null");
    expect(await listFaults()).toEqual([]);
  });
});
