import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { listNames } from "@crm/core/kernel/registry.ts";
import { tagKey } from "@crm/core/kernel/tag.ts";
import { readTagCounts, type TagCount } from "@crm/core/storage/read/tag-counts.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import { hashTexts, NONE, tenantKey } from "@crm/core/storage/table/key.ts";
import { TagSpelling } from "@crm/core/storage/write/tag-spelling.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { interleave, isWriteWith } from "../../support/interleaving.ts";
import { runImport } from "../import/support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

type TagQuery = Parameters<Tenant["admin"]["listTags"]>[0];
type Caller = Pick<TestUser, "client">["client"];

const createLead = async (tags: readonly string[], more: object = {}, as: Caller = tenant.admin) =>
  (await as.createLead(newLead({ tags, ...more }))).data;
const listTags = async (as: Caller = tenant.admin, query: TagQuery = {}) => {
  await app.settle();
  return (await as.listTags(query)).data;
};
const listTagNames = async (as: Caller = tenant.admin, query: TagQuery = {}) =>
  (await listTags(as, query)).map(({ name }) => name);
const buildShapeUpdate = (Key: Record<string, unknown>, shape: number) => ({
  ...{ TableName: tableName(), Key, UpdateExpression: "SET #shape = :shape" },
  ...{ ExpressionAttributeNames: { "#shape": "shape" }, ExpressionAttributeValues: { ":shape": shape } },
});
const createTeam = async () => (await tenant.admin.createTeam({ name: "North" })).data.id;
const runRecount = () => runIn(systemContext(app.ports, tenant.id, "test"), () => recount());

