import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSentQuote, requestPage } from "../../agreements/share-link/support.ts";
import { findSigningLink, newMailbox, requestSignatures } from "../../agreements/signature/support.ts";
import { createBookingLink, setWorkingHours } from "../../scheduling/booking/support.ts";
import { createPublishedArticle } from "../../service/knowledge/support.ts";
import { createSurvey } from "../../service/survey/support.ts";
import { addUser, postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { findMailLink } from "./support.ts";

/** Pages for customers follow the language of the browser, if their record says no other. */

let app: App;
let tenant: Tenant;
/** The address of each page. The addresses do not depend on the language. */
const pages: Record<string, string> = {};
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { ...postalSettings, mail_opt_in_required: false, knowledge_is_public: true });
  const { admin, slug } = tenant;
  const line = { name: "Hull survey", quantity: "1", unit_price: "100.00", discount_percent: "5" };
  const sails = { name: "Sails", quantity: "1", unit_price: "50.00", optional: true };
  pages.quote = (await createSentQuote(app, admin, { line_items: [line, sails], discount_percent: "2" })).link;
  pages.chosen = (await createSentQuote(app, admin, { line_items: [line] }, { language: "fr" })).link;
  const signer = newMailbox();
  await requestSignatures(admin, [{ name: "Åsa Köper", email: signer }]);
  pages.signing = await findSigningLink(app, signer);
  pages.survey = (await createSurvey(app, admin)).link;
  const host = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(host, "Europe/Berlin");
  pages.booking = `http://127.0.0.1:3000/book?token=${(await createBookingLink(host)).token}`;
  const article = { is_public: true, category_id: "getting_started" };
  for (const language of ["en", "de", "ar", "ja"])
    await createPublishedArticle(app, admin, `Start ${language}`, { ...article, language });
  pages.knowledge = `http://127.0.0.1:3000/kb/${slug}`;
  pages.preferences = await sendNews();
  const { data: order } = await admin.createOrder({
    customer_id: (await admin.createCustomer({ name: "Fjord" } as never)).data.id,
    ...{ currency: "EUR", line_items: [{ ...line, discount_percent: "0" }], status: "CONFIRMED" },
  } as never);
  await admin.sendOrder({ id: order.id, to: "orders@mail.example" } as never);
  pages.order = await findMailLink(app, "orders@mail.example", "/q/");
});
afterAll(() => app.stop());

/** Sends a marketing mail, and returns the link to the preferences of its recipient. */
async function sendNews(): Promise<string> {
  const { admin } = tenant;
  const address = "reader@mail.example";
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await admin.createMailAccount(account as never);
  const contact_points = [{ contact_type: "email", contact_value: address }];
  await admin.createPerson({ first_name: "Ann", contact_points } as never);
  await admin.sendMessage({ channel: "email", to: address, subject: "Hello", body: "Words", purpose: "marketing" } as never);
  await app.settle();
  const headers = app.mail.sent(address).at(-1)?.headers ?? {};
  return /<(.*)>/.exec(headers["List-Unsubscribe"] ?? "")?.[1] ?? expect.fail("The mail has no link");
}

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

it("has the language that the sender chose, whatever the browser asks for", async () => {
  expect((await open("chosen", "de")).body).toContain('<html lang="fr"');
});
