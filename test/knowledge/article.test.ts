import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { published, titlesOf } from "./support.ts";

let app: App;
let tenant: Tenant;
let agent: TestUser;
let reader: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  agent = await addUser(app, tenant, "SUPPORT_AGENT");
  reader = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

describe("an article", () => {
  it("begins as a draft that authors alone see, by its maker, in the tenant's language", async () => {
    const { data: article } = await agent.as.createKnowledgeArticle({ title: "Return a boat", category_id: "how_to" });
    expect(article).toMatchObject({
      status: "DRAFT",
      language: "en",
      author_id: agent.id,
      group_id: article.id,
      version_number: 0,
      is_public: false,
      body: "",
      draft: null,
    });
    await expect(reader.as.getKnowledgeArticle({ id: article.id })).rejects.toMatchObject({ status: 404 });
    await expect(reader.as.previewArticle({ id: article.id })).rejects.toMatchObject({ status: 404 });
    expect((await tenant.admin.getKnowledgeArticle({ id: article.id })).data.title).toBe("Return a boat");
    await expect(reader.as.createKnowledgeArticle({ title: "No" })).rejects.toMatchObject({ status: 403 });
  });

  it("says something before it is published", async () => {
    const { data } = await agent.as.createKnowledgeArticle({ title: "Empty", body: " \n" });
    await expect(agent.as.publishArticle({ id: data.id })).rejects.toMatchObject({ status: 422, details: [{ field: "body" }] });
  });

  it("is read as it was published, while authors write what comes next", async () => {
    const { id } = await published(app, agent.as, "Open hours", { body: "From nine", summary: "When" });
    const { data: drafted } = await agent.as.updateKnowledgeArticle({ id, body: "From ten" });
    expect(drafted).toMatchObject({
      body: "From nine",
      has_draft: true,
      draft: { title: "Open hours", summary: "When", body: "From ten" },
    });
    const { data: read } = await reader.as.getKnowledgeArticle({ id });
    expect(read).toMatchObject({ body: "From nine", draft: null });
    expect((await agent.as.previewArticle({ id })).data).toMatchObject({ html: "<p>From ten</p>\n", is_draft: true });
    expect((await reader.as.previewArticle({ id })).data).toMatchObject({ html: "<p>From nine</p>\n", is_draft: false });
    const { data: second } = await agent.as.publishArticle({ id });
    expect(second).toMatchObject({ body: "From ten", draft: null, has_draft: false, version_number: 2, published_by: agent.id });
    expect((await reader.as.getKnowledgeArticle({ id })).data.body).toBe("From ten");
  });

  it("has no draft where it is to say what it says already", async () => {
    const { id } = await published(app, agent.as, "Same", { body: "A" });
    await agent.as.updateKnowledgeArticle({ id, body: "B" });
    expect((await agent.as.updateKnowledgeArticle({ id, body: "A" })).data).toMatchObject({ draft: null, has_draft: false });
    await agent.as.updateKnowledgeArticle({ id, title: "Other" });
    expect((await agent.as.discardArticleDraft({ id })).data).toMatchObject({ title: "Same", draft: null, has_draft: false });
    const { data: before } = await agent.as.getKnowledgeArticle({ id });
    expect((await agent.as.publishArticle({ id })).data.version).toBe(before.version);
  });

  it("stands elsewhere at once: its category, tags, audience and author are no draft", async () => {
    const { id } = await published(app, agent.as, "Stands", { tags: ["One"] });
    const { data } = await agent.as.updateKnowledgeArticle({ id, category_id: "faq", tags: ["two"], is_public: true });
    expect(data).toMatchObject({ tags: ["two"], is_public: true, draft: null, version_number: 1 });
    expect((await reader.as.listKnowledgeArticles({ category_id: "faq" } as never)).data.map((each) => each.id)).toEqual([id]);
  });

  it("goes back to what it said, as a draft", async () => {
    const { id } = await published(app, agent.as, "First", { body: "One" });
    await agent.as.updateKnowledgeArticle({ id, title: "Second", body: "Two" });
    await agent.as.publishArticle({ id });
    const { data: versions } = await agent.as.listArticleVersions({ id });
    expect(versions.map(({ version_number, title }) => [version_number, title])).toEqual([
      [2, "Second"],
      [1, "First"],
    ]);
    const version_id = String(versions[1]?.id);
    expect((await agent.as.getArticleVersion({ id, version_id })).data).toMatchObject({ title: "First", body: "One" });
    const { data: reverted } = await agent.as.revertArticle({ id, version_id });
    expect(reverted).toMatchObject({ title: "Second", draft: { title: "First", body: "One" } });
    expect((await agent.as.publishArticle({ id })).data).toMatchObject({ title: "First", version_number: 3 });
    await expect(reader.as.listArticleVersions({ id })).rejects.toMatchObject({ status: 403 });
    const { id: other } = await published(app, agent.as, "Another");
    await expect(agent.as.getArticleVersion({ id: other, version_id })).rejects.toMatchObject({ status: 404 });
    await expect(agent.as.revertArticle({ id: other, version_id })).rejects.toMatchObject({ status: 404 });
  });

  it("is withdrawn with what was drafted of it, and nobody else reads it then", async () => {
    const { id } = await published(app, agent.as, "Withdrawn");
    await agent.as.updateKnowledgeArticle({ id, title: "Next" });
    expect((await agent.as.unpublishArticle({ id })).data).toMatchObject({ status: "DRAFT", title: "Next", draft: null });
    await expect(reader.as.getKnowledgeArticle({ id })).rejects.toMatchObject({ status: 404 });
    expect((await agent.as.archiveArticle({ id })).data.status).toBe("ARCHIVED");
    await expect(reader.as.giveArticleFeedback({ id, is_helpful: true })).rejects.toMatchObject({ status: 404 });
    expect((await agent.as.publishArticle({ id })).data).toMatchObject({ status: "PUBLISHED", version_number: 2 });
  });

  it("keeps what was written by one who came first", async () => {
    const { id, version } = await published(app, agent.as, "Twice");
    const writes = ["One", "Two"].map((title) =>
      agent.as.updateKnowledgeArticle({ id, title }, { ifMatch: `"${version}"` } as never),
    );
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("names what is wrong with it", async () => {
    const input = {
      title: " ",
      body: "x".repeat(50_001),
      category_id: "nothing",
      author_id: "usr_000000000000000000",
      language: "xx-yy-zz!",
    };
    const refused = await agent.as.createKnowledgeArticle(input).catch((error) => error);
    expect(refused.status).toBe(400);
    expect(refused.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "author_id",
      "body",
      "category_id",
      "language",
      "title",
    ]);
  });
});

describe("translations", () => {
  it("are one a language, of one group", async () => {
    const { id } = await published(app, agent.as, "Delivery");
    const { data: german } = await agent.as.createKnowledgeArticle({ title: "Lieferung", language: "de", translation_of: id });
    expect(german).toMatchObject({ group_id: id, language: "de" });
    const again = { title: "Noch eine", language: "DE", translation_of: german.id };
    await expect(agent.as.createKnowledgeArticle(again)).rejects.toMatchObject({ status: 409, details: [{ field: "language" }] });
    await agent.as.deleteKnowledgeArticle({ id: german.id });
    const { data: other } = await agent.as.createKnowledgeArticle({ ...again, translation_of: id });
    await expect(agent.as.restoreKnowledgeArticle({ id: german.id })).rejects.toMatchObject({ status: 409 });
    await agent.as.deleteKnowledgeArticle({ id: other.id });
    expect((await agent.as.restoreKnowledgeArticle({ id: german.id })).data.title).toBe("Lieferung");
    expect(titlesOf((await agent.as.listKnowledgeArticles({ group_id: id } as never)).data)).toEqual(["Lieferung", "Delivery"]);
  });

  it("made at the same moment are one", async () => {
    const { id } = await published(app, agent.as, "At once");
    const make = (title: string) => agent.as.createKnowledgeArticle({ title, language: "fr", translation_of: id });
    const ends = await Promise.allSettled([make("Un"), make("Deux")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("are of an article that is there, of this tenant", async () => {
    const stranger = await signUp(app);
    const { data: foreign } = await stranger.admin.createKnowledgeArticle({ title: "Foreign" });
    const input = { title: "A", language: "de", translation_of: foreign.id };
    await expect(agent.as.createKnowledgeArticle(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "translation_of" }],
    });
  });
});

describe("a list", () => {
  it("has for readers what is published, whatever they ask for", async () => {
    const own = await signUp(app);
    const other = await addUser(app, own, "USER");
    await published(app, own.admin, "Shown article");
    await own.admin.createKnowledgeArticle({ title: "Hidden article" });
    await app.settle();
    const { data, meta } = await other.as.listKnowledgeArticles({});
    expect([titlesOf(data), meta.total]).toEqual([["Shown article"], 1]);
    expect(titlesOf((await other.as.listKnowledgeArticles({ search: "article" })).data)).toEqual(["Shown article"]);
    expect(titlesOf((await other.as.listKnowledgeArticles({ "status[in]": "DRAFT,PUBLISHED" } as never)).data)).toEqual([
      "Shown article",
    ]);
    expect(titlesOf((await other.as.queryKnowledgeArticles({ where: { or: [{ status: "DRAFT" }] } } as never)).data)).toEqual([]);
    await expect(other.as.listKnowledgeArticles({ status: "DRAFT" } as never)).rejects.toMatchObject({ status: 403 });
    await expect(other.as.listKnowledgeArticles({ deleted: true })).rejects.toMatchObject({ status: 403 });
    expect((await own.admin.listKnowledgeArticles({})).meta.total).toBe(2);
  });

  it("finds a title without spaces by what stands within it", async () => {
    await published(app, agent.as, "如何重置密码", { language: "zh-Hans" });
    expect(titlesOf((await reader.as.listKnowledgeArticles({ search: "重置" })).data)).toEqual(["如何重置密码"]);
  });

  it("says nothing to another tenant", async () => {
    const stranger = await signUp(app);
    const { id } = await published(app, agent.as, "Ours");
    await expect(stranger.admin.getKnowledgeArticle({ id })).rejects.toMatchObject({ status: 404 });
    expect((await stranger.admin.listKnowledgeArticles({})).data).toEqual([]);
  });
});

describe("feedback", () => {
  it("is one of each reader, who may change their mind, and is counted", async () => {
    const { id } = await published(app, agent.as, "Counted");
    await reader.as.giveArticleFeedback({ id, is_helpful: true });
    await agent.as.giveArticleFeedback({ id, is_helpful: false, comment: "Too long" });
    await Promise.all([1, 2, 3].map((at) => reader.as.giveArticleFeedback({ id, is_helpful: false, comment: `No ${at}` })));
    await app.settle();
    app.setClock({ advance: 5000 });
    expect((await reader.as.getArticleFigures({ id })).data).toEqual({ view_count: 0, helpful_count: 0, not_helpful_count: 2 });
    const { data, meta } = await agent.as.listArticleFeedback({ id });
    expect([data.length, meta.total]).toEqual([2, 2]);
    expect(data.map(({ given_by, version_number }) => [given_by, version_number])).toEqual([
      ["USER", 1],
      ["USER", 1],
    ]);
    await expect(reader.as.listArticleFeedback({ id })).rejects.toMatchObject({ status: 403 });
  });

  it("made twice at the same moment is one", async () => {
    const { id } = await published(app, agent.as, "Same moment");
    await Promise.all([1, 2, 3, 4].map(() => reader.as.giveArticleFeedback({ id, is_helpful: true })));
    await app.settle();
    expect((await agent.as.listArticleFeedback({ id })).data).toHaveLength(1);
  });

  it("counts views in several items", async () => {
    const { id } = await published(app, agent.as, "Viewed");
    await Promise.all(Array.from({ length: 40 }, () => reader.as.viewArticle({ id })));
    expect((await reader.as.getArticleFigures({ id })).data.view_count).toBe(40);
  });
});
