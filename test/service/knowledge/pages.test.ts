import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { pageTitle } from "../../functions/pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createPublishedArticle } from "./support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { knowledge_is_public: true });
});
afterAll(() => app.stop());

let visitorCount = 0;
/** Visits a page with a new IP address, so that no rate limit applies. */
const visitPage = (path: string, more: Record<string, string> = {}) =>
  requestPage(app, path, { ip: `198.51.100.${++visitorCount % 250}`, ...more });
const publicAudience = { is_public: true };
const sitePath = (path = "") => `/kb/${tenant.slug}${path}`;
const listLinkTitles = ({ body }: { body: string }): string[] =>
  [...body.matchAll(/<li>\n<a [^>]*dir="auto">([^<]*)<\/a>/g)].map(([, title = ""]) => title);

describe("a public knowledge base", () => {
  it("exists only if the tenant enables it, and otherwise looks like an unknown one", async () => {
    const closed = await signUp(app);
    const { id } = await createPublishedArticle(app, closed.admin, "Closed", publicAudience);
    const unknown = await visitPage("/kb/unknown-here");
    expect(unknown.status).toBe(404);
    for (const path of [
      `/kb/${closed.slug}`,
      `/kb/${closed.slug}/${id}`,
      `/kb/${closed.slug}?q=closed`,
      "/kb/%2F..",
      "/kb/UPPER",
    ]) {
      const answer = await visitPage(path);
      expect([path, answer.status, answer.body]).toEqual([path, 404, unknown.body]);
    }
    await closed.admin.updateTenant({ settings: { knowledge_is_public: true } });
    expect((await visitPage(`/kb/${closed.slug}/${id}`)).status).toBe(200);
    await closed.admin.updateTenant({ settings: { knowledge_is_public: false } });
    expect((await visitPage(`/kb/${closed.slug}/${id}`)).body).toBe(unknown.body);
  });

  it("shows only published articles with public visibility", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Open article", {
      ...publicAudience,
      body: "Visible",
      summary: "In short",
    });
    const { id: internal } = await createPublishedArticle(app, tenant.admin, "Internal article", { body: "Hidden" });
    const { data: draft } = await tenant.admin.createKnowledgeArticle({
      title: "Draft article",
      body: "Hidden",
      ...publicAudience,
    });
    const stranger = await signUp(app);
    const { id: foreign } = await createPublishedArticle(app, stranger.admin, "Foreign article", publicAudience);
    expect(listLinkTitles(await visitPage(sitePath()))).toEqual(["Open article"]);
    expect(listLinkTitles(await visitPage(sitePath("?q=article")))).toEqual(["Open article"]);
    const unknown = await visitPage("/kb/unknown-here");
    for (const hidden of [internal, draft.id, foreign, "kna_000000000000000000", "x"]) {
      const answer = await visitPage(sitePath(`/${hidden}`));
      expect([hidden, answer.status, answer.body]).toEqual([hidden, 404, unknown.body]);
    }
    await tenant.admin.updateKnowledgeArticle({ id, body: "Changed", title: "Changed" });
    const page = await visitPage(sitePath(`/${id}`));
    expect([pageTitle(page), page.body.includes("Visible"), page.body.includes("Changed")]).toEqual([
      "Open article",
      true,
      false,
    ]);
    await tenant.admin.updateKnowledgeArticle({ id, is_public: false });
    expect((await visitPage(sitePath(`/${id}`))).status).toBe(404);
    expect(listLinkTitles(await visitPage(sitePath()))).toEqual([]);
    expect(listLinkTitles(await visitPage(sitePath("?q=article")))).toEqual([]);
  });

  it("runs no scripts, loads nothing external, and can be cached for a minute", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "<b>Title</b>", {
      ...publicAudience,
      body: "<script>alert(1)</script>",
    });
    const { headers, body } = await visitPage(sitePath(`/${id}`));
    expect(body).not.toMatch(/<script|<b>Title/);
    expect(body).toContain("&lt;b&gt;Title&lt;/b&gt;");
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[^;]+; img-src 'self' data:; form-action 'self'; base-uri 'none'/,
    );
    expect(headers["cache-control"]).toBe("public, max-age=60");
    expect(headers["x-robots-tag"]).toBeUndefined();
    const searched = await visitPage(sitePath("?q=title"));
    expect([searched.headers["cache-control"], searched.headers["x-robots-tag"]]).toEqual(["no-store", "noindex, nofollow"]);
    expect((await visitPage(sitePath(`?q=${encodeURIComponent('"><script>')}`))).body).not.toContain("<script");
  });

  it("can be browsed by categories with articles, their parents and languages", async () => {
    const freshTenant = await signUp(app, { knowledge_is_public: true });
    const { admin } = freshTenant;
    const { data: below } = await admin.createMaster({
      kind: "article-categories",
      name: "Invoices",
      parent_id: "billing",
    });
    const { id } = await createPublishedArticle(app, admin, "Read an invoice", { ...publicAudience, category_id: below.id });
    await createPublishedArticle(app, admin, "Intern", { category_id: "policies" });
    await createPublishedArticle(app, admin, "Rechnung lesen", {
      ...publicAudience,
      language: "de",
      translation_of: id,
      category_id: "faq",
    });
    app.setClock({ advance: 5000 });
    const first = await visitPage(`/kb/${freshTenant.slug}`);
    expect(first.body).toMatch(/category=billing">Billing<\/a> <span>1</);
    expect(first.body).not.toMatch(/Policies|FAQ|Invoices/);
    expect(first.body).toContain(">Deutsch<");
    expect(first.body).toContain('<html lang="en">');
    const billing = await visitPage(`/kb/${freshTenant.slug}?category=billing`);
    expect([pageTitle(billing), listLinkTitles(billing)]).toEqual(["Billing", []]);
    expect(billing.body).toContain("category=invoices");
    expect(listLinkTitles(await visitPage(`/kb/${freshTenant.slug}?category=invoices`))).toEqual(["Read an invoice"]);
    expect((await visitPage(`/kb/${freshTenant.slug}?category=policies`)).status).toBe(404);
    const german = await visitPage(`/kb/${freshTenant.slug}?language=de`);
    expect(german.body).toContain('<html lang="de">');
    expect([listLinkTitles(german), german.body.includes("Suchen")]).toEqual([["Rechnung lesen"], true]);
    const article = await visitPage(`/kb/${freshTenant.slug}/${id}`);
    expect(article.body).toContain(">Deutsch<");
    expect(article.body).toContain("category=invoices");
  });

  it("starts in the language closest to that of the tenant", async () => {
    const freshTenant = await signUp(app, { knowledge_is_public: true, letterhead: { language: "de-CH" } });
    await createPublishedArticle(app, freshTenant.admin, "Ar article", { ...publicAudience, language: "ar" });
    await createPublishedArticle(app, freshTenant.admin, "Artikel", { ...publicAudience, language: "de" });
    app.setClock({ advance: 5000 });
    const page = await visitPage(`/kb/${freshTenant.slug}`);
    expect([listLinkTitles(page), page.body.includes('<html lang="de">')]).toEqual([["Artikel"], true]);
    expect(listLinkTitles(await visitPage(`/kb/${freshTenant.slug}?language=ar`))).toEqual(["Ar article"]);
  });

  it("pages through each article once", async () => {
    const freshTenant = await signUp(app, { knowledge_is_public: true });
    for (let index = 0; index < 45; index++) {
      const { data } = await freshTenant.admin.createKnowledgeArticle({
        title: `Article ${index}`,
        body: "x",
        ...publicAudience,
      });
      await freshTenant.admin.publishArticle({ id: data.id });
    }
    const seen: string[] = [];
    let next: string | undefined = `/kb/${freshTenant.slug}`;
    while (next !== undefined) {
      const page = await visitPage(next);
      seen.push(...listLinkTitles(page));
      next = /href="([^"]*cursor=[^"]*)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `Article ${44 - index}`));
    expect((await visitPage(`/kb/${freshTenant.slug}?cursor=made.up`)).status).toBe(400);
  });

  it("accepts one rating per reader, and counts views", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Heard", publicAudience);
    const reader = { ip: "203.0.113.50" };
    const tell = (helpful: string, comment = "", more = {}) =>
      requestPage(app, sitePath(`/${id}`), { ...reader, ...more }, { helpful, comment });
    const feedbackPage = await tell("yes");
    expect([feedbackPage.status, feedbackPage.body.includes("Thank you for your feedback")]).toEqual([200, true]);
    await tell("no", "  Too short \ud800 ");
    await tell("no", "", { ip: "203.0.113.51" });
    await app.settle();
    app.setClock({ advance: 5000 });
    const { data } = await tenant.admin.listArticleFeedback({ id });
    expect(data.map(({ is_helpful, given_by, created_by }) => [is_helpful, given_by, created_by])).toEqual([
      [false, "PUBLIC", "system:knowledge"],
      [false, "PUBLIC", "system:knowledge"],
    ]);
    expect(data.map(({ comment }) => comment)).toContain("Too short \ufffd");
    expect(JSON.stringify(data)).not.toContain("203.0.113");
    expect((await tell("maybe")).status).toBe(400);
    const picture = /src="([^"]*seen\.gif)"/.exec(feedbackPage.body)?.[1] ?? "";
    await requestPage(app, picture, reader);
    await requestPage(app, picture, { ...reader, agent: "Googlebot/2.1" });
    await requestPage(app, picture, { ...reader, method: "HEAD" });
    expect((await tenant.admin.getArticleFigures({ id })).data).toEqual({
      view_count: 1,
      helpful_count: 0,
      not_helpful_count: 2,
    });
  });

  it("limits requests by address, with lower limits for searches and ratings than for pages", async () => {
    const freshTenant = await signUp(app, { knowledge_is_public: true });
    const { id } = await createPublishedArticle(app, freshTenant.admin, "Bounded", publicAudience);
    const all = async (times: number, ask: () => Promise<{ status: number }>) => {
      const statuses: number[] = [];
      for (let index = 0; index < times; index++) statuses.push((await ask()).status);
      return statuses.filter((status) => status === 429).length;
    };
    app.setClock({ advance: 60_000 });
    const [firstVisitor, secondVisitor, third] = [{ ip: "192.0.2.1" }, { ip: "192.0.2.2" }, { ip: "192.0.2.3" }];
    expect(await all(25, () => requestPage(app, `/kb/${freshTenant.slug}?q=bounded`, firstVisitor))).toBeGreaterThan(0);
    expect(
      await all(15, () => requestPage(app, `/kb/${freshTenant.slug}/${id}`, secondVisitor, { helpful: "yes" })),
    ).toBeGreaterThan(0);
    expect(await all(25, () => requestPage(app, `/kb/${freshTenant.slug}`, third))).toBe(0);
    expect(await all(130, () => requestPage(app, `/kb/${freshTenant.slug}`, third))).toBeGreaterThan(0);
  });

  it("is gone while its tenant is suspended", async () => {
    const freshTenant = await signUp(app, { knowledge_is_public: true });
    expect((await visitPage(`/kb/${freshTenant.slug}`)).status).toBe(200);
    await operateLocally(app.ports, { action: "suspend", tenant: freshTenant.id, reason: "Unpaid" });
    expect((await visitPage(`/kb/${freshTenant.slug}`)).status).toBe(404);
  });
});
