import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createPublishedArticle, listTitles } from "./support.ts";

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
  it("starts as a draft by its creator, visible to authors only, in the language of the tenant", async () => {
    const { data: article } = await agent.client.createKnowledgeArticle({ title: "Return a boat", category_id: "how_to" });
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
    await expect(reader.client.getKnowledgeArticle({ id: article.id })).rejects.toMatchObject({ status: 404 });
    await expect(reader.client.previewArticle({ id: article.id })).rejects.toMatchObject({ status: 404 });
    expect((await tenant.admin.getKnowledgeArticle({ id: article.id })).data.title).toBe("Return a boat");
    await expect(reader.client.createKnowledgeArticle({ title: "No" })).rejects.toMatchObject({ status: 403 });
  });

  it("requires a body before it is published", async () => {
    const { data } = await agent.client.createKnowledgeArticle({ title: "Empty", body: " \n" });
    await expect(agent.client.publishArticle({ id: data.id })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "body" }],
    });
  });

  it("is read in its published version while authors edit the draft", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Open hours", { body: "From nine", summary: "When" });
    const { data: drafted } = await agent.client.updateKnowledgeArticle({ id, body: "From ten" });
    expect(drafted).toMatchObject({
      body: "From nine",
      has_draft: true,
      draft: { title: "Open hours", summary: "When", body: "From ten" },
    });
    const { data: read } = await reader.client.getKnowledgeArticle({ id });
    expect(read).toMatchObject({ body: "From nine", draft: null });
    expect((await agent.client.previewArticle({ id })).data).toMatchObject({ html: "<p>From ten</p>\n", is_draft: true });
    expect((await reader.client.previewArticle({ id })).data).toMatchObject({ html: "<p>From nine</p>\n", is_draft: false });
    const { data: second } = await agent.client.publishArticle({ id });
    expect(second).toMatchObject({ body: "From ten", draft: null, has_draft: false, version_number: 2, published_by: agent.id });
    expect((await reader.client.getKnowledgeArticle({ id })).data.body).toBe("From ten");
  });

  it("has no draft if the draft equals the published version", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Same", { body: "A" });
    await agent.client.updateKnowledgeArticle({ id, body: "B" });
    expect((await agent.client.updateKnowledgeArticle({ id, body: "A" })).data).toMatchObject({ draft: null, has_draft: false });
    await agent.client.updateKnowledgeArticle({ id, title: "Other" });
    expect((await agent.client.discardArticleDraft({ id })).data).toMatchObject({ title: "Same", draft: null, has_draft: false });
    const { data: before } = await agent.client.getKnowledgeArticle({ id });
    expect((await agent.client.publishArticle({ id })).data.version).toBe(before.version);
  });

  it("applies category, tags, audience and author at once, without a draft", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Stands", { tags: ["One"] });
    const { data } = await agent.client.updateKnowledgeArticle({ id, category_id: "faq", tags: ["two"], is_public: true });
    expect(data).toMatchObject({ tags: ["two"], is_public: true, draft: null, version_number: 1 });
    expect(
      (await reader.client.listKnowledgeArticles({ category_id: "faq" })).data.map((knowledgeArticle) => knowledgeArticle.id),
    ).toEqual([id]);
  });

  it("can be reset to an earlier version, as a draft", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "First", { body: "One" });
    await agent.client.updateKnowledgeArticle({ id, title: "Second", body: "Two" });
    await agent.client.publishArticle({ id });
    const { data: versions } = await agent.client.listArticleVersions({ id });
    expect(versions.map(({ version_number, title }) => [version_number, title])).toEqual([
      [2, "Second"],
      [1, "First"],
    ]);
    const version_id = String(versions[1]?.id);
    expect((await agent.client.getArticleVersion({ id, version_id })).data).toMatchObject({ title: "First", body: "One" });
    const { data: reverted } = await agent.client.revertArticle({ id, version_id });
    expect(reverted).toMatchObject({ title: "Second", draft: { title: "First", body: "One" } });
    expect((await agent.client.publishArticle({ id })).data).toMatchObject({ title: "First", version_number: 3 });
    await expect(reader.client.listArticleVersions({ id })).rejects.toMatchObject({ status: 403 });
    const { id: otherId } = await createPublishedArticle(app, agent.client, "Another");
    await expect(agent.client.getArticleVersion({ id: otherId, version_id })).rejects.toMatchObject({ status: 404 });
    await expect(agent.client.revertArticle({ id: otherId, version_id })).rejects.toMatchObject({ status: 404 });
  });

  it("is withdrawn together with its draft, and is then hidden from readers", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Withdrawn");
    await agent.client.updateKnowledgeArticle({ id, title: "Next" });
    expect((await agent.client.unpublishArticle({ id })).data).toMatchObject({ status: "DRAFT", title: "Next", draft: null });
    await expect(reader.client.getKnowledgeArticle({ id })).rejects.toMatchObject({ status: 404 });
    expect((await agent.client.archiveArticle({ id })).data.status).toBe("ARCHIVED");
    await expect(reader.client.giveArticleFeedback({ id, is_helpful: true })).rejects.toMatchObject({ status: 404 });
    expect((await agent.client.publishArticle({ id })).data).toMatchObject({ status: "PUBLISHED", version_number: 2 });
  });

  it("keeps the first of two concurrent changes", async () => {
    const { id, version } = await createPublishedArticle(app, agent.client, "Twice");
    const writes = ["One", "Two"].map((title) => agent.client.updateKnowledgeArticle({ id, title }, { ifMatch: `"${version}"` }));
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("names all invalid fields", async () => {
    const input = {
      title: " ",
      body: "x".repeat(50_001),
      category_id: "nothing",
      author_id: "usr_000000000000000000",
      language: "xx-yy-zz!",
    };
    const rejection = await agent.client.createKnowledgeArticle(input).catch((error) => error);
    expect(rejection.status).toBe(400);
    expect(rejection.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "author_id",
      "body",
      "category_id",
      "language",
      "title",
    ]);
  });
});

