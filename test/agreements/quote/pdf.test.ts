import { createHash } from "node:crypto";
import { renderDocument } from "@crm/core/agreements/quote/document.ts";
import { renderPdf } from "@crm/core/agreements/quote/pdf.ts";
import { read } from "@crm/core/agreements/quote/quote.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { hasAllFonts } from "@crm/local/ports/fonts.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { drawLogo, encodePng } from "../../../scripts/samples/documents.ts";
import {
  arabic,
  chinese,
  createQuoteSample,
  japanese,
  korean,
  latin,
  type QuoteSample,
} from "../../../scripts/samples/quotes.ts";
import { documentLetters, keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createCustomer, createPresentedQuote, createQuote, line, readRejection } from "./support.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let admin: Tenant["admin"];
let rep: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own", rate_limit_per_minute: 10_000 });
  otherTenant = await signUp(app);
  admin = tenant.admin;
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());
afterEach(async () => {
  vi.restoreAllMocks();
  await admin.updateTenant({ settings: { letterhead: null } });
});

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));

interface PdfAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}
const requestPdf = async (id: string, more: object = {}, token = tenant.token): Promise<PdfAnswer> => {
  const { status, headers, body } = await callOperation(app, token, "getQuotePdf", { id, ...more });
  return { status, headers, bytes: Buffer.from(body, "base64") };
};
const readPageTexts = async (bytes: Buffer) => (await readPages(Uint8Array.from(bytes))).map(pageLetters);

async function createSampleQuote(sample: QuoteSample) {
  const id = await createQuoteSample(admin, sample);
  return { id, document: await runInTenant(async () => renderDocument(await read(id))) };
}

const listTableHeads = ({ blocks }: BusinessDocument) =>
  blocks.flatMap((block) => (block.kind === "table" ? keepLetters(block.columns.map(({ head }) => head).join("")) : []));

