import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { toRating } from "@crm/core/sales/scoring/rating.rules.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { readTableShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder, recountTenant, removeFolder } from "../../local/backup/support.ts";
import { inProcessTransport, newLead, startTestApp } from "../../support/app.ts";
import { dumpItems } from "../stream/chaos.ts";
import { type ApiSnapshot, readApiSnapshot, readTotals } from "./api-snapshot.ts";

/** A store written by the first release, and what its API showed of it (see fixtures/fixture-writer.ts). */
const fixturePath = (ending: string): string => join(import.meta.dirname, "fixtures", `first-release.${ending}`);
const expected = JSON.parse(zstdDecompressSync(readFileSync(fixturePath("json.zst"))).toString()) as {
  tenant: string;
  key: string;
  email: string;
  password: string;
  totals: Record<string, number>;
  everything: ApiSnapshot;
};

describe("a store of the first release", () => {
  const data = newFolder();
  let app: App;
  let crm: Client;

  beforeAll(async () => {
    await restoreStore(fixturePath("backup"), data);
    app = await startTestApp({ data });
    crm = createClient(inProcessTransport(app, expected.key));
  });
  afterAll(async () => {
    await app.stop();
    removeFolder(data);
  });

  it("shows all its values", async () => {
    expect(Object.keys(expected.everything).length).toBeGreaterThan(80);
    const now = await readApiSnapshot(crm);
    expect(Object.keys(now)).toEqual(Object.keys(expected.everything));
    // A later release may show more fields. Lists no longer show version and update fields by default.
    const omitVersionFields = ({ version: _version, updated_at: _at, updated_by: _by, ...row }: Record<string, unknown>) => row;
    for (const [address, value] of Object.entries(expected.everything)) {
      if (Array.isArray(value)) expect(now[address], address).toHaveLength(value.length);
      expect({ value: now[address] }, address).toMatchObject({
        value: Array.isArray(value) ? value.map(omitVersionFields) : value,
      });
    }
  });

  it("counts and finds as before, and its counters are correct", async () => {
    expect(Object.values(expected.totals).filter((total) => total > 0).length).toBeGreaterThan(7);
    expect(await readTotals(crm)).toEqual(expected.totals);
    // The first release did not count activities by assignee, status and type; a migration adds these counters.
    const { differences } = await recountTenant(app, expected.tenant);
    expect((differences as readonly { kind: string }[]).filter(({ kind }) => kind !== "activity")).toEqual([]);
  });

  it("takes new fields at once, because no other process has the table", async () => {
    const { written, complete } = await readTableShapes(app.ports);
    expect(written).toMatchObject({ customer: CUSTOMER.shape, person: PERSON.shape });
    expect(complete).toEqual({});
  });

  it("shows its activities in the timelines of their persons once it is migrated", async () => {
    const before = Object.entries(expected.everything).filter(([address]) => /^leads\/.*\/activities$/.test(address));
    expect(before.flatMap(([, rows]) => rows).length).toBeGreaterThan(0);
    const { rewritten, failed } = await migrate(app.ports);
    expect([rewritten > 0, failed]).toEqual([true, []]);
    await app.settle();
    expect((await recountTenant(app, expected.tenant)).differences).toEqual([]);
    for (const [address, rows] of before) {
      const { data: lead } = await crm.getLead({ id: address.split("/")[1] ?? "" });
      const { data: timeline } = await crm.listPersonTimeline({ id: lead.personal_key_id, type: "activity", limit: 100 });
      expect(timeline.map(({ id }) => id)).toEqual(expect.arrayContaining((rows as { id: string }[]).map(({ id }) => id)));
    }
  });

  it("stores its persons and their match entries in fewer bytes once it is migrated", () => {
    const items = dumpItems(app, expected.tenant);
    const persons = items.filter(({ sk, doc }) => doc !== undefined && String(sk).startsWith(`${PERSON.prefix}_`));
    const entries = items.filter(({ compared }) => compared !== undefined);
    expect([persons.length > 0, entries.length >= persons.length]).toEqual([true, true]);
    for (const { doc } of persons) {
      expect(doc).not.toContain('"is_shared":false');
      expect(doc).not.toContain('"merges":[]');
    }
    for (const entry of entries) expect(entry).toEqual(expect.objectContaining({ blocks: expect.any(String) }));
    expect(entries.filter(({ block_ids }) => block_ids !== undefined)).toEqual([]);
  });

  it("supports signing in, changing and adding records", async () => {
    const { email, password } = expected;
    const { data: signedIn } = await createClient(inProcessTransport(app)).login({ email, password });
    const admin = createClient(inProcessTransport(app, signedIn.access_token));
    const [lead] = (await admin.listLeads({ search: "grace" })).data;
    const before = (await admin.getLead({ id: lead?.id ?? "" })).data;
    const { data: after } = await admin.updateLead({ id: before.id, company: "Of today" });
    // It was never scored before; its score was imported.
    const { lead_score, rating, score_rule_id, scored_at } = after;
    expect(before).toMatchObject({ score_model: null, scored_at: null });
    expect([rating, scored_at]).toEqual([toRating(lead_score), expect.any(String)]);
    expect(after).toEqual({
      ...before,
      ...{ lead_score, rating, score_model: "standard", score_rule_id, scored_at },
      company: "Of today",
      version: before.version + 1,
      updated_at: after.updated_at,
      updated_by: after.updated_by,
    });
    await admin.createLead(newLead());
    await app.settle();
    expect((await admin.listLeads({ search: "of today" })).meta.total).toBe(1);
    expect((await admin.listLeads()).meta.total).toBe((expected.totals["{}"] ?? 0) + 1);
    expect((await recountTenant(app, expected.tenant)).differences).toEqual([]);
  });
});
