import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { inProcessTransport, recordPublishedEvents, signIn, startTestApp } from "../../support/app.ts";
import {
  type ArchivedYear,
  archive,
  clientOf,
  createYear,
  DAY_MS,
  killAfterEachCall,
  readAll,
  readEverything,
  readInteractionItems,
} from "./archived-year.ts";

/** Interactions over 22 months. */
const COUNT = 90;

let app: App;
let year: ArchivedYear;
let other: ArchivedYear;
/** Archived interactions, the oldest first. */
let archived: string[];
let before: Awaited<ReturnType<typeof readEverything>>;

const recountDifferences = async () => (await recountTenant(app, year.tenant.id)).differences;
const isStored = (id: string) => readInteractionItems(app, year.tenant).whole.some(({ sk }) => sk === id);

beforeAll(async () => {
  app = await startTestApp();
  year = await createYear(app, COUNT);
  other = await createYear(app, 6);
  app.setClock({ advance: 40 * DAY_MS });
  before = await readEverything(app, year);
});
afterAll(() => app.stop());

describe("old interactions", () => {
  it("move to the object store despite kills and a second worker, and are read as before", async () => {
    const events = recordPublishedEvents(app);
    const words = () => JSON.stringify(dumpWords());
    const dumpWords = () => readInteractionItems(app, year.tenant).words;
    const found = words();
    await killAfterEachCall(app, (size) => archive(app, year.tenant, size));
    await Promise.all([archive(app, year.tenant, 4), archive(app, year.tenant, 9)]);
    await app.settle();
    const { whole, stubs } = readInteractionItems(app, year.tenant);
    archived = stubs.map(({ sk }) => String(sk)).sort();
    expect(archived).toEqual(year.interactions.slice(0, archived.length));
    expect(archived.length).toBeGreaterThan(COUNT / 3);
    expect(whole.length).toBe(COUNT - archived.length);
    expect(events.filter(({ type }) => type.startsWith("interaction."))).toEqual([]);
    expect(words()).toBe(found);
    const after = await readEverything(app, year);
    for (const [index, list] of before.lists.entries()) expect(after.lists[index]).toEqual(list);
    expect(after).toEqual(before);
    expect(await recountDifferences()).toEqual([]);
    expect(readInteractionItems(app, other.tenant).stubs).toEqual([]);
  });

  it("are in files, and in no list whose filter does not reach them, which says so", async () => {
    const admin = await clientOf(app, year.tenant);
    const { data, meta } = await admin.listInteractions({ type: "email", limit: 100 });
    const end = meta.archived_before as string;
    expect((data.map(({ interaction_date }) => interaction_date).sort()[0] as string) >= end).toBe(true);
    expect(meta.total).toBe(COUNT / 2);
    expect((await admin.listInteractions({ type: "email", from: end })).meta).not.toHaveProperty("archived_before");
    expect((await admin.listInteractions({ limit: 1 })).meta).not.toHaveProperty("archived_before");
    const range = (from: number, to: number) => ({
      "updated_at[gte]": new Date(Date.now() + from * DAY_MS).toISOString(),
      "updated_at[lt]": new Date(Date.now() + to * DAY_MS).toISOString(),
    });
    expect((await admin.listInteractions({ ...range(-5, 5), limit: 100 })).meta.archived_before).toBe(end);
    expect((await admin.listInteractions({ ...range(15, 40) })).meta).not.toHaveProperty("archived_before");
    const { data: file } = await admin.exportInteractions({
      format: "csv",
      columns: ["id", "summary"],
      query: { type: "email" },
    });
    await app.settle();
    const { access_token } = await signIn(app, year.tenant);
    const path = `/api/v1/exports/${file.export_id}/file`;
    const { body } = await inProcessTransport(
      app,
      access_token,
    )({ method: "GET", path, query: "", headers: {}, body: undefined });
    const lines = Buffer.from(String(body), "base64").toString();
    for (const [index, id] of year.interactions.entries()) expect(lines.includes(id)).toBe(index % 2 === 0);
    expect(lines).toContain("Summary 0");
  });

  it("return to the table when they are changed, deleted and restored", async () => {
    const admin = await clientOf(app, year.tenant);
    const [id = "", deleted = "", untouched = ""] = archived.slice(10);
    const events = recordPublishedEvents(app);
    const { data: changed } = await admin.updateInteraction({ id, subject: "Zweites Gespräch", tags: ["late"] });
    expect(changed).toMatchObject({ version: 2, notes: expect.any(String), subject: "Zweites Gespräch" });
    await admin.deleteInteraction({ id: deleted });
    expect(isStored(id) && isStored(deleted)).toBe(true);
    expect(isStored(untouched)).toBe(false);
    await app.settle();
    expect(await recountDifferences()).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["interaction.updated", "interaction.deleted"]));
    expect((await admin.listInteractions({})).meta.total).toBe(COUNT - 1);
    const { rows } = await readAll((query) => admin.listInteractions(query), {});
    expect(rows.filter((row) => (row as { id: string }).id === id)).toMatchObject([{ subject: "Zweites Gespräch" }]);
    expect(rows.some((row) => (row as { id: string }).id === deleted)).toBe(false);
    expect((await admin.listInteractions({ search: "zweites" })).data.map((row) => row.id)).toEqual([id]);
    const [entry] = (await admin.listAuditEntries({ record_id: id })).data;
    const { data: audited } = await admin.getAuditEntry({ id: entry?.id ?? "" });
    expect(audited).toMatchObject({ operation: "UPDATE", new_values: { subject: "Zweites Gespräch" } });
    expect(audited.old_values).toMatchObject({ subject: expect.stringContaining("Gespräch") });

    await admin.restoreInteraction({ id: deleted });
    await admin.updateInteraction({ id, subject: year.subjectOf(id), tags: year.tagsOf(id) });
    await app.settle();
    expect(await recountDifferences()).toEqual([]);
    // They are archived again once they have been unchanged for some time.
    await archive(app, year.tenant);
    expect(isStored(id) && isStored(deleted)).toBe(true);
    app.setClock({ advance: 31 * DAY_MS });
    await archive(app, year.tenant);
    expect(isStored(id) || isStored(deleted)).toBe(false);
    expect(await recountDifferences()).toEqual([]);
    const later = await clientOf(app, year.tenant);
    expect((await later.getInteraction({ id })).data).toMatchObject({ version: 3, subject: year.subjectOf(id) });
    const all = await readAll((query) => later.listInteractions(query), { order: "asc" });
    expect(all.rows.map((row) => (row as { id: string }).id)).toEqual(year.interactions);
  });
});
