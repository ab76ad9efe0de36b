import { randomUUID } from "node:crypto";
import { languages } from "@crm/core/kernel/language.ts";
import { translationsFor } from "@crm/core/people/suppression/i18n.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { pageTitle, postForm } from "../../functions/pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const newAddress = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const createLink = (address: string, linkTenant: Pick<Tenant, "id"> = tenant, channel: "email" | "sms" = "email") =>
  runInTenant(app, linkTenant, () => PreferencesLink.buildLink({ channel, address, message: "msg_1" }));
const listReasons = (address: string, channel: "email" | "sms" | "whatsapp" = "email") =>
  runInTenant(app, tenant, () => Suppressions.readReasons(channel, address));
const ONE_CLICK_BODY = "List-Unsubscribe=One-Click";

describe("a one-click unsubscribe", () => {
  it("opts out at once, without cookies or further steps, in each encoding", async () => {
    const parts = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
    for (const [body, type] of [[ONE_CLICK_BODY], [parts, "multipart/form-data; boundary=x"], [""]] as const) {
      const address = newAddress();
      const headers = PreferencesLink.buildUnsubscribeHeaders(await createLink(address));
      expect(headers["List-Unsubscribe-Post"]).toBe(ONE_CLICK_BODY);
      const link = /^<(http:.*)>$/.exec(headers["List-Unsubscribe"] as string)?.[1] ?? expect.fail("No link");
      const answers = [await postForm(app, link, body, type), await postForm(app, link, body, type)];
      expect(answers.map(({ status, headers: { "set-cookie": cookie, location } }) => [status, cookie, location])).toEqual(
        [200, 200].map((status) => [status, undefined, undefined]),
      );
      const record = await runInTenant(app, tenant, () => Suppressions.findByAddress("email", address));
      expect(record).toMatchObject({ version: 1, reasons: ["UNSUBSCRIBED"], entries: [{ source: "message msg_1" }] });
    }
  });

  it("needs a POST: requests that only follow the link change nothing", async () => {
    const address = newAddress();
    const link = await createLink(address);
    for (const method of ["GET", "HEAD", "OPTIONS"]) await requestPage(app, link, { method, headers: { purpose: "prefetch" } });
    await requestPage(app, `${link}?${ONE_CLICK_BODY}&act=out&channel=email`);
    expect(await listReasons(address)).toEqual([]);
  });
});

describe("the page", () => {
  it("opts out and in on each channel, and names what it cannot change", async () => {
    const number = "+4930901820";
    const link = await createLink(number, tenant, "sms");
    const first = await requestPage(app, link);
    expect(first.body).toContain("•••• 20");
    expect(first.body).not.toContain("901820");
    expect(first.body.match(/value="out" aria-describedby="(sms|whatsapp)"/g)).toHaveLength(2);
    await requestPage(app, link, {}, { channel: "whatsapp", act: "out" });
    expect([await listReasons(number, "sms"), await listReasons(number, "whatsapp")]).toEqual([[], ["UNSUBSCRIBED"]]);
    const back = await requestPage(app, link, {}, { channel: "whatsapp", act: "in" });
    expect([await listReasons(number, "whatsapp"), back.body.match(/value="in"/)]).toEqual([[], null]);
    await runInTenant(app, tenant, () => Suppressions.add({ channel: "sms", address: number, reason: "STOP" }));
    const response = await requestPage(app, link, {}, { channel: "sms", act: "in" });
    expect(response.body).toContain(translationsFor("en").states.stopped);
    await requestPage(app, link, {}, { channel: "email", act: "out" });
    expect(await listReasons(number, "sms")).toEqual(["STOP"]);
  });

  it.each(languages)("is in %s for such a reader", async (language) => {
    const page = await requestPage(app, await createLink(newAddress()), { headers: { "accept-language": language } });
    expect([page.status, pageTitle(page)]).toEqual([200, translationsFor(language).title]);
    expect(page.body).toContain(`lang="${language}"`);
    expect(page.body).not.toMatch(/\{\w+\}/);
  });

  it("belongs to the address, even if its person is merged or deleted", async () => {
    const address = newAddress();
    const link = await createLink(address);
    const point = { contact_type: "email", contact_value: address };
    const { data: person } = await tenant.admin.createPerson({ first_name: "Ann", contact_points: [point] });
    const { data: survivor } = await tenant.admin.createPerson({ first_name: "Anna" });
    await tenant.admin.mergePersons({ id: survivor.id, merged_id: person.id });
    await tenant.admin.deletePerson({ id: survivor.id });
    await app.settle();
    expect((await postForm(app, link, ONE_CLICK_BODY)).status).toBe(200);
    expect(await listReasons(address)).toEqual(["UNSUBSCRIBED"]);
    await tenant.admin.createPerson({ first_name: "Ann", contact_points: [point] });
    expect(await listReasons(address)).toEqual(["UNSUBSCRIBED"]);
  });
});

