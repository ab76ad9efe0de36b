import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
let stranger: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  [rep, colleague, stranger] = [
    await addUser(app, tenant, "SALES_REP", { first_name: "Grace", last_name: "Hopper" }),
    await addUser(app, tenant, "SALES_REP"),
    await signUp(app),
  ];
});
afterAll(() => app.stop());

const createLead = async ({ client }: Pick<TestUser, "client">, company: string): Promise<string> =>
  (await client.createLead(newLead({ first_name: company, last_name: "Lead", company }))).data.id;

/** Creates records that every user sees, and that cost little to write. */
const createTeams = async (count: number): Promise<string[]> => {
  const names = Array.from({ length: count }, (_, n) => `Team ${++teamCount} of ${n}`);
  return Promise.all(names.map(async (name) => (await tenant.admin.createTeam({ name })).data.id));
};
let teamCount = 0;

/** Returns the writes of single items that `work` sends. */
async function countUpdates(work: () => Promise<unknown>): Promise<number> {
  const { database } = app.ports;
  const send = database.send;
  let count = 0;
  database.send = (command, scope) => {
    if (command instanceof UpdateCommand && !String(command.input.Key?.pk).includes("#RATE#")) count++;
    return send.call(database, command, scope);
  };
  try {
    await work();
  } finally {
    database.send = send;
  }
  return count;
}

describe("presence", () => {
  it("is visible to others for 45 seconds, and changes neither the record nor its events", async () => {
    const record_id = await createLead(rep, "Watched");
    await app.settle();
    const events = recordPublishedEvents(app);
    await rep.client.reportPresence({ record_id });
    const { data: viewers } = await tenant.admin.listPresence({ record_id });
    expect(viewers).toEqual([{ user_id: rep.id, name: "Grace Hopper", since: expect.any(String), is_editing: false }]);
    expect((await rep.client.listPresence({ record_id })).data).toEqual([]);
    app.setClock({ advance: 40_000 });
    expect(await countUpdates(() => rep.client.reportPresence({ record_id, is_editing: true }))).toBe(1);
    app.setClock({ advance: 40_000 });
    expect((await tenant.admin.listPresence({ record_id })).data).toEqual([{ ...viewers[0], is_editing: true }]);
    app.setClock({ advance: 6_000 });
    expect((await tenant.admin.listPresence({ record_id })).data).toEqual([]);
    await rep.client.reportPresence({ record_id });
    await rep.client.endPresence({ record_id });
    expect((await tenant.admin.listPresence({ record_id })).data).toEqual([]);
    await app.settle();
    expect(events).toEqual([]);
    app.setClock({ reset: true });
  });

  it("on a ticket is the same as that of the ticket's own operations", async () => {
    const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
    const input = { subject: "The pump", description: "It hums", customer_id, assigned_to_id: rep.id };
    const { id } = (await tenant.admin.createTicket(input)).data;
    await rep.client.reportPresence({ record_id: id, is_editing: true });
    expect((await tenant.admin.listTicketPresence({ id })).data).toMatchObject([{ user_id: rep.id, is_answering: true }]);
  });

  it("is limited to users who can see the record", async () => {
    const record_id = await createLead(rep, "Hidden");
    const read = await colleague.client.getLead({ id: record_id }).catch((error) => error);
    for (const client of [colleague.client, stranger.admin])
      for (const call of [client.reportPresence, client.listPresence, client.endPresence])
        await expect(call({ record_id })).rejects.toMatchObject({ status: 404, code: read.code, message: read.message });
  });
});