describe("a tag", () => {
  it("has the spelling of its first use in the tenant, on any kind", async () => {
    expect((await createLead(["VIP", "boat"])).tags).toEqual(["VIP", "boat"]);
    expect((await createLead(["vip", "Boat", "new"])).tags).toEqual(["VIP", "boat", "new"]);
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme", tags: ["Vip", "NEW"] });
    expect(customer.tags).toEqual(["VIP", "new"]);
    const { data: changedCustomer } = await tenant.admin.updateCustomer({ id: customer.id, tags: ["vIP", "fleet"] });
    expect(changedCustomer.tags).toEqual(["VIP", "fleet"]);
    const { data: sold } = await tenant.admin.createOpportunity({ name: "Deal", customer_id: customer.id, tags: ["FLEET"] });
    expect(sold.tags).toEqual(["fleet"]);
  });

  it("gets one spelling from two concurrent first uses", async () => {
    const [lead, otherLead] = await Promise.all([createLead(["Harbour", "Pier"]), createLead(["HARBOUR", "PIER"])]);
    expect(lead?.tags).toEqual(otherLead?.tags);
  });

  it("gets the spelling of the faster writer, also between reading and writing", async () => {
    const as = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
    await as(async () => {
      expect(await TagSpelling.apply(["PIER"])).toEqual(["PIER"]);
      await as(async () => {
        await TagSpelling.apply(["Pier"]);
        expect(await TagSpelling.save(["Pier"])).toEqual([]);
      });
      expect(await TagSpelling.save(["PIER"])).toEqual(["PIER"]);
      expect(await TagSpelling.apply(["PIER"])).toEqual(["Pier"]);
      expect(await TagSpelling.save(["Pier"])).toEqual([]);
    });
    // An existing record keeps an older spelling.
    expect(await as(() => TagSpelling.save(["pIER"]))).toEqual([]);
  });

  it("gets the spelling that another process stores just before", async () => {
    const Key = { pk: tenantKey(tenant.id, "TAG", hashTexts(tagKey("Dock"))), sk: "spelling" };
    const work = () => send(new PutCommand({ TableName: tableName(), Item: { ...Key, name: "DOCK" } }));
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const conflictingTags = await interleave(app, { isTarget: isWriteWith(Key.pk), work }, () => TagSpelling.save(["Dock"]));
      expect(conflictingTags).toEqual(["Dock"]);
      expect(await TagSpelling.apply(["Dock"])).toEqual(["DOCK"]);
    });
  });

  it("gets no spelling from a rejected request or a dry run", async () => {
    await expect(createLead(["WRONG"], { lead_status_id: "none such" })).rejects.toMatchObject({ status: 400 });
    expect((await createLead(["Wrong"])).tags).toEqual(["Wrong"]);
    const file = "last_name,email,tags\nBo,bo@mail.example,REHEARSED\n";
    const rehearsed = await runImport(app, tenant.token, "leads", file, { options: { dry_run: true } });
    expect(rehearsed).toMatchObject({ created: 1 });
    expect((await createLead(["Rehearsed"])).tags).toEqual(["Rehearsed"]);
  });

  it("is stored once on a record, and a record has fifty at most", async () => {
    const fifty = Array.from({ length: 50 }, (_, n) => `tag ${n}`);
    expect((await createLead([...fifty, ...fifty.map((tag) => tag.toUpperCase())])).tags).toEqual(fifty);
    await expect(createLead([...fifty, "one more"])).rejects.toMatchObject({ status: 400 });
    expect((await createLead(["straße", "STRASSE"])).tags).toEqual(["straße", "STRASSE"]);
  });

  it("finds its records by search and filter, also on a record with fifty tags", async () => {
    const manyTags = Array.from({ length: 50 }, (_, n) => `aaa${n}`);
    const { data: customer } = await tenant.admin.createCustomer({
      name: "Zanzibar",
      tags: ["yacht club", ...manyTags.slice(1)],
    });
    await app.settle();
    expect((await tenant.admin.listCustomers({ search: "zanz" })).data.map(({ id }) => id)).toEqual([customer.id]);
    const response = await tenant.admin.listCustomers({ "tags[has]": "Yacht Club" });
    expect(response.data.map(({ id }) => id)).toEqual([customer.id]);
    const { data: second } = await tenant.admin.createCustomer({ name: "Second", tags: ["regatta"] });
    await app.settle();
    expect((await tenant.admin.listCustomers({ search: "regat" })).data.map(({ id }) => id)).toEqual([second.id]);
  });

  it("is copied from a lead to its customer and contact, and from a merged record to the survivor", async () => {
    const { data: survivor } = await tenant.admin.createCustomer({ name: "One", tags: ["Gold", "old"] });
    const { data: merged } = await tenant.admin.createCustomer({ name: "Other", tags: ["gold", "new"] });
    await tenant.admin.mergeCustomers({ id: survivor.id, merged_id: merged.id });
    expect((await tenant.admin.getCustomer({ id: survivor.id })).data.tags).toEqual(["Gold", "old", "new"]);
    expect(await listTags()).toMatchObject([
      { name: "Gold", total: 1, counts: { customer: 1 } },
      { name: "new", total: 1 },
      { name: "old", total: 1 },
    ]);
  });
});

