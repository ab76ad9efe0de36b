import { languages } from "@crm/core/kernel/language.ts";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { pageTitle } from "../../functions/pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { createSentQuote, requestPage } from "./support.ts";

/** Error pages for customers, for invalid links and failures: in their language, without any content of the offer. */
let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.stop());

const readerWithLanguage = (language: string, ip?: string) => ({
  headers: { "accept-language": language },
  ...(ip ? { ip } : {}),
});
const readPageLanguage = ({ body }: WireResponse) => /<html lang="([^"]+)"( dir="rtl")?>/.exec(body)?.[1];
const readPageText = ({ body }: WireResponse) => /<p>([^<]*)<\/p>/.exec(body)?.[1] ?? "";
const createOffer = (language: string) => createSentQuote(app, tenant.admin, {}, { language });
const REJECT_FORM = { act: "reject", reason: "No" };

/** Repeats the request until its address is throttled. */
async function requestUntilThrottled(link: string, language: string): Promise<WireResponse> {
  for (let n = 0; n < 100; n++) {
    const page = await requestPage(app, link, readerWithLanguage(language, "198.51.100.77"));
    if (page.status === 429) return page;
  }
  return expect.fail("There is no bound");
}

describe("a wrong link", () => {
  it.each(languages)("is answered in %s if the browser prefers it", async (language) => {
    const page = await requestPage(app, "/q/x", readerWithLanguage(`sv, ${language};q=0.9, en;q=0.1`));
    expect([page.status, readPageLanguage(page)]).toEqual([404, language]);
    expect(page.body.includes('dir="rtl"')).toBe(language === "ar");
    expect(page.body).not.toMatch(/undefined|\{\w+\}/);
    if (language !== "en") expect(pageTitle(page)).not.toBe(pageTitle(await requestPage(app, "/q/x")));
  });

  it("gets the same answer if it is unknown, revoked, deleted or of a suspended tenant", async () => {
    const otherTenant = await signUp(app);
    const [revoked, deleted, suspended] = [
      await createOffer("ar"),
      await createOffer("ar"),
      await createSentQuote(app, otherTenant.admin, {}, { language: "ar" }),
    ];
    await tenant.admin.revokeQuoteLinks({ id: revoked.id });
    await tenant.admin.deleteQuote({ id: deleted.id });
    await operateLocally(app.ports, { action: "suspend", tenant: otherTenant.id, reason: "Unpaid" });
    const unknownPage = await requestPage(app, "/q/x", readerWithLanguage("fr"));
    expect(readPageLanguage(unknownPage)).toBe("fr");
    for (const { link } of [revoked, deleted, suspended])
      for (const path of ["", "/pdf"]) {
        const page = await requestPage(app, link + path, readerWithLanguage("fr"));
        expect([page.status, page.body]).toEqual([404, unknownPage.body]);
      }
    const answer = await requestPage(app, deleted.link, readerWithLanguage("fr"), REJECT_FORM);
    expect([answer.status, answer.body]).toEqual([404, unknownPage.body]);
  });
});

describe("an error behind a valid link", () => {
  it.each(selectSample(languages, { name: (language) => language, kind: () => "language" }))(
    "is shown in %s, the language of the sending, not that of the browser",
    async (language) => {
      const { link } = await createOffer(language);
      const page = await requestUntilThrottled(link, language === "fr" ? "de" : "fr");
      expect([readPageLanguage(page), Number(page.headers["retry-after"]) > 0]).toEqual([language, true]);
      const seconds = new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "long" });
      expect(readPageText(page)).toContain(seconds.format(Number(page.headers["retry-after"])));
      expect(page.body).not.toMatch(/undefined|\{\w+\}/);
    },
  );

  it("on our side is reported without its cause", async () => {
    const { link } = await createOffer("de");
    const log = vi.spyOn(app.ports.log, "write").mockReturnValue();
    vi.spyOn(app.ports.fonts, "load").mockRejectedValue(new Error("secret-cause"));
    vi.spyOn(app.ports.objects, "open").mockRejectedValue(new Error("secret-cause"));
    const page = await requestPage(app, `${link}/pdf`, readerWithLanguage("fr"));
    expect([page.status, readPageLanguage(page), pageTitle(page)]).toEqual([500, "de", "Das hat nicht geklappt"]);
    expect(page.headers["content-type"]).toContain("text/html");
    expect(page.body).not.toContain("secret-cause");
    expect(log).toHaveBeenCalledWith(
      "error",
      "A request failed",
      expect.objectContaining({ error: expect.stringContaining("secret-cause") }),
    );
  });
});

it("is shown in the browser's language if the form was not read", async () => {
  const { link } = await createOffer("de");
  for (const [status, title, form] of [
    [400, "No ha funcionado", { act: "dance" }],
    [413, "Demasiados datos", { act: "ask", question: "三".repeat(30_000) }],
  ] as const) {
    const page = await requestPage(app, link, readerWithLanguage("es-MX"), form);
    expect([page.status, readPageLanguage(page), pageTitle(page)]).toEqual([status, "es", title]);
  }
});
