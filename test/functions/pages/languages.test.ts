import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSentQuote, requestPage } from "../../agreements/share-link/support.ts";
import { postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createCustomerPages, createUserPages } from "./customer-pages.ts";

/** Pages for customers, and those for users without scripts, follow the language of the browser, if their record says no other. */

let app: App;
let tenant: Tenant;
let pages: Record<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { ...postalSettings, mail_opt_in_required: false, knowledge_is_public: true });
  pages = { ...(await createCustomerPages(app, tenant)), ...(await createUserPages(app, tenant)) };
});
afterAll(() => app.stop());

const open = (page: string, language: string) =>
  requestPage(app, pages[page] ?? expect.fail(page), { headers: { "accept-language": `${language},en;q=0.5` } });

/** Texts of each page: some of its own, and names of built-in master data, states and columns. */
const texts: Record<string, Record<"de-CH" | "ar-EG" | "ja", readonly string[]>> = {
  quote: {
    "de-CH": ["Angebot", "Rabatt auf die Summe", "inkl. Steuer", "Annehmen", "Nachfragen"],
    "ar-EG": ["عرض سعر", "خصم على الإجمالي", "شاملًا الضريبة"],
    ja: ["御見積書", "合計からの値引き", "（税込）"],
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
  proposal: {
    "de-CH": ["Angebot P-", "Annehmen", "Ablehnen", "Nachfragen"],
    "ar-EG": ["مقترح P-", "قبول", "رفض"],
    ja: ["ご提案書 P-", "承諾する", "断る"],
  },
  amendment: {
    "de-CH": ["Nachtrag", "Geänderte Werte", 'data-head="Vorher"', 'data-head="Nachher"', "Annehmen"],
    "ar-EG": ["ملحق تعديل", "القيم المعدلة", "قبول"],
    ja: ["変更契約書", "変更される内容", "承諾する"],
  },
  invitation: {
    "de-CH": ["Wann: Dienstag, 5. März 2030 · 10:00–11:30 Uhr · Berlin (GMT+1)", "Zusagen", "Absagen"],
    "ar-EG": ["الوقت: الثلاثاء", "قبول", "رفض"],
    ja: ["日時: 2030年3月5日火曜日", "参加する", "参加しない"],
  },
  activation: {
    "de-CH": ["Wählen Sie Ihr Passwort", "Mindestens 10 Zeichen", "Passwort wiederholen"],
    "ar-EG": ["اختر كلمة مرورك", "كرّر كلمة المرور"],
    ja: ["パスワードの設定", "10文字以上"],
  },
  password_reset: {
    "de-CH": ["Neues Passwort wählen", "Passwort wiederholen"],
    "ar-EG": ["اختر كلمة مرور جديدة"],
    ja: ["新しいパスワードの設定"],
  },
  forgotten_password: {
    "de-CH": ["Passwort zurücksetzen", "Link zusenden"],
    "ar-EG": ["إعادة تعيين كلمة المرور", "أرسل لي رابطًا"],
    ja: ["パスワードの再設定", "リンクを送る"],
  },
  notifications: {
    "de-CH": ["Ihre Benachrichtigungen per E-Mail", "Lead zugewiesen", "Keine E-Mails"],
    "ar-EG": ["إشعاراتك بالبريد الإلكتروني", "إسناد عميل محتمل"],
    ja: ["メール通知の設定", "リードの割り当て"],
  },
  invoice: {
    "de-CH": [
      "Rechnung INV-",
      "Offener Betrag",
      "Fällig am",
      "30 Tage netto",
      "Verwendungszweck",
      "Gutschrift CN-",
      "(PDF, Englisch)",
    ],
    "ar-EG": ["فاتورة INV-", "المبلغ المتبقي", "صافي خلال", "طريقة الدفع", "إشعار دائن CN-"],
    ja: ["請求書 INV-", "未払い残高", "30日以内のお支払い", "お支払い方法", "クレジットノート CN-"],
  },
  order: {
    "de-CH": ["Auftrag", "Noch nicht bezahlt", "30 Tage netto"],
    "ar-EG": ["طلب", "لم يُدفع بعد", "صافي خلال"],
    ja: ["注文", "未払い", "30日以内のお支払い"],
  },
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

it("has errors of fields, and the end of a link, in the language of the browser", async () => {
  const link = pages.activation ?? expect.fail("No invitation");
  const headers = { "accept-language": "de" };
  const refused = await requestPage(app, link, { headers }, { password: "short", password_again: "short" });
  expect(refused.body).toContain("Muss mindestens 10 Zeichen haben");
  const different = { password: "Another-Horse-9000", password_again: "Another-House-9000" };
  expect((await requestPage(app, link, { headers }, different)).body).toContain("Muss mit dem oberen übereinstimmen");
  const ended = await requestPage(app, link.slice(0, -1), { headers });
  expect(ended.body).toContain("Eine Einladung gilt 7 Tage");
});