describe("the list of tags", () => {
  it("counts every kind with tags", async () => {
    const all = await runIn(systemContext(app.ports, undefined, "test"), loadAllCollections);
    const countedNames = all.filter(({ countsTags }) => countsTags).map(({ name }) => name);
    expect(listNames("tags", domains).sort()).toEqual(countedNames.sort());
    const { admin } = tenant;
    const { data: lead } = await admin.createLead(newLead());
    const { data: customer } = await admin.createCustomer({ name: "Acme" });
    const of = { customer_id: customer.id, tags: ["harbour"] };
    await admin.createPotential({ personal_key_id: lead.personal_key_id, tags: ["Harbour"] });
    const { data: deal } = await admin.createDeal(of);
    await admin.createQuote(of);
    await admin.createProposal(of);
    await admin.createContract({ ...of, contract_value: "10.00" });
    const counts = { potential: 1, deal: 1, quote: 1, proposal: 1, contract: 1 };
    expect(await listTags()).toMatchObject([{ name: "Harbour", total: 5, counts }]);
    expect(await listTagNames(admin, { kind: "deal" })).toEqual(["Harbour"]);
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await listTags(rep.client)).toEqual([]);
    await admin.deleteDeal({ id: deal.id });
    expect(await listTags()).toMatchObject([{ total: 4, counts: { ...counts, deal: 0 } }]);
  });

  it("counts live records by kind", async () => {
    const { id } = await createLead(["a", "b"]);
    await createLead(["A"]);
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme", tags: ["b"] });
    await tenant.admin.createContact({ customer_id: customer.id, last_name: "Bo", tags: ["c"] });
    await tenant.admin.createOpportunity({ customer_id: customer.id, name: "Deal", tags: ["c"] });
    const zeroCounts = Object.fromEntries(listNames("tags", domains).map((kind) => [kind, 0]));
    expect(await listTags()).toEqual([
      { name: "a", total: 2, counts: { ...zeroCounts, lead: 2 } },
      { name: "b", total: 2, counts: { ...zeroCounts, lead: 1, customer: 1 } },
      { name: "c", total: 2, counts: { ...zeroCounts, contact: 1, opportunity: 1 } },
    ]);
    expect(await listTags(tenant.admin, { kind: "contact" })).toEqual([{ name: "c", total: 1, counts: { contact: 1 } }]);
    await tenant.admin.deleteLead({ id });
    expect(await listTagNames(tenant.admin, { kind: "lead" })).toEqual(["a"]);
    await tenant.admin.restoreLead({ id });
    await tenant.admin.updateLead({ id, tags: ["b"] });
    expect((await listTags(tenant.admin, { kind: "lead" })).map(({ name, total }) => [name, total])).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("counts a ticket once: for callers who see all, for its assignee, or else for its team", async () => {
    const team_id = await createTeam();
    const [ann, bob] = [await addUser(app, tenant, "SUPPORT_AGENT", { team_id }), await addUser(app, tenant, "SUPPORT_AGENT")];
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme", owner_id: ann.id });
    const createTicket = async (more: object) =>
      (await tenant.admin.createTicket({ customer_id: customer.id, subject: "Leak", description: "Hull", ...more })).data;
    await createTicket({ team_id, assigned_to_id: ann.id, tags: ["leak"] });
    const queued = await createTicket({ team_id, assigned_to_id: null, tags: ["leak", "queued"] });
    await createTicket({ team_id, assigned_to_id: bob.id, tags: ["leak", "bobs"] });
    const listTotals = async (as: Caller) =>
      (await listTags(as, { kind: "ticket" })).map(({ name, counts }) => `${name} ${counts.ticket}`);
    expect(await listTotals(tenant.admin)).toEqual(["bobs 1", "leak 3", "queued 1"]);
    expect(await listTotals(ann.client)).toEqual(["leak 2", "queued 1"]);
    expect(await listTotals(bob.client)).toEqual(["bobs 1", "leak 1"]);
    await tenant.admin.updateTicket({ id: queued.id, team_id: null });
    expect(await listTotals(bob.client)).toEqual(["bobs 1", "leak 2", "queued 1"]);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("counts interactions for callers who see all records only", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
    const input = { customer_id: customer.id, interaction_type_id: "call", tags: ["secret"] };
    const { data: call } = await tenant.admin.createInteraction(input);
    expect(await listTags()).toMatchObject([{ name: "secret", total: 1, counts: { interaction: 1 } }]);
    const rep = await addUser(app, tenant, "SALES_REP");
    await createLead(["own"], {}, rep.client);
    const [own, ...otherTags] = await listTags(rep.client);
    expect([own?.name, otherTags, Object.keys(own?.counts ?? {}).includes("interaction")]).toEqual(["own", [], false]);
    await expect(rep.client.listTags({ kind: "interaction" })).rejects.toMatchObject({ status: 403 });
    // The counters that every caller reads do not have them either.
    const openTags: TagCount[] = [];
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      for await (const count of readTagCounts([NONE], { prefix: "", after: undefined, chunk: 10 })) openTags.push(count);
    });
    expect(openTags.filter(({ counts }) => counts.interaction !== undefined)).toEqual([]);
    await tenant.admin.deleteInteraction({ id: call.id });
    expect(await listTagNames(tenant.admin, { kind: "interaction" })).toEqual([]);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("counts published articles, whose tags every user sees", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: article } = await tenant.admin.createKnowledgeArticle({ title: "Hull", body: "Paint", tags: ["paint"] });
    for (const client of [tenant.admin, rep.client]) expect(await listTags(client)).toEqual([]);
    await tenant.admin.publishArticle({ id: article.id });
    for (const client of [tenant.admin, rep.client])
      expect(await listTags(client, { kind: "knowledge_article" })).toEqual([
        { name: "paint", total: 1, counts: { knowledge_article: 1 } },
      ]);
    await tenant.admin.unpublishArticle({ id: article.id });
    for (const client of [tenant.admin, rep.client]) expect(await listTags(client)).toEqual([]);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("counts the tags of tickets, interactions and articles that an earlier release wrote, once they are migrated", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
    const { data: person } = await tenant.admin.createPerson({ last_name: "Alone" });
    const fields = { customer_id: customer.id, subject: "Leak", description: "Hull", tags: ["stored"] };
    const { data: ticket } = await tenant.admin.createTicket(fields);
    const call = { personal_key_id: person.id, interaction_type_id: "call", tags: ["stored"] };
    const { data: interaction } = await tenant.admin.createInteraction(call);
    const { data: article } = await tenant.admin.createKnowledgeArticle({ title: "Hull", body: "Paint", tags: ["stored"] });
    await tenant.admin.publishArticle({ id: article.id });
    // A migration of the shape before looks for the customer of an interaction without one. It must not run again.
    await tenant.admin.createContact({ customer_id: customer.id, personal_key_id: person.id });
    await app.settle();
    const shapes = new Map([
      [ticket.id, 1],
      [interaction.id, 2],
      [article.id, 1],
    ]);
    const editItems = (edit: (key: { pk: string; sk: string }) => Promise<unknown> | undefined) =>
      runIn(systemContext(app.ports, tenant.id, "test"), async () => {
        for (const { pk, sk } of dumpItems(app, tenant.id)) await edit({ pk: String(pk), sk: String(sk) });
        await app.settle();
      });
    await editItems((key) => {
      const shape = shapes.get(key.sk);
      return shape === undefined ? undefined : send(new UpdateCommand(buildShapeUpdate(key, shape)));
    });
    await editItems((key) => {
      const isTagCount = key.pk.endsWith("#COUNT#tag") || key.sk.startsWith("~tags#");
      return isTagCount ? send(new DeleteCommand({ TableName: tableName(), Key: key })) : undefined;
    });
    expect(await listTags()).toEqual([]);
    expect(await migrate(app.ports)).toMatchObject({ rewritten: 3, failed: [], done: true });
    const counts = { ticket: 1, interaction: 1, knowledge_article: 1 };
    expect(await listTags()).toMatchObject([{ name: "stored", total: 3, counts }]);
    expect((await tenant.admin.getInteraction({ id: interaction.id })).data.customer_id).toBeNull();
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("shows each user the tags of visible records only", async () => {
    const [ann, bob] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const secret = await createLead(["secret", "shared"], { owner_id: ann.id });
    await createLead(["shared", "bobs"], { owner_id: bob.id });
    await createLead(["waiting", "shared"], { owner_id: null });
    const listTotals = async (as: Caller) => (await listTags(as)).map(({ name, total }) => `${name} ${total}`);
    expect(await listTotals(ann.client)).toEqual(["secret 1", "shared 2", "waiting 1"]);
    expect(await listTotals(bob.client)).toEqual(["bobs 1", "shared 2", "waiting 1"]);
    expect(await listTotals(tenant.admin)).toEqual(["bobs 1", "secret 1", "shared 3", "waiting 1"]);
    expect(await listTagNames(bob.client, { search: "sec" })).toEqual([]);
    await tenant.admin.updateLead({ id: secret.id, owner_id: bob.id });
    expect(await listTotals(ann.client)).toEqual(["shared 1", "waiting 1"]);
    expect(await listTotals(bob.client)).toEqual(["bobs 1", "secret 1", "shared 3", "waiting 1"]);
    const otherTenant = await signUp(app);
    expect((await otherTenant.admin.listTags({})).data).toEqual([]);
    expect((await otherTenant.admin.createLead(newLead({ tags: ["SECRET"] }))).data.tags).toEqual(["SECRET"]);
  });

  it("is filtered by prefix, in any letter case", async () => {
    await createLead(["VIP", "vintage", "Boat", "vi/p", "V"]);
    expect(await listTagNames(tenant.admin, { search: "vi" })).toEqual(["vi/p", "vintage", "VIP"]);
    expect(await listTagNames(tenant.admin, { search: "VIN" })).toEqual(["vintage"]);
    expect(await listTagNames(tenant.admin, { search: "x" })).toEqual([]);
  });

  it("is paginated, with each tag once", async () => {
    const tags = Array.from({ length: 45 }, (_, n) => `t${String(n).padStart(2, "0")}`);
    const [ann, bob] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    await createLead(tags, { owner_id: ann.id });
    await createLead(tags, { owner_id: bob.id });
    const deletedLead = await createLead(["t05x", "t20x"]);
    await tenant.admin.deleteLead({ id: deletedLead.id });
    await app.settle();
    const { data: team } = await tenant.admin.createTeam({ name: "Both" });
    const manager = await addUser(app, tenant, "MANAGER", { team_id: team.id });
    for (const { id } of [ann, bob]) await tenant.admin.updateUser({ id, team_id: team.id });
    for (const as of [tenant.admin, manager.client, ann.client]) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const { data, meta } = await as.listTags({ limit: 20, ...(cursor ? { cursor } : {}) });
        seen.push(...data.map(({ name, total }) => `${name} ${total}`));
        expect(meta.total).toBe(seen.length);
        if (!meta.next_cursor) break;
        expect(meta.total_is_lower_bound).toBe(true);
        cursor = meta.next_cursor;
      }
      expect(seen).toEqual(tags.map((tag) => `${tag} ${as === ann.client ? 1 : 2}`));
    }
    const { meta } = await tenant.admin.listTags({ limit: 20 });
    const cursor = meta.next_cursor as string;
    await expect(ann.client.listTags({ limit: 20, cursor })).rejects.toMatchObject({ status: 400 });
    await expect(tenant.admin.listTags({ limit: 20, search: "t", cursor })).rejects.toMatchObject({ status: 400 });
  });

  it("supports any characters: key separators, three-byte letters, and names of object properties", async () => {
    const strange = [
      "#1",
      "vip#3",
      "a/b",
      "a b",
      "@home",
      "a@b",
      "100%",
      "$000020",
      "日本語タグ",
      "ÉTÉ",
      "🚢 ship",
      "__proto__",
      "constructor",
    ];
    const { id } = await createLead([...strange, "vip"]);
    await tenant.admin.createCustomer({ name: "Acme", tags: strange.map((tag) => tag.toUpperCase()) });
    const listedTags = await listTags();
    expect(new Set(listedTags.map(({ name }) => name))).toEqual(new Set([...strange, "vip"]));
    for (const { name, total } of listedTags) expect([name, total]).toEqual([name, name === "vip" ? 1 : 2]);
    for (const tag of strange) expect(await listTagNames(tenant.admin, { search: tag })).toContain(tag);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
    await tenant.admin.deleteLead({ id });
    expect((await listTags()).every(({ total }) => total === 1)).toBe(true);
  });

  it("is exact after a record changes fifty long tags and its owner", async () => {
    const { id: owner_id } = await addUser(app, tenant, "SALES_REP");
    const buildTagNames = (letter: string) =>
      Array.from({ length: 50 }, (_, n) => letter.repeat(48) + String(n).padStart(2, "0"));
    const { id } = await createLead(buildTagNames("字"));
    expect(await listTags(tenant.admin, { limit: 100 })).toHaveLength(50);
    await tenant.admin.updateLead({ id, tags: buildTagNames("語"), owner_id });
    expect(new Set(await listTagNames(tenant.admin, { limit: 100 }))).toEqual(new Set(buildTagNames("語")));
    await tenant.admin.updateLead({ id, owner_id: tenant.userId });
    expect(await listTags(tenant.admin, { limit: 100 })).toHaveLength(50);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });

  it("rejects invalid parameters", async () => {
    const raw = inProcessTransport(app, tenant.token);
    for (const query of ["kind=activity", "limit=0", "limit=101", "cursor=x", "colour=red", `search=${"x".repeat(51)}`]) {
      const { status } = await raw({ method: "GET", path: "/api/v1/tags", query: query, headers: {}, body: undefined });
      expect([query, status]).toEqual([query, 400]);
    }
    await expect(createClient(inProcessTransport(app)).listTags({})).rejects.toMatchObject({ status: 401 });
  });
});

describe("a recount of tags", () => {
  it("reports and repairs a wrong counter", async () => {
    await createLead(["a"]);
    await app.settle();
    const { counterKey } = await import("@crm/core/storage/read/counter.ts");
    const { update } = await import("@crm/core/storage/table/database.ts");
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      update({
        Key: counterKey(tenant.id, "tag", "*@a"),
        UpdateExpression: "ADD #lead :two",
        ExpressionAttributeNames: { "#lead": "lead" },
        ExpressionAttributeValues: { ":two": 2 },
      }),
    );
    expect(await listTags()).toMatchObject([{ name: "a", total: 3 }]);
    expect(await runRecount()).toMatchObject({
      differences: [{ kind: "tag", where: "*@a", what: "lead", kept: 3, counted: 1 }],
      mended: 1,
    });
    expect(await listTags()).toMatchObject([{ name: "a", total: 1 }]);
  });

  it("reports a record counted under wrong tags", async () => {
    const { id } = await createLead(["a"]);
    await app.settle();
    const { tagCheckpointKey } = await import("@crm/core/storage/table/key.ts");
    const { update } = await import("@crm/core/storage/table/database.ts");
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      update({
        Key: tagCheckpointKey(tenant.id, id),
        UpdateExpression: "SET tags = :none",
        ExpressionAttributeValues: { ":none": "{}" },
      }),
    );
    const { differences } = await runRecount();
    expect(differences).toContainEqual(expect.objectContaining({ kind: "tag", where: id, what: "tags", kept: "{}" }));
  });

  it("counts records of an earlier release once they are migrated", async () => {
    const { id } = await createLead(["Old"]);
    await app.settle();
    const { deleteAll } = await createTagStateEraser();
    await deleteAll(id);
    expect(await listTagNames()).toEqual([]);
    await tenant.admin.updateLead({ id, description: "passed" });
    expect(await listTags()).toMatchObject([{ name: "Old", total: 1 }]);
    expect(await runRecount()).toMatchObject({ differences: [], mended: 0 });
  });
});

/** Removes the tag state that this release keeps beside a record, as an earlier release left the table. */
async function createTagStateEraser() {
  const { counterKey } = await import("@crm/core/storage/read/counter.ts");
  const { tagCheckpointKey } = await import("@crm/core/storage/table/key.ts");
  const { writeAll } = await import("@crm/core/storage/table/database.ts");
  const listKeys = (id: string) => [
    tagCheckpointKey(tenant.id, id),
    ...["*", tenant.userId].map((owner) => counterKey(tenant.id, "tag", `${owner}@old`)),
  ];
  const deleteAll = (id: string) =>
    runIn(systemContext(app.ports, tenant.id, "test"), () => writeAll(listKeys(id).map((Key) => ({ DeleteRequest: { Key } }))));
  return { deleteAll };
}
