import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { archiveTenant } from "@crm/core/storage/stream/audit-archive.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const DAY_MS = 24 * 60 * 60_000;

let app: App;
let tenant: Tenant;
let lead: { id: string; personal_key_id: string; created_at: string };

beforeAll(async () => {
  app = await startTestApp({ auditDays: 40 });
  tenant = await signUp(app);
  ({ data: lead } = await tenant.admin.createLead(newLead({ company: "C0", notes: "N" })));
  for (let day = 1; day <= 4; day++) {
    app.setClock({ advance: DAY_MS / 2 });
    const { admin } = adminFor(await signIn(app, tenant));
    for (const part of ["a", "b"]) await admin.updateLead({ id: lead.id, company: `C${day}${part}` });
    await admin.createLead(newLead());
    await app.settle();
  }
  await adminFor(await signIn(app, tenant)).admin.updatePerson({ id: lead.personal_key_id, job_title: "Admiral" });
  await app.settle();
});
afterAll(() => app.stop());

const adminFor = ({ access_token }: { access_token: string }) => ({ admin: createClient(inProcessTransport(app, access_token)) });

/** Reads the audit history through every operation, page by page. */
async function readHistory() {
  const { access_token } = await signIn(app, tenant);
  const { admin } = adminFor({ access_token });
  const listEntries = async (query: object) => {
    const rows: unknown[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await admin.listAuditEntries({ limit: 2, ...query, ...(cursor ? { cursor } : {}) });
      rows.push(...page.data);
      cursor = page.meta.next_cursor;
    } while (cursor);
    return rows as { id: string; record_id: string }[];
  };
  const since = { "changed_at[gte]": new Date(Date.parse(lead.created_at) - 1000).toISOString() };
  const until = { "changed_at[lt]": new Date(Date.parse(lead.created_at) + 2 * DAY_MS).toISOString() };
  const lists = [
    await listEntries({ record_id: lead.id }),
    await listEntries({ record_id: lead.id, order: "asc" }),
    await listEntries({ ...since, ...until }),
    await listEntries({ ...since, ...until, order: "asc" }),
    await listEntries({ ...since, ...until, "operation[eq]": "UPDATE" }),
  ];
  // Signing in adds audit entries, which are excluded.
  const recordLists = lists.map((rows) => rows.filter(({ record_id }) => !record_id.startsWith("usr_")));
  const totals = [];
  for (const query of [{ record_id: lead.id }, { ...since, ...until }, { ...since, ...until, "operation[eq]": "UPDATE" }])
    totals.push((await admin.listAuditEntries(query)).meta.total);
  const { data: moments } = await admin.listPersonTimeline({ id: lead.personal_key_id, type: "change" });
  const entries = [];
  for (const { id } of recordLists[0] ?? []) entries.push((await admin.getAuditEntry({ id })).data);
  const { data: exportRequest } = await admin.exportAuditEntries({
    format: "csv",
    columns: ["id", "old_values", "new_values"],
    query: { record_id: lead.id },
  });
  await app.settle();
  const path = `/api/v1/exports/${exportRequest.export_id}/file`;
  const file = await inProcessTransport(app, access_token)({ method: "GET", path, query: "", headers: {}, body: undefined });
  return {
    mine: recordLists,
    totals,
    moments,
    entries,
    file: [file.status, String(file.body).split("\n").length, file.body.slice(0, 4000)],
  };
}

describe("old audit entries", () => {
  it("move to the object store despite kills, and are returned as before", async () => {
    app.setClock({ advance: 37 * DAY_MS });
    const before = await readHistory();
    expect(before.mine.map((rows) => rows.length)).toEqual([9, 9, 15, 15, 6]);
    expect(before.moments.length).toBe(2);
    const entries = () => dumpItems(app, tenant.id).filter(({ __edb_e__ }) => __edb_e__ === "audit").length;
    const all = entries();
    app.setClock({ advance: 4 * DAY_MS });
    const { database, objects } = app.ports;
    const { send } = database;
    const { write } = objects;
    let remainingCalls = 0;
    const orKilled =
      <A extends unknown[], T>(work: (...args: A) => T) =>
      (...args: A): T => {
        if (remainingCalls-- <= 0) throw new Error("killed");
        return work(...args);
      };
    const run = (together: number) =>
      runIn(systemContext(app.ports, tenant.id, "test"), () => archiveTenant(Number.POSITIVE_INFINITY, together));
    let isDone = false;
    for (let callLimit = 1; !isDone; callLimit++) {
      remainingCalls = callLimit;
      database.send = orKilled(send.bind(database));
      objects.write = orKilled(write.bind(objects));
      // A part size that varies groups entries differently after each kill, when they were written but not deleted.
      isDone = await run(3 + (callLimit % 3)).catch((error: Error) => {
        if (error.message !== "killed") throw error;
        return false;
      });
      Object.assign(database, { send });
      Object.assign(objects, { write });
    }
    expect(entries()).toBeLessThan(all - 20);
    expect(await readHistory()).toEqual(before);
    // Also with a longer retention from now on.
    app.ports.auditDays = 90;
    expect(await readHistory()).toEqual(before);
  });
});