describe("the PDF of a quote", () => {
  it.each(Object.entries({ latin, arabic, ...(hasAllFonts() ? { chinese, japanese, korean } : {}) }))(
    "shows the content of the quote: %s",
    async (_, sample) => {
      const { id, document } = await createSampleQuote(sample);
      const { status, headers, bytes } = await requestPdf(id);
      expect([status, headers["content-type"]]).toEqual([200, "application/pdf"]);
      const pages = await readPageTexts(bytes);
      const digits = new Intl.NumberFormat(sample.language);
      const expectedText = documentLetters(document, "");
      const foot = keepLetters(document.footer ?? "");
      // A table that goes on repeats its head, and one that begins a page does not.
      const head = listTableHeads(document)[0] ?? expect.fail("The document has no table");
      const texts = pages.map((page, index) => {
        const end = `${foot}${digits.format(index + 1)}/${digits.format(pages.length)}`;
        expect(page.endsWith(end)).toBe(true);
        return page.slice(0, -end.length);
      });
      expect((texts.join("") + foot).replaceAll(head, "")).toBe(expectedText.replaceAll(head, ""));
      expect(texts.join("").split(head).length).toBeGreaterThanOrEqual(expectedText.split(head).length);
    },
  );

  it("shows each of 300 lines once, with a table head on each page", async () => {
    const line_items = Array.from({ length: 300 }, (_, index) => ({
      ...line,
      description: `Part no. ${index + 1}.`,
      unit_price: `${index + 1}.01`,
    }));
    const { id, net_amount } = await createQuote(admin, { line_items });
    const pages = await readPageTexts((await requestPdf(id)).bytes);
    expect(pages.length).toBeGreaterThan(5);
    const text = pages.join("");
    for (let index = 1; index <= 300; index++) expect(text.split(`Partno.${index}.`)).toHaveLength(2);
    for (const page of pages.slice(0, -1)) expect(page).toContain("DescriptionQuantity");
    expect(net_amount).toBe("45153.00");
    expect(text).toContain("Total€45,153.00");
  });

  it("treats a name as plain text, and keeps its direction within the line", async () => {
    const name = '<b>x</b><img src="http://evil.example/x.png">(\\) Tj ET <</JS (app.alert(1))>> %s {{y}} \u202eكود';
    const { id } = await createQuote(admin, { line_items: [{ ...line, description: name }], name: name.slice(0, 90) });
    const { bytes } = await requestPdf(id);
    expect((await readPageTexts(bytes)).join("")).toContain(
      keepLetters('<b>x</b><imgsrc="http://evil.example/x.png">(\\)TjET<</JS(app.alert(1))>>%s{{y}}'),
    );
    expect(bytes.toString("latin1")).not.toMatch(/app\.alert|\/JavaScript|\/URI|evil/);
  });

  it("is drawn once for each content, cached with its checksum, and answers 304 to a matching ETag", async () => {
    const { id, quote_number } = await createQuote(admin);
    const first = await requestPdf(id);
    const sha256 = createHash("sha256").update(first.bytes).digest();
    expect(first.headers).toMatchObject({
      ...{ etag: `"${sha256.toString("hex")}"`, "repr-digest": `sha-256=:${sha256.toString("base64")}:` },
      ...{ "cache-control": "private, no-cache" },
      "content-disposition": `attachment; filename="Quote ${quote_number}.pdf"; filename*=UTF-8''Quote%20${quote_number}.pdf`,
    });
    const arabicName = (await requestPdf(id, { language: "ar" })).headers["content-disposition"];
    expect(arabicName).toContain(`filename*=UTF-8''${encodeURIComponent("عرض سعر")}%20${quote_number}.pdf`);
    const { key } = await runInTenant(async () => renderPdf(await read(id)));
    expect(key).toMatch(new RegExp(`^${tenant.id}/documents/${id}/[0-9a-f]{64}\\.pdf$`));
    const wrote = vi.spyOn(app.ports.objects, "write");
    const log = vi.spyOn(app.ports.log, "write").mockReturnValue();
    expect((await requestPdf(id)).bytes).toEqual(first.bytes);
    expect(wrote).not.toHaveBeenCalled();
    // A file that was changed in the store, or has no checksum because the worker was killed, is rendered again.
    await app.ports.objects.write(key, Buffer.from("%PDF-1.7 broken"));
    expect((await requestPdf(id)).bytes).toEqual(first.bytes);
    expect(log).toHaveBeenCalledWith("error", "Stored PDF does not match its checksum", { key });
    await app.ports.objects.delete(`${key}.sha256`);
    expect((await requestPdf(id)).bytes).toEqual(first.bytes);
    expect(await runInTenant(async () => (await renderPdf(await read(id))).sha256)).toBe(sha256.toString("hex"));
  });

  it("of a sent quote is unchanged by later renames", async () => {
    await admin.updateTenant({ settings: { letterhead: { sender: ["Nord AG"], language: "de" } } });
    const customer_id = await createCustomer(admin, { name: "Fjord AS" });
    const { id } = await createPresentedQuote(admin, { customer_id });
    const before = await requestPdf(id);
    await admin.updateCustomer({ id: customer_id, name: "Fjell AS" });
    await admin.updateTenant({ settings: { letterhead: { sender: ["Sued AG"], language: "fr", footer: "New" } } });
    await admin.updateQuote({ id, notes: "Ours" });
    expect((await requestPdf(id)).bytes).toEqual(before.bytes);
    expect((await readPageTexts(before.bytes)).join("")).toContain("FjordAS");
    // A new version is another quote and uses the current data.
    const { data: version } = await admin.createQuoteVersion({ id });
    const text = (await readPageTexts((await requestPdf(version.id)).bytes)).join("");
    for (const phrase of ["FjellAS", "SuedAG", "Devis", "New"]) expect(text).toContain(phrase);
    expect(JSON.stringify(version)).not.toContain('"letter"');
  });

  it("is available to users who see the quote", async () => {
    const { id } = await createQuote(rep.client);
    const { status, bytes } = await requestPdf(id, {}, rep.token);
    expect([status, bytes.subarray(0, 4).toString()]).toEqual([200, "%PDF"]);
    for (const { token } of [colleague, otherTenant]) expect((await requestPdf(id, {}, token)).status).toBe(404);
    expect((await requestPdf(id, { language: "nl" })).status).toBe(400);
    await admin.deleteQuote({ id });
    expect((await requestPdf(id, {}, rep.token)).status).toBe(404);
  });

  it.skipIf(!hasAllFonts())(
    "is drawn with a warning without the needed fonts, and drawn again once they are installed",
    async () => {
      const id = await createQuoteSample(admin, japanese);
      const { fonts, log } = app.ports;
      let isInstalled = false;
      app.ports.fonts = {
        load: async (name) => (/JP|SC|TC|KR/.test(name) && !isInstalled ? undefined : fonts.load(name)),
      };
      const logSpy = vi.spyOn(log, "write").mockReturnValue();
      const without = await requestPdf(id);
      expect([without.status, without.headers["x-missing-fonts"]]).toEqual([200, expect.stringContaining("NotoSansJP")]);
      expect(logSpy).toHaveBeenCalledWith(
        "warn",
        expect.stringContaining("npm run fonts:install"),
        expect.objectContaining({ document: expect.stringContaining(id), families: expect.arrayContaining(["NotoSansJP"]) }),
      );
      logSpy.mockClear();
      isInstalled = true;
      const complete = await requestPdf(id);
      app.ports.fonts = fonts;
      expect(complete.headers).not.toHaveProperty("x-missing-fonts");
      expect(complete.headers.etag).not.toBe(without.headers.etag);
      expect(logSpy.mock.calls.filter(([level]) => level === "warn")).toEqual([]);
    },
  );

  it("does not block other requests while a long one is drawn", async () => {
    const line_items = Array.from({ length: 300 }, () => line);
    const { id } = await createQuote(admin, { line_items });
    let turns = 0;
    let isDone = false;
    const turnCounter = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    const document = await runInTenant(async () => renderDocument(await read(id)));
    const before = turns;
    await renderBytes(document, app.ports.fonts);
    isDone = true;
    await turnCounter;
    expect(turns - before).toBeGreaterThan(25);
  });
});

