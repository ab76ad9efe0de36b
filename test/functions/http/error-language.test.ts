import { readFileSync } from "node:fs";
import { join } from "node:path";
import { languages } from "@crm/core/kernel/language.ts";
import { createMessageTranslator, type MessageCatalog } from "@crm/core/lib/i18n/message-translator.ts";
import { loadErrorLanguage } from "@crm/functions/http/error-language.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listSchemaLabels } from "../../../scripts/schema-labels.ts";
import { listModuleMessages, listSourceMessages } from "../../../scripts/source-messages.ts";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const root = join(import.meta.dirname, "../../..");
const others = languages.filter((language) => language !== "en");
const readCatalog = (folder: string, language: string): MessageCatalog =>
  JSON.parse(readFileSync(join(root, `packages/functions/src/${folder}/i18n/${language}.json`), "utf8"));
const listPlaceholders = (text: string): string[] => (text.match(/\{\d+\}/g) ?? []).sort();

describe("the catalogues", () => {
  const messages = listSourceMessages(root).map(({ text }) => text);
  let labels: string[];
  beforeAll(async () => {
    labels = await listSchemaLabels();
  });

  it.each(others)("have every error message and label of the source in %s, and no other: npm run translations", (language) => {
    for (const [folder, texts] of [
      ["http", messages],
      ["derive", labels],
    ] as const) {
      const catalog = readCatalog(folder, language);
      expect(Object.keys(catalog)).toEqual(texts);
      const wrong = Object.entries(catalog).filter(
        ([english, text]) =>
          text.trim() === "" || text !== text.trim() || listPlaceholders(text).join() !== listPlaceholders(english).join(),
      );
      expect(wrong).toEqual([]);
    }
  });

  it("find each message again that its template makes, with its values", () => {
    const catalog = readCatalog("http", "de");
    const translate = createMessageTranslator(catalog);
    const lost = messages.filter((text) => {
      const fill = (template: string) => template.replaceAll(/\{(\d+)\}/g, "value$1");
      return !translate(fill(text)).includes(text.includes("{0}") ? "value0" : String(catalog[text]));
    });
    expect(lost).toEqual([]);
  });

  it("take messages from calls, properties and results, and each variant of a text", () => {
    const source = `
      throw invalid("name", \`Must have \${count} \${isOne ? "letter" : "letters"}\`);
      const error = { field: "x", message: "Taken" };
      const find = () => (isOld ? "The record is too old" : undefined);
      log.write("info", "A request failed");
      z.string().describe("The name of a thing");
      throw new Error("This cannot happen here");`;
    expect(listModuleMessages(source, "packages/core/src/a.ts")).toEqual([
      "Must have {0} letter",
      "Must have {0} letters",
      "Taken",
      "The record is too old",
    ]);
  });
});

describe("the translation of a message", () => {
  const translate = createMessageTranslator({
    Required: "Erforderlich",
    "Must be a number": "Muss eine Zahl sein",
    "Must be true or false": "Muss true oder false sein",
    "Must have at most {0} {1}": "Muss höchstens {0} {1} haben",
    characters: "Zeichen",
    "No field {0} in {1}": "In {1} gibt es kein Feld {0}",
    "{0}; {1} more errors are not shown": "{0}; {1} weitere Fehler",
    "The closest is {0}": "Am ähnlichsten ist {0}",
  });

  it.each([
    ["Required", "Erforderlich"],
    ["Must have at most 5 characters", "Muss höchstens 5 Zeichen haben"],
    ["No field Required in characters", "In Zeichen gibt es kein Feld Required"],
    ["Must be a number, or be true or false", "Muss eine Zahl sein / Muss true oder false sein"],
    ["No field a in b. The closest is c", "In b gibt es kein Feld a. Am ähnlichsten ist c"],
    ["Must be a number; 7 more errors are not shown", "Muss eine Zahl sein; 7 weitere Fehler"],
    ["terms.price: Must be a number", "terms.price: Muss eine Zahl sein"],
    ["No text for this", "No text for this"],
    ["", ""],
  ])("of %j is %j", (message, translation) => {
    expect(translate(message)).toBe(translation);
  });
});

