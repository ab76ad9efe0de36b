import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Relative dates in lists. The tenant is in Berlin, where the day begins at 23:00 UTC; a user is in Tokyo, where it begins at 15:00 UTC. */

const BEFORE_MIDNIGHT = "2030-03-15T22:55:00Z";
const AFTER_MIDNIGHT = "2030-03-15T23:01:00Z";

let app: App;
let tenant: Tenant;
let inTokyo: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2030-03-15T22:50:00Z" });
  tenant = await signUp(app, { timezone: "Europe/Berlin" });
  inTokyo = await addUser(app, tenant, "DIRECTOR");
  await inTokyo.client.updateMyPreferences({ time_zone: "Asia/Tokyo" });
  for (const [company, next_contact_date] of [
    ["Yesterday", "2030-03-14T22:59:00Z"],
    ["Morning", "2030-03-14T23:00:00Z"],
    ["Afternoon", "2030-03-15T15:00:00Z"],
    ["Recent", "2030-03-15T22:30:00Z"],
    ["Evening", "2030-03-15T22:59:59Z"],
    ["Next day", "2030-03-15T23:00:00Z"],
    ["Next week", "2030-03-18T12:00:00Z"],
  ])
    await tenant.admin.createLead(newLead({ company, next_contact_date }));
  await app.settle();
});
afterAll(() => app.stop());

const inOrder = { sort: "next_contact_date", order: "asc" } as const;
const listCompanies = async (input: object, { client }: { client: TestUser["client"] } = { client: tenant.admin }) =>
  (await client.listLeads({ ...inOrder, ...input })).data.map(({ company }) => company);

