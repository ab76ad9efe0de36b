import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSentQuote, requestPage } from "../../agreements/share-link/support.ts";
import { postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createCustomerPages } from "./customer-pages.ts";

/** Pages for customers follow the language of the browser, if their record says no other. */

let app: App;
let tenant: Tenant;
let pages: Record<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { ...postalSettings, mail_opt_in_required: false, knowledge_is_public: true });
  pages = await createCustomerPages(app, tenant);
});
afterAll(() => app.stop());

const open = (page: string, language: string) =>
  requestPage(app, pages[page] ?? expect.fail(page), { headers: { "accept-language": `${language},en;q=0.5` } });

/** Texts of each page: some of its own, and names of built-in master data, states and columns. */
const texts: Record<string, Record<"de-CH" | "ar-EG" | "ja", readonly string[]>> = {
  quote: {
    "de-CH": ["Angebot", "Rabatt auf die Summe", "Annehmen", "Nachfragen"],
    "ar-EG": ["عرض سعر", "خصم على الإجمالي"],
    ja: ["御見積書", "合計からの値引き"],
  },
  signing: { "de-CH": ["Code zusenden"], "ar-EG": ["الرمز"], ja: ["コード"] },
  survey: { "de-CH": ["Wie zufrieden"], "ar-EG": ["ما مدى رضاك؟"], ja: ["満足"] },
  booking: {
    "de-CH": ["Ihre Zeitzone", ">Berlin</option>", "Termine anzeigen"],
    "ar-EG": ["منطقتك الزمنية", ">Berlin</option>"],
    ja: ["タイムゾーン", ">Berlin</option>"],
  },
  knowledge: {
    "de-CH": ["Start de", "Erste Schritte"],
    "ar-EG": ["Start ar", "البدء"],
    ja: ["Start ja", "はじめに"],
  },
  preferences: {
    "de-CH": ["Allgemeine Neuigkeiten", "Neues über uns und unser Angebot", "Veranstaltungen"],
    "ar-EG": ["أخبارنا وما نقدمه"],
    ja: ["当社と商品・サービスに関するお知らせ"],
  },
  order: { "de-CH": ["Auftrag", "Noch nicht bezahlt"], "ar-EG": ["طلب", "لم يُدفع بعد"], ja: ["注文", "未払い"] },
};

describe.each(Object.entries(texts))("the page %s", (page, textsByLanguage) => {
  it.each(Object.entries(textsByLanguage))("is in the language of the browser: %s", async (language, expected) => {
    const { status, body } = await open(page, language);
    expect(status).toBe(200);
    for (const text of expected) expect(body).toContain(text);
    const [, lang = "", direction = ""] = /<html lang="(\w+)[^"]*"( dir="rtl")?>/.exec(body) ?? [];
    expect([lang, direction]).toEqual([language.slice(0, 2), language === "ar-EG" ? ' dir="rtl"' : ""]);
  });

  it("is in English, if the browser asks for no language that the product has", async () => {
    expect((await open(page, "fi").then(({ body }) => body)).includes('<html lang="en')).toBe(true);
  });
});

it("has the language that the sender chose, also if the browser asks for another", async () => {
  const { link } = await createSentQuote(app, tenant.admin, {}, { language: "fr" });
  const { body } = await requestPage(app, link, { headers: { "accept-language": "de" } });
  expect(body).toContain('<html lang="fr"');
});