describe("translations", () => {
  it("are limited to one per language in a group", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Delivery");
    const { data: german } = await agent.client.createKnowledgeArticle({
      title: "Lieferung",
      language: "de",
      translation_of: id,
    });
    expect(german).toMatchObject({ group_id: id, language: "de" });
    const again = { title: "Noch eine", language: "DE", translation_of: german.id };
    await expect(agent.client.createKnowledgeArticle(again)).rejects.toMatchObject({
      status: 409,
      details: [{ field: "language" }],
    });
    await agent.client.deleteKnowledgeArticle({ id: german.id });
    const { data: otherTranslation } = await agent.client.createKnowledgeArticle({ ...again, translation_of: id });
    await expect(agent.client.restoreKnowledgeArticle({ id: german.id })).rejects.toMatchObject({ status: 409 });
    await agent.client.deleteKnowledgeArticle({ id: otherTranslation.id });
    expect((await agent.client.restoreKnowledgeArticle({ id: german.id })).data.title).toBe("Lieferung");
    expect(listTitles((await agent.client.listKnowledgeArticles({ group_id: id })).data)).toEqual(["Lieferung", "Delivery"]);
  });

  it("created concurrently are limited to one", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "At once");
    const make = (title: string) => agent.client.createKnowledgeArticle({ title, language: "fr", translation_of: id });
    const ends = await Promise.allSettled([make("Un"), make("Deux")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("require an existing article of the same tenant", async () => {
    const stranger = await signUp(app);
    const { data: foreign } = await stranger.admin.createKnowledgeArticle({ title: "Foreign" });
    const input = { title: "A", language: "de", translation_of: foreign.id };
    await expect(agent.client.createKnowledgeArticle(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "translation_of" }],
    });
  });
});

describe("a list", () => {
  it("shows readers published articles only, regardless of their filters", async () => {
    const freshTenant = await signUp(app);
    const otherReader = await addUser(app, freshTenant, "USER");
    await createPublishedArticle(app, freshTenant.admin, "Shown article");
    await freshTenant.admin.createKnowledgeArticle({ title: "Hidden article" });
    await app.settle();
    const { data, meta } = await otherReader.client.listKnowledgeArticles({});
    expect([listTitles(data), meta.total]).toEqual([["Shown article"], 1]);
    expect(listTitles((await otherReader.client.listKnowledgeArticles({ search: "article" })).data)).toEqual(["Shown article"]);
    expect(listTitles((await otherReader.client.listKnowledgeArticles({ "status[in]": "DRAFT,PUBLISHED" })).data)).toEqual([
      "Shown article",
    ]);
    expect(listTitles((await otherReader.client.queryKnowledgeArticles({ where: { or: [{ status: "DRAFT" }] } })).data)).toEqual(
      [],
    );
    await expect(otherReader.client.listKnowledgeArticles({ status: "DRAFT" })).rejects.toMatchObject({ status: 403 });
    await expect(otherReader.client.listKnowledgeArticles({ deleted: true })).rejects.toMatchObject({ status: 403 });
    expect((await freshTenant.admin.listKnowledgeArticles({})).meta.total).toBe(2);
  });

  it("finds a title without spaces by a part of it", async () => {
    await createPublishedArticle(app, agent.client, "如何重置密码", { language: "zh-Hans" });
    expect(listTitles((await reader.client.listKnowledgeArticles({ search: "重置" })).data)).toEqual(["如何重置密码"]);
  });

  it("shows nothing to another tenant", async () => {
    const stranger = await signUp(app);
    const { id } = await createPublishedArticle(app, agent.client, "Ours");
    await expect(stranger.admin.getKnowledgeArticle({ id })).rejects.toMatchObject({ status: 404 });
    expect((await stranger.admin.listKnowledgeArticles({})).data).toEqual([]);
  });
});

describe("feedback", () => {
  it("is stored once per reader, can be changed, and is counted", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Counted");
    await reader.client.giveArticleFeedback({ id, is_helpful: true });
    await agent.client.giveArticleFeedback({ id, is_helpful: false, comment: "Too long" });
    await Promise.all(
      [1, 2, 3].map((index) => reader.client.giveArticleFeedback({ id, is_helpful: false, comment: `No ${index}` })),
    );
    await app.settle();
    app.setClock({ advance: 5000 });
    expect((await reader.client.getArticleFigures({ id })).data).toEqual({
      view_count: 0,
      helpful_count: 0,
      not_helpful_count: 2,
    });
    const { data, meta } = await agent.client.listArticleFeedback({ id });
    expect([data.length, meta.total]).toEqual([2, 2]);
    expect(data.map(({ given_by, version_number }) => [given_by, version_number])).toEqual([
      ["USER", 1],
      ["USER", 1],
    ]);
    await expect(reader.client.listArticleFeedback({ id })).rejects.toMatchObject({ status: 403 });
  });

  it("sent concurrently is stored once", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Same moment");
    await Promise.all([1, 2, 3, 4].map(() => reader.client.giveArticleFeedback({ id, is_helpful: true })));
    await app.settle();
    expect((await agent.client.listArticleFeedback({ id })).data).toHaveLength(1);
  });

  it("counts views across several items", async () => {
    const { id } = await createPublishedArticle(app, agent.client, "Viewed");
    await Promise.all(Array.from({ length: 40 }, () => reader.client.viewArticle({ id })));
    expect((await reader.client.getArticleFigures({ id })).data.view_count).toBe(40);
  });
});
