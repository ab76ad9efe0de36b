import { buildOutline } from "@crm/core/agreements/letterhead/outline.ts";
import type { Brand } from "@crm/core/kernel/brand.ts";
import { buildShade, computeContrast } from "@crm/core/kernel/brand-color.rules.ts";
import { languages } from "@crm/core/kernel/language.ts";
import { renderBrandedHtml } from "@crm/core/platform/tenant/branded-mail.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawLogo } from "../../../scripts/samples/documents.ts";
import { createSentQuote, requestPage } from "../../agreements/share-link/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

describe("the shades of a color", () => {
  const colors = [null, "#0f766e", "#ffff00", "#ffffff", "#000000", "#ff0000", "#00ff00", "#3b5bdb", "#808080", "#c0c0c0"];

  it.each(colors)("of %s can be read on pages, and their text can be read on them", (color) => {
    for (const [scheme, backgrounds] of [
      ["light", ["#fafafa", "#ffffff"]],
      ["dark", ["#111113", "#18181b", "#212125"]],
    ] as const) {
      const { accent, onAccent } = buildShade(color, scheme);
      for (const background of backgrounds) expect(computeContrast(accent, background)).toBeGreaterThanOrEqual(4.5);
      expect(computeContrast(accent, onAccent)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("keep a color that is readable as it is", () => {
    expect(buildShade("#0f766e", "light")).toEqual({ accent: "#0f766e", onAccent: "#FFFFFF" });
  });
});

const brand: Brand = {
  name: "Müller & Søn <GmbH>",
  address: ["Königstraße 7", "www.evil.example"],
  footer: null,
  logo_path: null,
  color: null,
};
const origin = "https://crm.example";

describe("the HTML of a mail", () => {
  const render = (text: string, more: Partial<Brand> = {}, language = "en") =>
    renderBrandedHtml({ text, language, origin, brand: { ...brand, ...more } });

  it("escapes all texts, and has no links but those of the text to the system", () => {
    const html = render(`Hello <b>\n\n${origin}/q/a?b=1&c="\n\nhttps://elsewhere.example/x\n\nsee ${origin}/q/a here`);
    expect(html).toContain("Müller &amp; Søn &lt;GmbH&gt;");
    expect(html).toContain("Hello &lt;b&gt;");
    expect(html.match(/href="[^"]*"/g)).toEqual(Array(2).fill(`href="${origin}/q/a?b=1&amp;c=&quot;"`));
    expect(html).not.toContain("www.evil.example");
  });

  it("keeps email addresses in the address of the tenant, and no other links", () => {
    const address = ["+44 20 7946 0000 · hello@north-wind.example", "https://a@evil.example/x", "b@evil.example/login"];
    const [foot = ""] = render("Hi", { address }).match(/<div dir="auto">.*?<\/div>/) ?? [];
    expect(foot).toContain("+44 20 7946 0000 · hello@north-wind.example ·");
    expect(foot.replace("hello@north-wind.example", "")).not.toMatch(/[@/](?!div)|\.example/);
  });

  it("shows the logo with the name in its place, or else the name", () => {
    expect(render("Hi", { logo_path: "/brand/t/u" })).toContain(
      `<img src="${origin}/brand/t/u" alt="Müller &amp; Søn &lt;GmbH&gt;"`,
    );
    expect(render("Hi")).not.toContain("<img");
  });

  it("has the direction and a button in each language", () => {
    const labels = languages.map((language) => />([^<]+)<\/a>/.exec(render(`${origin}/q/a`, {}, language))?.[1]);
    expect(new Set(labels).size).toBe(languages.length);
    expect(render("مرحبا", {}, "ar-EG")).toContain('<html lang="ar-EG" dir="rtl">');
  });
});

describe("the hash of a document", () => {
  const letter = { language: "en", paper: "A4", from: ["Northwind"], to: [], footer: null, logo_upload_id: null } as const;
  const paragraph = { kind: "paragraph", text: "Date: 1 May" } as const;
  const outline = (more: object, facts?: readonly (readonly [string, string])[]) =>
    buildOutline("quo_1", {
      ...{ language: "en", title: "Quote", day: "2030-05-01", letter: { ...letter, from: [...letter.from], to: [], ...more } },
      blocks: [facts ? { ...paragraph, facts } : paragraph],
    }).digest;

  it("stays the same for letters that were stored before there were colors, so their PDFs do not change", () => {
    expect(outline({}, [["Date", "1 May"]])).toBe(outline({}));
    expect(outline({ brand_color: null })).not.toBe(outline({}));
    expect(outline({ brand_color: "#0f766e" })).not.toBe(outline({ brand_color: null }));
  });
});

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function upload({ admin, id }: Tenant): Promise<string> {
  const logo = drawLogo();
  const { data } = await admin.createUpload({ file_name: "Logo.png", content_type: "image/png", size: logo.length });
  await app.objects.write(`${id}/uploads/${data.upload_id}`, logo);
  return data.upload_id;
}

describe("the brand of a tenant", () => {
  const sender = ["Northwind Boats Ltd", "1 Harbour Street"];

  it("is on the page and in the mail of an offer, and goes when it is removed", async () => {
    const tenant = await signUp(app, { timezone: "Asia/Tokyo" });
    const { link, to } = await createSentQuote(app, tenant.admin);
    const plain = await requestPage(app, link);
    expect(plain.body).toContain(`<header class="brand"><div><span class="initial" aria-hidden="true">T</span>`);
    expect(plain.body).toContain(`Tenant ${tenant.slug}</span></div></header>`);
    expect(plain.body).toContain("Time zone: Tokyo (GMT+9)");
    const logo = await upload(tenant);
    const letterhead = { sender, footer: "VAT GB 1", logo_upload_id: logo };
    await tenant.admin.updateTenant({ settings: { brand_color: "#0f766e", letterhead } });
    const { body, headers } = await requestPage(app, link);
    expect(body).toContain(`<img class="logo" src="/brand/${tenant.id}/${logo}" alt="Northwind Boats Ltd">`);
    expect(body).toContain("<bdi>Northwind Boats Ltd · 1 Harbour Street</bdi>");
    expect(body).toContain("--accent: light-dark(#0f766e,");
    expect(headers["content-security-policy"]).toContain("img-src 'self'");
    const second = await createSentQuote(app, tenant.admin);
    const [mail] = app.mail.sent(second.to);
    expect(mail?.html).toContain(`src="${app.ports.origin}/brand/${tenant.id}/${logo}" alt="Northwind Boats Ltd"`);
    expect(app.mail.sent(to)[0]?.html).not.toContain("/brand/");
    await tenant.admin.updateTenant({ settings: { brand_color: null, letterhead: { logo_upload_id: null } } });
    expect((await requestPage(app, link)).body.replace(/<main>.*<\/main>/s, "")).toBe(
      plain.body.replace(/<main>.*<\/main>/s, ""),
    );
  });

  it("serves its logo, and no other file and no logo of another tenant", async () => {
    const [tenant, stranger] = [await signUp(app), await signUp(app)];
    const [logo, unused] = [await upload(tenant), await upload(tenant)];
    const attached = await upload(tenant);
    const { data: lead } = await tenant.admin.createLead({ last_name: "Quist" });
    await tenant.admin.createAttachment({ related_to_id: lead.id, related_to_type: "lead", upload_id: attached });
    await tenant.admin.updateTenant({ settings: { letterhead: { logo_upload_id: logo } } });
    const { status, headers } = await requestPage(app, `/brand/${tenant.id}/${logo}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
    for (const path of [`${stranger.id}/${logo}`, `${tenant.id}/${unused}`, `${tenant.id}/${attached}`, `ten_x/${logo}`])
      expect([path, (await requestPage(app, `/brand/${path}`)).status]).toEqual([path, 404]);
  });

  it("is not on the page of an unknown link, which is the same for all", async () => {
    const tenant = await signUp(app);
    const { link } = await createSentQuote(app, tenant.admin);
    const { body, status } = await requestPage(app, `${link}x`);
    expect([status, body.includes('class="brand"')]).toEqual([404, false]);
  });

  it.each(["red", "#fff", "#12345g", "rgb(0,0,0)", "#0f766e;}"])("refuses %s as a color", async (brand_color) => {
    const tenant = await signUp(app);
    await expect(tenant.admin.updateTenant({ settings: { brand_color } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "settings.brand_color", message: expect.stringContaining("#0f766e") }],
    });
  });
});
