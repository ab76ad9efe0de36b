import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { updateTermIndex } from "@crm/core/service/knowledge/term-index.ts";
import type { RecordChange } from "@crm/core/storage/stream/record-change.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createPublishedArticle, listTitles } from "./support.ts";

let app: App;
let tenant: Tenant;
let reader: TestUser;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
  reader = await addUser(app, tenant, "USER");
});
afterAll(() => app.stop());

const searchTitles = async (q: string, more: Record<string, unknown> = {}) => {
  const { data } = await reader.client.searchKnowledge({ q, ...more });
  return listTitles(data);
};

/** The number of search index entries of an article. */
const countEntries = (id: string): number =>
  dumpItems(app, tenant.id).filter(({ pk, sk }) => String(pk).includes("#TERM#") && String(sk).endsWith(`#${id}`)).length;

describe("a search", () => {
  it("finds by title, tags, summary and body, in this order of relevance", async () => {
    await createPublishedArticle(app, tenant.admin, "Windows and doors", { body: "How to order a porthole" });
    await createPublishedArticle(app, tenant.admin, "Portholes", { body: "All sizes" });
    await createPublishedArticle(app, tenant.admin, "Glass", { tags: ["porthole"] });
    expect(await searchTitles("porthole")).toEqual(["Portholes", "Glass", "Windows and doors"]);
    const { data } = await reader.client.searchKnowledge({ q: "the portholes, please" });
    expect(data.map(({ matched }) => matched)).toEqual([
      [{ word: "portholes", in: "title" }],
      [{ word: "portholes", in: "tags" }],
      [{ word: "portholes", in: "body" }],
    ]);
  });

  it.each([
    ["重置密码", "怎样重置密码", "登录之后打开设置。"],
    ["パスワード", "パスワードを忘れた場合", "設定を開きます。"],
    ["비밀번호를", "비밀번호 재설정", "설정을 엽니다."],
    ["รหัสผ่าน", "ลืมรหัสผ่าน", "เปิดการตั้งค่า"],
    ["пароля", "Сброс пароля", "Откройте настройки"],
    ["كلمة المرور", "نسيت كلمة المرور", "افتح الإعدادات"],
  ])("finds letters of three bytes: %s", async (q, title, body) => {
    await createPublishedArticle(app, tenant.admin, title, { body });
    await createPublishedArticle(app, tenant.admin, "Something else");
    expect(await searchTitles(q)).toEqual([title]);
  });

  it("finds published articles only, in their last published version", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Anchors", { body: "Iron" });
    await tenant.admin.updateKnowledgeArticle({ id, title: "Sails" });
    await tenant.admin.createKnowledgeArticle({ title: "Anchors unpublished", body: "x" });
    await app.settle();
    expect([await searchTitles("anchors"), await searchTitles("sails")]).toEqual([["Anchors"], []]);
    await tenant.admin.publishArticle({ id });
    await app.settle();
    expect([await searchTitles("anchors"), await searchTitles("sails")]).toEqual([[], ["Sails"]]);
    expect(countEntries(id)).toBeGreaterThan(0);
    await tenant.admin.archiveArticle({ id });
    expect(await searchTitles("sails")).toEqual([]);
    await app.settle();
    expect(countEntries(id)).toBe(0);
    await tenant.admin.publishArticle({ id });
    await app.settle();
    expect(await searchTitles("sails")).toEqual(["Sails"]);
    await tenant.admin.deleteKnowledgeArticle({ id });
    expect(await searchTitles("sails")).toEqual([]);
    await app.settle();
    await tenant.admin.restoreKnowledgeArticle({ id });
    await app.settle();
    expect(await searchTitles("sails")).toEqual(["Sails"]);
  });

  it("finds one of an article and its translations, or those of a language", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Motor service");
    await createPublishedArticle(app, tenant.admin, "Motor pflegen", { language: "de", translation_of: id, body: "Ein Motor" });
    expect(await searchTitles("motor")).toHaveLength(1);
    expect(await searchTitles("motor", { language: "de" })).toEqual(["Motor pflegen"]);
    expect(await searchTitles("motor", { language: "fr" })).toEqual([]);
  });

  it("finds nothing of another tenant", async () => {
    const stranger = await signUp(app);
    await createPublishedArticle(app, stranger.admin, "Secret anchors");
    expect(await searchTitles("anchors")).toEqual([]);
  });
});