describe("preferences", () => {
  const defaults = {
    ...{ version: 0, language: null, time_zone: null, density: "default", start_page: null, theme: "system" },
    ...{ single_key_shortcuts: true, sidebar_collapsed: false, view_as_role: null, mail_signature: null, columns: {}, ui: {} },
  };

  it("have defaults, are replaced as a whole and merged key by key", async () => {
    const { client, id: user_id } = await addUser(app, tenant, "USER");
    expect((await client.getMyPreferences()).data).toEqual({ ...defaults, user_id, updated_at: null });
    const { data: first } = await client.replaceMyPreferences({
      language: "de-ch",
      theme: "dark",
      columns: { lead: [{ name: "company", width: 120, frozen: true }] },
      ui: { panel: { open: true }, größe: 3 },
    });
    expect(first).toMatchObject({ version: 1, language: "de-CH", theme: "dark", density: "default" });
    await Promise.all([
      client.updateMyPreferences({ columns: { ticket: [{ name: "subject" }] }, ui: { tab: "notes" } }),
      client.updateMyPreferences({ ui: { panel: null }, single_key_shortcuts: false }),
    ]);
    expect((await client.getMyPreferences()).data).toMatchObject({
      ...{ version: 3, language: "de-CH", single_key_shortcuts: false, ui: { größe: 3, tab: "notes" } },
      columns: {
        lead: [{ name: "company", width: 120, frozen: true }],
        ticket: [{ name: "subject", frozen: false }],
      },
    });
    expect((await client.updateMyPreferences({ theme: "dark" })).data.version).toBe(3);
    expect((await client.replaceMyPreferences({})).data).toMatchObject({ ...defaults, version: 4 });
  });

  it("have the time zone of the working hours, and only that", async () => {
    const { client, id } = await addUser(app, tenant, "USER");
    const working_hours = [{ weekday: "MON" as const, from: "09:00", to: "17:00" }];
    await client.replaceUserAvailability({ id, timezone: "Asia/Tokyo", working_hours });
    expect((await client.getMyPreferences()).data).toMatchObject({ version: 0, time_zone: "Asia/Tokyo" });
    expect((await client.updateMyPreferences({ theme: "light" })).data.time_zone).toBe("Asia/Tokyo");
    expect((await client.updateMyPreferences({ time_zone: "Europe/Berlin" })).data.time_zone).toBe("Europe/Berlin");
    const { data: availability } = await client.getUserAvailability({ id });
    expect(availability).toMatchObject({ timezone: "Europe/Berlin", working_hours });
    expect((await client.updateMyPreferences({ time_zone: null })).data.time_zone).toBeNull();
    expect((await client.getUserAvailability({ id })).data).toMatchObject({ timezone: null, working_hours });
  });

  it("refuse a stale version, also before anything is stored", async () => {
    const { client } = await addUser(app, tenant, "USER");
    const { headers } = await client.getMyPreferences();
    const ifMatch = String(headers.etag);
    await client.updateMyPreferences({ theme: "dark" }, { ifMatch });
    await expect(client.replaceMyPreferences({ theme: "light" }, { ifMatch })).rejects.toMatchObject({
      status: 412,
      details: [{ field: "theme" }],
    });
  });

  it.each([
    ["start_page", { start_page: "//evil.example" }],
    ["start_page", { start_page: "https://evil.example" }],
    ["start_page", { start_page: "/\\evil.example" }],
    ["time_zone", { time_zone: "Mars/Olympus" }],
    ["language", { language: "tlh" }],
    ["columns.starship", { columns: { starship: [] } }],
    ["columns.lead", { columns: { lead: [{ name: "company" }, { name: "company" }] } }],
    ["ui", { ui: { text: "ä".repeat(8_200) } }],
  ])("refuse a wrong %s: %#", async (field, input) => {
    await expect(rep.client.updateMyPreferences(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("refuse merged state that is too large together", async () => {
    await rep.client.updateMyPreferences({ ui: { a: "x".repeat(9_000) } });
    await expect(rep.client.updateMyPreferences({ ui: { b: "x".repeat(9_000) } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "ui" }],
    });
  });

  it("are hidden in the audit trail, and are no data of an API key", async () => {
    await rep.client.updateMyPreferences({ start_page: "/crm/secret" });
    await app.settle();
    const { data: entries } = await tenant.admin.listAuditEntries({ limit: 100 });
    const entry = entries.find(({ record_type }) => record_type === "user_preferences");
    expect(JSON.stringify((await tenant.admin.getAuditEntry({ id: String(entry?.id) })).data)).not.toContain("secret");
  });
});

describe("recent records", () => {
  const listIds = async ({ client }: TestUser): Promise<string[]> =>
    (await client.listMyRecentRecords()).data.map(({ id }) => id);

  it("are the newest 50, each once, and a visit is one write at most", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const [first = "", ...others] = [await createLead(user, "First"), ...(await createTeams(50))];
    const visit = (record_id: string) => user.client.visitRecord({ record_id });
    for (const id of [first, ...others]) await visit(id);
    expect(await listIds(user)).toEqual(others.toReversed());
    expect(await countUpdates(() => visit(first))).toBe(1);
    expect(await countUpdates(() => visit(first))).toBe(0);
    expect((await listIds(user)).slice(0, 2)).toEqual([first, others.at(-1)]);
    const { data } = await user.client.listMyRecentRecords();
    expect(data).toHaveLength(50);
    expect(data[0]).toEqual({
      ...{ id: first, kind: "lead", title: "First Lead", path: `/api/v1/leads/${first}`, view_kind: null },
      visited_at: expect.any(String),
    });
  });

  it("of two tabs at once are all stored", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const ids = await Promise.all(["A", "B", "C", "D"].map((company) => createLead(user, company)));
    await Promise.all(ids.map((record_id) => user.client.visitRecord({ record_id })));
    expect((await listIds(user)).sort()).toEqual(ids.sort());
  });

  it("leave out deleted records, those that the user no longer sees, and those of 90 days ago", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const [kept = "", deleted = "", assigned = ""] = await Promise.all(
      ["Kept", "Gone", "Moved"].map((name) => createLead(user, name)),
    );
    for (const record_id of [kept, deleted, assigned]) await user.client.visitRecord({ record_id });
    await user.client.deleteLead({ id: deleted });
    await tenant.admin.updateLead({ id: assigned, owner_id: colleague.id });
    expect(await listIds(user)).toEqual([kept]);
    await expect(user.client.visitRecord({ record_id: assigned })).rejects.toMatchObject({ status: 404 });
    app.setClock({ advance: 91 * 24 * 60 * 60_000 });
    const { access_token } = (
      await createClient(inProcessTransport(app)).login({ email: user.email, password: PASSWORD, tenant_slug: tenant.slug })
    ).data;
    const later = createClient(inProcessTransport(app, access_token));
    expect((await later.listMyRecentRecords()).data).toEqual([]);
    app.setClock({ reset: true });
  });
});