describe("Accept-Language", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  const sendRequest = (method: string, path: string, language: string | undefined, body?: object) => {
    const [pathname = "", query = ""] = path.split("?");
    const headers = { ...(language === undefined ? {} : { "accept-language": language }), "content-type": "application/json" };
    const parts = { method, path: pathname, query, headers, body: body ? JSON.stringify(body) : undefined };
    return inProcessTransport(app, tenant.token)(parts);
  };

  const failIn = async (language: string | undefined, input: object = { last_name: 7, lead_score: 1000 }) => {
    const answer = await sendRequest("POST", "/api/v1/leads", language, input);
    return { headers: answer.headers, error: JSON.parse(answer.body).error };
  };

  it("decides the language of error messages, and neither codes nor fields", async () => {
    const english = await failIn(undefined);
    expect(english.headers["content-language"]).toBeUndefined();
    for (const language of others) {
      const { headers, error } = await failIn(`xx, ${language};q=0.9, en;q=0.1`);
      const { translate } = await loadErrorLanguage(language);
      expect(headers["content-language"]).toBe(language);
      expect(error.code).toBe(english.error.code);
      const translated = english.error.details.map(({ field, message }: Record<string, string>) => ({
        field,
        message: translate(String(message)),
      }));
      expect(error.details).toEqual(translated);
      expect(error.message).not.toBe(english.error.message);
    }
    for (const language of ["en-GB", "xx", "*", "de;q=0", ""])
      expect((await failIn(language)).error.message).toBe(english.error.message);
  });

  it.each([
    ["/api/v1/schema?kind=nothing", "Muss eine Art von Datensatz sein, wie in GET /api/v1/schema"],
    ["/api/v1/schema?kind=lead&path=/api/v1/leads", "Senden Sie entweder kind oder path, nicht beides"],
    ["/api/v1/masters/nothing", "Muss eine Art von Stammdaten sein, wie in GET /api/v1/masters"],
  ])("decides the language of the rule that %s breaks", async (path, message) => {
    const answer = await sendRequest("GET", path, "de");
    expect(JSON.parse(answer.body).error.details.map((detail: { message: string }) => detail.message)).toEqual([message]);
  });

  it("decides the language of errors of a batch, one by one", async () => {
    const body = { operation: "create", items: [{ last_name: 7 }] };
    const answer = await sendRequest("POST", "/api/v1/leads/batch", "de", body);
    const [{ error }] = JSON.parse(answer.body).data.results;
    expect(error.details).toContainEqual({ field: "last_name", message: "Muss Text sein" });
  });

  it("decides the language of the kinds of master data and of their fields", async () => {
    const read = async (language: string): Promise<{ kind: string; label: string; fields: { label: string }[] }[]> =>
      JSON.parse((await sendRequest("GET", "/api/v1/masters", language)).body).data;
    const [english, german] = [await read("en"), await read("de")];
    expect(german.map(({ kind }) => kind)).toEqual(english.map(({ kind }) => kind));
    const catalog = readCatalog("derive", "de");
    for (const [index, { label, fields }] of english.entries())
      expect([german[index]?.label, german[index]?.fields.map((field) => field.label)]).toEqual([
        catalog[label],
        fields.map((field) => catalog[field.label] ?? field.label),
      ]);
  });

  it("decides the language of names of master data on request, and not of what the tenant named", async () => {
    const path = "/api/v1/masters/lead-sources";
    await sendRequest("POST", path, "en", { code: "kiosk", name: "Website" });
    type Named = { id: string; code: string; name: string };
    const read = async <T = Named[]>(address: string, language: string): Promise<T> =>
      JSON.parse((await sendRequest("GET", address, language)).body).data;
    const nameOf = (values: readonly Named[], code: string) => values.find((value) => value.code === code)?.name;
    const [stored, german] = [await read(`${path}?limit=100`, "de"), await read(`${path}?limit=100&translated=true`, "de")];
    expect([nameOf(stored, "referral"), nameOf(german, "referral")]).toEqual(["Referral", readCatalog("derive", "de").Referral]);
    expect([nameOf(stored, "kiosk"), nameOf(german, "kiosk")]).toEqual(["Website", "Website"]);
    expect(await read(`${path}?limit=100&translated=true`, "en")).toEqual(stored);
    const one = german.find(({ code }) => code === "referral");
    expect((await read<Named>(`${path}/${one?.id}?translated=true`, "de")).name).toBe(one?.name);
    expect((await read<Named>(`${path}/${one?.id}`, "de")).name).toBe("Referral");
  });

  it("finds master data and policies by their translated names too, and keeps what the tenant named", async () => {
    const find = async (path: string, search: string, language: string, more = "&translated=true"): Promise<string[]> => {
      const { body } = await sendRequest("GET", `${path}?search=${encodeURIComponent(search)}${more}`, language);
      return JSON.parse(body).data.map(({ name }: { name: string }) => name);
    };
    const { Referral: referral = "", Bugs: bugs = "" } = readCatalog("derive", "de");
    const sources = "/api/v1/masters/lead-sources";
    expect(await find(sources, referral, "de")).toEqual([referral]);
    expect(await find(sources, "Referral", "de")).toEqual([referral]);
    expect([await find(sources, referral, "de", ""), await find(sources, referral, "en")]).toEqual([[], []]);
    const policies = "/api/v1/support/sla";
    expect([await find(policies, bugs, "de"), await find(policies, "Bugs", "de")]).toEqual([[bugs], [bugs]]);
    expect([await find(policies, bugs, "de", ""), await find(policies, "Bugs", "de", "")]).toEqual([[], ["Bugs"]]);
    const all = JSON.parse((await sendRequest("GET", policies, "de")).body).data as { id: string; name: string }[];
    const { id = "" } = all.find(({ name }) => name === "Bugs") ?? {};
    const readName = async (): Promise<string> =>
      JSON.parse((await sendRequest("GET", `${policies}/${id}?translated=true`, "de")).body).data.name;
    expect(await readName()).toBe(bugs);
    await sendRequest("PATCH", `${policies}/${id}`, "en", { name: "Standard" });
    expect(await readName()).toBe("Standard");
  });

  it("decides the language of labels of the schema, and not of what the tenant named", async () => {
    await sendRequest("POST", "/api/v1/masters/customer_types", "en", { code: "subscriber", name: "Subscription" });
    const read = async (language: string) => {
      const { body } = await sendRequest("GET", "/api/v1/schema?kind=customer", language);
      return JSON.parse(body).data.kinds[0];
    };
    const [english, french, again] = [await read("en"), await read("fr"), await read("en")];
    expect(again).toEqual(english);
    expect([french.label, french.labels]).not.toEqual([english.label, english.labels]);
    type Field = { name: string; label: string };
    const labelOf = (kind: { fields: Field[] }, name: string) => kind.fields.find((field) => field.name === name)?.label;
    expect(labelOf(french, "first_name")).not.toBe(labelOf(english, "first_name"));
    type Choice = { code: string; name: string };
    const nameOf = (kind: { fields: { name: string; choices?: Choice[] }[] }, code: string, field = "customer_type_id") =>
      kind.fields.find(({ name }) => name === field)?.choices?.find((choice) => choice.code === code)?.name;
    expect([nameOf(english, "vendor"), nameOf(french, "vendor")]).toEqual(["Vendor", "Fournisseur"]);
    const owner = async (language: string) => {
      const { body } = await sendRequest("GET", "/api/v1/schema?kind=lead", language);
      return JSON.parse(body).data.kinds[0].fields.find(({ name }: Field) => name === "owner_id");
    };
    expect([await owner("en"), await owner("de")]).toMatchObject([
      { create_help: "If empty, the default owner of new leads" },
      { create_help: "Wenn leer, der Standardinhaber neuer Leads" },
    ]);
    expect(nameOf(french, "insurance", "industry_id")).toBe("Assurance");
    expect([nameOf(english, "subscriber"), nameOf(french, "subscriber")]).toEqual(["Subscription", "Subscription"]);
    const withoutTexts = (value: unknown) =>
      JSON.stringify(value, (key, inner) => (/^(?:labels?|name|title|done|(?:create_)?help)$/.test(key) ? "" : inner));
    expect(withoutTexts(french)).toBe(withoutTexts(english));
  });
});