describe("a suggestion", () => {
  it("is the article that answers a text best, with the reason", async () => {
    await createPublishedArticle(app, tenant.admin, "Reset your password", {
      summary: "When you cannot log in",
      body: "Open the login page and choose Forgot password.",
      is_public: true,
    });
    await createPublishedArticle(app, tenant.admin, "Change your address", {
      body: "Open your account and type the new one.",
      is_public: true,
    });
    await createPublishedArticle(app, tenant.admin, "Passwords of colleagues", { body: "Only administrators reset these." });
    const text =
      "Cannot log in\nHello, since yesterday I cannot log in to my account, I think I forgot my password. Can you help?";
    const { data } = await reader.client.suggestArticles({ text });
    expect(data[0]).toMatchObject({ title: "Reset your password", language: "en", is_public: true });
    expect(data[0]?.matched).toEqual(expect.arrayContaining([{ word: "password", in: "title" }]));
    expect(data[0]?.score).toBeGreaterThan(2 * (data[1]?.score ?? 0));
    const { data: open } = await reader.client.suggestArticles({ text, is_public: true });
    expect(listTitles(open)).toEqual(["Reset your password", "Change your address"]);
    expect((await reader.client.suggestArticles({ text: "?! 42" })).data).toEqual([]);
  });

  it("looks up at most 24 terms of a long text, with a hundred entries each", async () => {
    await createPublishedArticle(app, tenant.admin, "Long", { body: "word0 word1" });
    const limits: string[] = [];
    const { database } = app.ports;
    const send = database.send.bind(database);
    database.send = (command, scope) => {
      const { input } = command as { input: { ExpressionAttributeValues?: Record<string, unknown>; Limit?: number } };
      const pk = String(input.ExpressionAttributeValues?.[":pk"] ?? "");
      if (pk.includes("#TERM#")) limits.push(`${input.Limit}`);
      return send(command, scope);
    };
    const text = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
    await reader.client.suggestArticles({ text: text.slice(0, 15_000) });
    database.send = send;
    expect(limits).toEqual(Array(48).fill("100"));
  });

  it("for an article is one on the same topic", async () => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Pay by card", { tags: ["payment"] });
    await createPublishedArticle(app, tenant.admin, "Pay by bank transfer", { tags: ["payment"] });
    await createPublishedArticle(app, tenant.admin, "Sails and ropes");
    const { data } = await reader.client.listRelatedArticles({ id });
    expect(listTitles(data)).toEqual(["Pay by bank transfer"]);
  });
});

describe("term entries", () => {
  const entries = (): string[] => {
    const prefix = `T#${tenant.id}#TERM#`;
    const termItems = dumpItems(app, tenant.id).filter(({ pk }) => String(pk).startsWith(prefix));
    return termItems.map(({ pk, sk }) => `${String(pk).slice(prefix.length)} ${String(sk).split("#")[1]}`).sort();
  };
  const buildChange = (id: string) => ({ id }) as RecordChange;
  const keep = (id: string) =>
    runIn(systemContext(app.ports, tenant.id, "stream"), () => updateTermIndex([buildChange(id), buildChange(id)]));

  it("match the article after any kill, once the next consumer has run", async () => {
    const body = Array.from({ length: 250 }, (_, index) => `term${index}`).join(" ");
    const { id } = await createPublishedArticle(app, tenant.admin, "Killed", { body });
    const { database } = app.ports;
    const send = database.send.bind(database);
    for (let round = 0; round < 12; round++) {
      const next = Array.from({ length: 250 }, (_, index) => `term${index + round * 40}`).join(" ");
      await tenant.admin.updateKnowledgeArticle({ id, body: `${next} round${round}`, is_public: round % 2 === 0 });
      await tenant.admin.publishArticle({ id });
      let writes = 0;
      database.send = (command, scope) => {
        if (/Transact|Put/.test(command.constructor.name) && writes++ >= round % 6) throw new Error("Killed");
        return send(command, scope);
      };
      await keep(id).catch(() => undefined);
      database.send = send;
    }
    await keep(id);
    const { data: fresh } = await tenant.admin.createKnowledgeArticle({ title: "Killed", body: "x" });
    const { data: last } = await tenant.admin.getKnowledgeArticle({ id });
    await tenant.admin.updateKnowledgeArticle({ id: fresh.id, body: last.body, is_public: last.is_public });
    await tenant.admin.publishArticle({ id: fresh.id });
    await keep(fresh.id);
    const all = entries();
    const listTerms = (articleId: string) => all.filter((entry) => entry.endsWith(articleId)).map((entry) => entry.split(" ")[0]);
    expect(listTerms(id).length).toBeGreaterThan(250);
    expect(listTerms(id)).toEqual(listTerms(fresh.id));
    await tenant.admin.deleteKnowledgeArticle({ id });
    await keep(id);
    expect(entries().filter((entry) => entry.endsWith(id))).toEqual([]);
  });

  it.each([0, 1, 2])("match the current article after a late consumer, overtaken after %i writes", async (behind) => {
    const { id } = await createPublishedArticle(app, tenant.admin, "Late", { body: "alpha" });
    const { database } = app.ports;
    const send = database.send.bind(database);
    let overtaken = 0;
    await tenant.admin.updateKnowledgeArticle({ id, body: "beta" });
    await tenant.admin.publishArticle({ id });
    // Another consumer processes the change between this one's read and its first write.
    database.send = async (command, scope) => {
      if (/Transact|Put/.test(command.constructor.name) && overtaken++ === behind) {
        await tenant.admin.updateKnowledgeArticle({ id, body: "gamma" });
        await tenant.admin.publishArticle({ id });
        await keep(id);
      }
      return send(command, scope);
    };
    await keep(id);
    database.send = send;
    expect(
      entries()
        .map((entry) => entry.split(" ")[0])
        .sort(),
    ).toEqual(["internal#gamma", "internal#late"]);
  });
});
