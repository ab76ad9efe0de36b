import { createHash } from "node:crypto";
import type { BusinessDocument } from "@crm/core/document/document.ts";
import { render } from "@crm/core/document/renderer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { documentOf } from "@crm/core/quote/document.ts";
import { pdfOf } from "@crm/core/quote/pdf.ts";
import { read } from "@crm/core/quote/quote.ts";
import { Tenant as Tenants } from "@crm/core/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { logo, png } from "../../scripts/document-samples.ts";
import { arabic, chinese, japanese, korean, latin, type QuoteSample, written } from "../../scripts/quote-samples.ts";
import { letters, lettersOnPage, pagesOf, saidBy } from "../document/reading.ts";
import { call } from "../export/files.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { customerOf, line, offered, quoteOf, refusal } from "./support.ts";

let app: App;
let tenant: Tenant;
let other: Tenant;
let admin: Tenant["admin"];
let rep: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own", rate_limit_per_minute: 10_000 });
  other = await signUp(app);
  admin = tenant.admin;
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());
afterEach(async () => {
  vi.restoreAllMocks();
  await admin.updateTenant({ settings: { letterhead: null } } as never);
});

const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.asConfigured(work));

interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}
const pdf = async (id: string, more: object = {}, token = tenant.token): Promise<Answer> => {
  const { status, headers, body } = await call(app, token, "getQuotePdf", { id, ...more });
  return { status, headers, bytes: Buffer.from(body, "base64") };
};
const textOf = async (bytes: Buffer) => (await pagesOf(Uint8Array.from(bytes))).map(lettersOnPage);

async function drawn(sample: QuoteSample) {
  const id = await written(admin, sample);
  return { id, document: await inTenant(async () => documentOf(await read(id))) };
}

const headsIn = ({ blocks }: BusinessDocument) =>
  blocks.flatMap((block) => (block.kind === "table" ? letters(block.columns.map(({ head }) => head).join("")) : []));