describe("favorites", () => {
  const listTitles = async ({ client }: TestUser): Promise<string[]> =>
    (await client.listMyFavorites()).data.records.map(({ title }) => title);

  it("are records and views in the order of the user", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const [a = "", b = ""] = [await createLead(user, "A"), await createLead(user, "B")];
    const { data: view } = await user.client.createView({ kind: "lead", name: "Mine", query: {} });
    for (const record_id of [a, b, view.id, a]) await user.client.addMyFavorite({ record_id });
    expect(await listTitles(user)).toEqual(["A Lead", "B Lead", "Mine"]);
    const { data, headers } = await user.client.listMyFavorites();
    expect(data.records[2]).toEqual({
      ...{ id: view.id, kind: "view", title: "Mine", path: `/api/v1/views/${view.id}`, view_kind: "lead" },
    });
    const ifMatch = String(headers.etag);
    await user.client.replaceMyFavorites({ record_ids: [view.id, a, b] }, { ifMatch });
    expect(await listTitles(user)).toEqual(["Mine", "A Lead", "B Lead"]);
    await expect(user.client.replaceMyFavorites({ record_ids: [a] }, { ifMatch })).rejects.toMatchObject({ status: 412 });
    await user.client.removeMyFavorite({ record_id: a });
    const { data: removed } = await user.client.removeMyFavorite({ record_id: a });
    expect([removed.version, removed.record_ids, await listTitles(user)]).toEqual([
      data.version + 2,
      [view.id, b],
      ["Mine", "B Lead"],
    ]);
    await expect(user.client.replaceMyFavorites({ record_ids: [b, b] })).rejects.toMatchObject({
      details: [{ field: "record_ids[1]" }],
    });
  });

  it("show no record that the user cannot see, and keep it until the user sees it again", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const [lead, other, hidden] = [
      await createLead(user, "Lead"),
      await createLead(user, "Other"),
      await createLead(colleague, "H"),
    ];
    for (const record_id of [lead, other]) await user.client.addMyFavorite({ record_id });
    const { data: view } = await colleague.client.createView({ kind: "lead", name: "Private", query: {} });
    for (const record_id of [hidden, view.id, "led_000000000000000000", tenant.userId.replace("usr", "ses"), "nothing"]) {
      await expect(user.client.addMyFavorite({ record_id })).rejects.toMatchObject({ status: 404 });
      await expect(user.client.replaceMyFavorites({ record_ids: [record_id] })).rejects.toMatchObject({
        details: [{ field: "record_ids[0]" }],
      });
    }
    await expect(stranger.admin.addMyFavorite({ record_id: lead })).rejects.toMatchObject({ status: 404 });
    const assign = (owner_id: string) => tenant.admin.updateLead({ id: lead, owner_id });
    await assign(colleague.id);
    expect(await listTitles(user)).toEqual(["Other Lead"]);
    await user.client.replaceMyFavorites({ record_ids: [other] });
    await assign(user.id);
    expect(await listTitles(user)).toEqual(["Other Lead", "Lead Lead"]);
  });

  it("show an unpublished article only to its authors", async () => {
    const { data: article } = await tenant.admin.createKnowledgeArticle({ title: "Draft", body: "Text" });
    await tenant.admin.addMyFavorite({ record_id: article.id });
    expect((await tenant.admin.listMyFavorites()).data.records).toMatchObject([{ kind: "knowledge_article", title: "Draft" }]);
    await expect(rep.client.addMyFavorite({ record_id: article.id })).rejects.toMatchObject({ status: 404 });
  });

  it("are 100 at most; records that are gone do not count", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const ids = await createTeams(101);
    const [last = "", gone = ""] = ids;
    await expect(user.client.replaceMyFavorites({ record_ids: ids })).rejects.toMatchObject({ status: 422 });
    await user.client.replaceMyFavorites({ record_ids: ids.slice(1) });
    await expect(user.client.addMyFavorite({ record_id: last })).rejects.toMatchObject({ status: 422 });
    await tenant.admin.deleteTeam({ id: gone });
    await user.client.addMyFavorite({ record_id: last });
    const { records } = (await user.client.listMyFavorites()).data;
    expect([records.length, records.at(-1)?.id]).toEqual([100, last]);
  });
});