describe("the logo of the letterhead", () => {
  const sent = async (bytes: Buffer, as = tenant) => {
    const { data } = await as.admin.createUpload({
      file_name: "Logo.png",
      content_type: "image/png",
      size: bytes.length,
    });
    await app.objects.write(`${as.id}/uploads/${data.upload_id}`, bytes);
    return data.upload_id;
  };
  const set = (logo_upload_id: string | null) => admin.updateTenant({ settings: { letterhead: { logo_upload_id } } });
  const field = "settings.letterhead.logo_upload_id";

  it("is an uploaded picture, and stays in documents that were sent", async () => {
    const { id } = await createQuote(admin);
    const without = await requestPdf(id);
    await set(await sent(drawLogo()));
    const { id: presentedId } = await createPresentedQuote(admin);
    const [draftPdf, out] = [await requestPdf(id), await requestPdf(presentedId)];
    expect(draftPdf.bytes.toString("latin1")).toContain("/Subtype /Image");
    expect(draftPdf.headers.etag).not.toBe(without.headers.etag);
    await set(null);
    expect((await requestPdf(id)).bytes).toEqual(without.bytes);
    expect((await requestPdf(presentedId)).bytes).toEqual(out.bytes);
  });

  it("is rejected with its field if it is not a valid picture", async () => {
    const used = await sent(drawLogo());
    await set(used);
    await admin.updateTenant({ settings: { letterhead: { logo_upload_id: used, footer: "Same" } } });
    await set(null);
    const huge = encodePng({ width: 8, height: 8, bits: 8, type: 6 }, Buffer.alloc(8 * 33), [Buffer.alloc((1 << 20) + 1)]);
    for (const [status, id] of [
      [400, "upl_none"],
      [400, await sent(Buffer.from("no picture at all"))],
      [400, await sent(drawLogo().subarray(0, 60))],
      [400, await sent(huge)],
      [400, await sent(drawLogo(), otherTenant)],
      [409, used],
    ] as const)
      expect(await readRejection(set(id))).toEqual([status, [field]]);
    expect((await admin.getTenant({})).data.settings.letterhead).toMatchObject({ logo_upload_id: null });
  });
});