describe("a token", () => {
  it("that is forged, changed, cut or of another tenant gets the same answer in each case", async () => {
    const otherTenant = await signUp(app);
    const address = newAddress();
    const link = await createLink(address);
    const { origin } = new URL(link);
    const [tenantId = "", box = ""] = new URL(link).pathname.replace("/u/", "").split(".");
    const middle = Math.floor(box.length / 2);
    const flipped = `${box.slice(0, middle)}${box[middle] === "A" ? "B" : "A"}${box.slice(middle + 1)}`;
    const foreign = new URL(await createLink(address, otherTenant)).pathname.split(".")[1];
    const invalidTokens = [
      ...[
        `${otherTenant.id}.${box}`,
        `${tenantId}.${foreign}`,
        `${tenantId}.${flipped}`,
        `${tenantId}.${box.slice(0, -4)}`,
        `${tenantId}.${box}A`,
      ],
      ...[
        `${tenantId}.`,
        tenantId,
        `${tenantId}.${box}.${box}`,
        `${tenantId}.${Buffer.from('["email","a@b.example",null,1]').toString("base64url")}`,
      ],
      ...["x.y", `${tenantId}.${"A".repeat(900)}`, `${tenantId}.${box}=`],
    ];
    const pages = new Set<string>();
    for (const token of invalidTokens) {
      const answers = [
        await requestPage(app, `${origin}/u/${token}`),
        await postForm(app, `${origin}/u/${token}`, ONE_CLICK_BODY),
      ];
      expect(
        answers.map(({ status }) => status),
        token,
      ).toEqual([404, 404]);
      for (const { body } of answers) pages.add(body);
    }
    expect(pages.size).toBe(1);
    expect(await listReasons(address)).toEqual([]);
  });

  it("reveals neither the address, nor its length, nor whether two belong to the same one", async () => {
    const links = [
      await createLink("a@b.example"),
      await createLink("a@b.example"),
      await createLink("someone.else@mail.example"),
    ];
    expect([new Set(links).size, new Set(links.map(({ length }) => length)).size]).toEqual([3, 1]);
    const seen = links.map((link) => Buffer.from(link.split(".").at(-1) ?? "", "base64url").toString("latin1")).join();
    expect(seen).not.toMatch(/example|email/);
  });

  it("is valid for years, but not for a suspended tenant", async () => {
    const link = await createLink(newAddress());
    app.setClock({ advance: 9 * 365 * 24 * 60 * 60 * 1000 });
    expect((await requestPage(app, link)).status).toBe(200);
    app.setClock({ advance: 2 * 365 * 24 * 60 * 60 * 1000 });
    expect((await requestPage(app, link)).status).toBe(404);
    app.setClock({ reset: true });
    await operateLocally(app.ports, { action: "suspend", tenant: tenant.id, reason: "Unpaid" });
    expect((await requestPage(app, link)).status).toBe(404);
    await operateLocally(app.ports, { action: "resume", tenant: tenant.id });
    expect((await requestPage(app, link)).status).toBe(200);
  });

  it("is rate limited per minute and origin", async () => {
    const link = await createLink(newAddress());
    const statuses = [];
    for (let attempt = 0; attempt < 22; attempt++) statuses.push((await postForm(app, link, ONE_CLICK_BODY)).status);
    expect([statuses.slice(0, 20), statuses.at(-1)]).toEqual([Array(20).fill(200), 429]);
  });
});