describe("a relative date in a filter", () => {
  it.each([
    ["today", ["Morning", "Afternoon", "Recent", "Evening"]],
    ["today+1d", ["Next day"]],
    ["next_week", ["Next week"]],
    ["2030-03-16/2030-03-18", ["Next day", "Next week"]],
    ["2030-03-15[Asia/Tokyo]", ["Yesterday", "Morning"]],
  ])("is all days of %s", async (day, companies) => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    expect(await listCompanies({ next_contact_date: day })).toEqual(companies);
  });

  it.each([
    ["lt", "now", ["Yesterday", "Morning", "Afternoon", "Recent"]],
    ["gte", "now-1h", ["Recent", "Evening", "Next day", "Next week"]],
    ["gt", "this_week", ["Next week"]],
    ["lte", "yesterday", ["Yesterday"]],
  ])("has the operator %s with %s", async (operator, value, companies) => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    expect(await listCompanies({ [`next_contact_date[${operator}]`]: value })).toEqual(companies);
  });

  it("has the days of the reader", async () => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    const companies = ["Afternoon", "Recent", "Evening", "Next day"];
    expect(await listCompanies({ next_contact_date: "today" }, inTokyo)).toEqual(companies);
  });

  it("applies to fields of days, in conditions too", async () => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    const close = async (close_date: string) =>
      (await tenant.admin.createOpportunity({ name: close_date, close_date, stage_id: "prospecting" })).data.id;
    const [first, last, later] = [await close("2030-03-11"), await close("2030-03-17"), await close("2030-04-01")];
    const find = async (close_date: unknown) =>
      (
        await allowAnyInput(tenant.admin).queryOpportunities({ where: { close_date }, sort: "close_date", order: "asc" })
      ).data.map(({ id }) => id);
    expect(await find("this_week")).toEqual([first, last]);
    expect(await find({ gt: "this_week" })).toEqual([later]);
    expect(await find({ in: ["today-4d", "next_1_days"] })).toEqual([first]);
  });

  it("stays the same on all pages of a list, although the day changes", async () => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    const input = { ...inOrder, next_contact_date: "today", limit: 2 } as { next_contact_date: string };
    const { data: rows, meta } = await tenant.admin.listLeads(input);
    app.setClock({ now: AFTER_MIDNIGHT });
    const { data: others } = await tenant.admin.listLeads({ ...input, cursor: String(meta.next_cursor) });
    expect([...rows, ...others].map(({ company }) => company)).toEqual(["Morning", "Afternoon", "Recent", "Evening"]);
    expect(await listCompanies({ next_contact_date: "today" })).toEqual(["Next day"]);
    const [body = "", signature] = String(meta.next_cursor).split(".");
    const position = JSON.parse(Buffer.from(body, "base64url").toString());
    const forged = Buffer.from(JSON.stringify([...position.slice(0, 3), BEFORE_MIDNIGHT])).toString("base64url");
    await expect(tenant.admin.listLeads({ ...input, cursor: `${forged}.${signature}` })).rejects.toMatchObject({
      details: [{ field: "cursor" }],
    });
  });

  it("stays relative in a saved view", async () => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    const query = { where: { next_contact_date: "today" }, ...inOrder };
    const { data: view } = await tenant.admin.createView({ kind: "lead", name: "Due today", query });
    app.setClock({ now: AFTER_MIDNIGHT });
    const { data: stored } = await tenant.admin.getView({ id: view.id });
    expect((await allowAnyInput(tenant.admin).queryLeads(stored.query)).data.map(({ company }) => company)).toEqual(["Next day"]);
    const wrong = { kind: "lead", name: "Wrong", query: { where: { next_contact_date: "todya" } } };
    await expect(tenant.admin.createView(wrong)).rejects.toMatchObject({
      details: [{ field: "query.where.next_contact_date", message: expect.stringContaining("such as today-7d") }],
    });
  });

  it("is resolved once for a background job", async () => {
    app.setClock({ now: BEFORE_MIDNIGHT });
    const query = { where: { next_contact_date: "today" }, "created_at[lte]": "today" };
    const { data: change } = await tenant.admin.createBulkChange({
      kind: "lead",
      action: "update",
      query,
      add_tags: ["due"],
    });
    const { data: file } = await tenant.admin.exportLeads({ format: "csv", query });
    app.setClock({ now: AFTER_MIDNIGHT });
    await app.settle();
    expect((await tenant.admin.getBulkChange({ id: change.id })).data).toMatchObject({ status: "completed", done: 4 });
    expect((await tenant.admin.getExport({ id: file.export_id })).data).toMatchObject({ status: "completed", rows: 4 });
  });

  it.each([
    ["next_contact_date", "todya", "Must be a date, YYYY-MM-DD, an RFC 3339 timestamp, or a relative date"],
    ["next_contact_date[gte]", "last_fortnight", "such as today-7d, now-1h, this_month or last_30_days"],
    ["next_contact_date", "2030-03-16/2030-03-15", "whose last day is not before its first one"],
    ["next_contact_date", "2030-03-16[Europe/Bonn]", "Must name an IANA time zone"],
    ["created_at[lt]", "1700-01-01", "Must be a date from 1800-01-01"],
  ])("%s=%s is refused with the rule and an example", async (field, value, message) => {
    await expect(tenant.admin.listLeads({ [field]: value })).rejects.toMatchObject({
      status: 400,
      details: [{ field, message: expect.stringContaining(message) }],
    });
  });

  it.each([
    ["close_date", "now", "the field has no time of day"],
    ["close_date[ne]", "this_week", "Must be one day"],
    ["close_date[in]", "today,last_week", "Must be one day"],
  ])("%s=%s is refused for a field of days", async (field, value, message) => {
    await expect(tenant.admin.listOpportunities({ [field]: value })).rejects.toMatchObject({
      status: 400,
      details: [{ field, message: expect.stringContaining(message) }],
    });
  });

  it("is refused by a segment, whose members would not follow the day", async () => {
    const filter = { next_contact_date: { lt: "today" } };
    await expect(tenant.admin.createSegment({ name: "Due", membership: "DYNAMIC", filter })).rejects.toMatchObject({
      details: [{ field: "filter.next_contact_date.lt", message: expect.stringContaining("only for lists and saved views") }],
    });
  });
});