describe("the PDF of a quote", () => {
  it.each(Object.entries({ latin, arabic, chinese, japanese, korean }))("says what the quote says: %s", async (_, sample) => {
    const { id, document } = await drawn(sample);
    const { status, headers, bytes } = await pdf(id);
    expect([status, headers["content-type"]]).toEqual([200, "application/pdf"]);
    const pages = await textOf(bytes);
    const digits = new Intl.NumberFormat(sample.language);
    const said = saidBy(document, "");
    const foot = letters(document.footer ?? "");
    // What is repeated on each page is taken from all but the first.
    const texts = pages.map((page, at) => {
      const end = `${foot}${digits.format(at + 1)}/${digits.format(pages.length)}`;
      expect(page.endsWith(end)).toBe(true);
      return at === 0 ? page.slice(0, -end.length) : page.slice(0, -end.length).replace(headsIn(document).at(-2) ?? "", "");
    });
    expect(texts.join("") + foot).toBe(said);
  });

  it("says each of 300 lines once, below a head on each page", async () => {
    const line_items = Array.from({ length: 300 }, (_, at) => ({
      ...line,
      description: `Part no. ${at + 1}.`,
      unit_price: `${at + 1}.01`,
    }));
    const { id, net_amount } = await quoteOf(admin, { line_items });
    const pages = await textOf((await pdf(id)).bytes);
    expect(pages.length).toBeGreaterThan(5);
    const whole = pages.join("");
    for (let at = 1; at <= 300; at++) expect(whole.split(`Partno.${at}.`)).toHaveLength(2);
    for (const page of pages.slice(0, -1)) expect(page).toContain("DescriptionQuantity");
    expect(net_amount).toBe("45153.00");
    expect(whole).toContain("Total€45,153.00");
  });

  it("takes no name for markup, and none out of its line", async () => {
    const name = '<b>x</b><img src="http://evil.example/x.png">(\\) Tj ET <</JS (app.alert(1))>> %s {{y}} \u202eكود';
    const { id } = await quoteOf(admin, { line_items: [{ ...line, description: name }], name: name.slice(0, 90) });
    const { bytes } = await pdf(id);
    expect((await textOf(bytes)).join("")).toContain(
      letters('<b>x</b><imgsrc="http://evil.example/x.png">(\\)TjET<</JS(app.alert(1))>>%s{{y}}'),
    );
    expect(bytes.toString("latin1")).not.toMatch(/app\.alert|\/JavaScript|\/URI|evil/);
  });

  it("is drawn once for all that it says, kept with its checksum, and not sent to whom has it", async () => {
    const { id, quote_number } = await quoteOf(admin);
    const first = await pdf(id);
    const sha256 = createHash("sha256").update(first.bytes).digest();
    expect(first.headers).toMatchObject({
      ...{ etag: `"${sha256.toString("hex")}"`, "repr-digest": `sha-256=:${sha256.toString("base64")}:` },
      ...{ "cache-control": "private, no-cache" },
      "content-disposition": `attachment; filename="Quote ${quote_number}.pdf"; filename*=UTF-8''Quote%20${quote_number}.pdf`,
    });
    const arabicName = (await pdf(id, { language: "ar" })).headers["content-disposition"];
    expect(arabicName).toContain(`filename*=UTF-8''${encodeURIComponent("عرض سعر")}%20${quote_number}.pdf`);
    const { key } = await inTenant(async () => pdfOf(await read(id)));
    expect(key).toMatch(new RegExp(`^${tenant.id}/documents/${id}/[0-9a-f]{64}\\.pdf$`));
    const wrote = vi.spyOn(app.ports.objects, "write");
    const log = vi.spyOn(app.ports.log, "write").mockReturnValue();
    expect((await pdf(id)).bytes).toEqual(first.bytes);
    expect(wrote).not.toHaveBeenCalled();
    // What was changed in the store, and what was killed before its checksum lay there, is drawn anew.
    await app.ports.objects.write(key, Buffer.from("%PDF-1.7 broken"));
    expect((await pdf(id)).bytes).toEqual(first.bytes);
    expect(log).toHaveBeenCalledWith("error", "A kept document is not what was kept", { key });
    await app.ports.objects.delete(`${key}.sha256`);
    expect((await pdf(id)).bytes).toEqual(first.bytes);
    expect(await inTenant(async () => (await pdfOf(await read(id))).sha256)).toBe(sha256.toString("hex"));
  });

  it("stays what the customer has, whatever is renamed later", async () => {
    await admin.updateTenant({ settings: { letterhead: { sender: ["Nord AG"], language: "de" } } } as never);
    const customer_id = await customerOf(admin, { name: "Fjord AS" });
    const { id } = await offered(admin, { customer_id });
    const before = await pdf(id);
    await admin.updateCustomer({ id: customer_id, name: "Fjell AS" });
    await admin.updateTenant({ settings: { letterhead: { sender: ["Sued AG"], language: "fr", footer: "New" } } } as never);
    await admin.updateQuote({ id, notes: "Ours" });
    expect((await pdf(id)).bytes).toEqual(before.bytes);
    expect((await textOf(before.bytes)).join("")).toContain("FjordAS");
    // A new version is another quote: it has what is so now.
    const { data: version } = await admin.createQuoteVersion({ id });
    const text = (await textOf((await pdf(version.id)).bytes)).join("");
    for (const said of ["FjellAS", "SuedAG", "Devis", "New"]) expect(text).toContain(said);
    expect(JSON.stringify(version)).not.toContain('"letter"');
  });

  it("is for who sees the quote", async () => {
    const { id } = await quoteOf(rep.as);
    const { status, bytes } = await pdf(id, {}, rep.token);
    expect([status, bytes.subarray(0, 4).toString()]).toEqual([200, "%PDF"]);
    for (const { token } of [colleague, other]) expect((await pdf(id, {}, token)).status).toBe(404);
    expect((await pdf(id, { language: "nl" })).status).toBe(400);
    await admin.deleteQuote({ id });
    expect((await pdf(id, {}, rep.token)).status).toBe(404);
  });

  it("without the fonts of its letters is drawn with a warning, and drawn anew once they are installed", async () => {
    const id = await written(admin, japanese);
    const { fonts, log } = app.ports;
    let isInstalled = false;
    app.ports.fonts = {
      load: async (name) => (/JP|SC|TC|KR/.test(name) && !isInstalled ? undefined : fonts.load(name)),
    };
    const warned = vi.spyOn(log, "write").mockReturnValue();
    const without = await pdf(id);
    expect([without.status, without.headers["x-missing-fonts"]]).toEqual([200, expect.stringContaining("NotoSansJP")]);
    expect(warned).toHaveBeenCalledWith(
      "warn",
      expect.stringContaining("npm run fonts:install"),
      expect.objectContaining({ document: expect.stringContaining(id), families: expect.arrayContaining(["NotoSansJP"]) }),
    );
    warned.mockClear();
    isInstalled = true;
    const complete = await pdf(id);
    app.ports.fonts = fonts;
    expect(complete.headers).not.toHaveProperty("x-missing-fonts");
    expect(complete.headers.etag).not.toBe(without.headers.etag);
    expect(warned.mock.calls.filter(([level]) => level === "warn")).toEqual([]);
  });

  it("lets others have their turn while a long one is drawn", async () => {
    const line_items = Array.from({ length: 300 }, () => line);
    const { id } = await quoteOf(admin, { line_items });
    let turns = 0;
    let isDone = false;
    const beside = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    const document = await inTenant(async () => documentOf(await read(id)));
    const before = turns;
    await render(document, app.ports.fonts);
    isDone = true;
    await beside;
    expect(turns - before).toBeGreaterThan(25);
  });
});

describe("the logo of the letterhead", () => {
  const sent = async (bytes: Buffer, as = tenant) => {
    const { data } = await as.admin.createUpload({
      file_name: "Logo.png",
      content_type: "image/png",
      size: bytes.length,
    } as never);
    await app.objects.write(`${as.id}/uploads/${data.upload_id}`, bytes);
    return data.upload_id;
  };
  const set = (logo_upload_id: string | null) => admin.updateTenant({ settings: { letterhead: { logo_upload_id } } } as never);
  const field = "settings.letterhead.logo_upload_id";

  it("is a picture that was uploaded, and stays on what went out", async () => {
    const { id } = await quoteOf(admin);
    const without = await pdf(id);
    await set(await sent(logo()));
    const { id: gone } = await offered(admin);
    const [shown, out] = [await pdf(id), await pdf(gone)];
    expect(shown.bytes.toString("latin1")).toContain("/Subtype /Image");
    expect(shown.headers.etag).not.toBe(without.headers.etag);
    await set(null);
    expect((await pdf(id)).bytes).toEqual(without.bytes);
    expect((await pdf(gone)).bytes).toEqual(out.bytes);
  });

  it("is refused by name where it is none", async () => {
    const used = await sent(logo());
    await set(used);
    await admin.updateTenant({ settings: { letterhead: { logo_upload_id: used, footer: "Same" } } } as never);
    await set(null);
    const huge = png({ width: 8, height: 8, bits: 8, type: 6 }, Buffer.alloc(8 * 33), [Buffer.alloc((1 << 20) + 1)]);
    for (const [status, id] of [
      [400, "upl_none"],
      [400, await sent(Buffer.from("no picture at all"))],
      [400, await sent(logo().subarray(0, 60))],
      [400, await sent(huge)],
      [400, await sent(logo(), other)],
      [409, used],
    ] as const)
      expect(await refusal(set(id))).toEqual([status, [field]]);
    expect((await admin.getTenant({})).data.settings.letterhead).toMatchObject({ logo_upload_id: null });
  });
});
