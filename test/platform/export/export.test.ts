import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import {
  addUser,
  inProcessTransport,
  newLead,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";
import { callOperation, fetchExport, runExport, startExport } from "./export-client.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;
let manager: TestUser;

const sources = ["web", "referral", undefined];
const statuses = ["new", "contacted", "qualified"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  const { data: team } = await tenant.admin.createTeam({ name: "North" });
  manager = await addUser(app, tenant, "MANAGER", { team_id: team.id });
  rep = await addUser(app, tenant, "SALES_REP", { team_id: team.id });
  otherRep = await addUser(app, tenant, "SALES_REP");
  for (let index = 0; index < 36; index++) {
    const { data } = await tenant.admin.createLead(
      newLead({
        company: index % 4 ? `Acme ${index}` : `Globex ${index}`,
        lead_status_id: statuses[index % 3],
        lead_source_id: sources[index % 3],
        owner_id: [rep.id, otherRep.id, null][index % 3 === 0 ? 0 : index % 5 === 0 ? 2 : 1],
        next_contact_date: index % 6 ? undefined : `2026-03-0${(index % 9) + 1}T09:00:00Z`,
        product_line: index % 7 ? undefined : "home",
      }),
    );
    if (index % 4 === 1) await setScore(data.id, index * 3);
    if (index % 12 === 11) await tenant.admin.deleteLead({ id: data.id });
  }
  await app.settle();
});
afterAll(() => app.stop());

const setScore = async (id: string, lead_score: number) => {
  const { Scoring } = await import("@crm/core/sales/lead/scoring.ts");
  await runIn(systemContext(app.ports, tenant.id, "test"), () => Scoring.setByHand({ id, lead_score }));
};

/** The ids of a list, read page by page, oldest first. */
async function listIds(token: string, query: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await createClient(inProcessTransport(app, token)).listLeads({
      ...query,
      limit: 7,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.data.map(({ id }) => String(id)));
    cursor = (page.meta as { next_cursor: string | null }).next_cursor ?? undefined;
  } while (cursor);
  return ids.sort();
}

it("shows the conversion in place of the status of a converted lead", async () => {
  const ids: string[] = [];
  for (const company of ["Kept Ltd", "Converted Ltd"]) {
    const { data } = await tenant.admin.createLead(newLead({ company, lead_status_id: "contacted" }));
    ids.push(data.id);
  }
  await tenant.admin.convertLead({ id: ids[1] as string, override_reason: "Signed" });
  await app.settle();
  const read = async (labels: boolean) =>
    (await runExport(app, tenant.token, "exportLeads", { ids, labels, columns: ["company", "lead_status_id"] })).rows;
  expect(await read(true)).toEqual([
    ["Kept Ltd", "Contacted"],
    ["Converted Ltd", "Converted"],
  ]);
  const stored = await read(false);
  expect(stored[0]?.[1]).toBe(stored[1]?.[1]);
});

describe("the rows of an export", () => {
  const queries: [string, () => Record<string, unknown>][] = [
    ["none", () => ({})],
    ["status", () => ({ status: "contacted" })],
    ["source", () => ({ source: "referral" })],
    ["owner", () => ({ owner: rep.id })],
    ["no owner", () => ({ owner: "none" })],
    ["rating", () => ({ rating: "HOT" })],
    ["min_score", () => ({ min_score: 20 })],
    ["is_converted", () => ({ is_converted: false })],
    ["product_line", () => ({ product_line: "home" })],
    ["contact_due_by", () => ({ contact_due_by: "2026-03-05T00:00:00Z" })],
    ["search", () => ({ search: "acme" })],
    ["search for nothing", () => ({ search: "?!" })],
    ["deleted", () => ({ deleted: true })],
    ["all at once", () => ({ status: "contacted", source: "referral", owner: otherRep.id, search: "acme", is_converted: false })],
  ];
  const readers = () => ({ admin: tenant.token, manager: manager.token, rep: rep.token, other: otherRep.token });

  it.each(queries)("equal those of the list, filter %s", async (_name, query) => {
    for (const [reader, token] of Object.entries(readers())) {
      const file = await runExport(app, token, "exportLeads", { columns: ["id"], query: query() });
      const ids = file.rows.map(([id]) => id);
      expect(ids, reader).toEqual(await listIds(token, query()));
      expect(file.count).toBe(ids.length);
    }
  });

  it("exist for each of the filters", async () => {
    for (const [name, query] of queries.filter(([label]) => label !== "search for nothing"))
      expect((await listIds(tenant.token, query())).length, name).toBeGreaterThan(0);
  });

  it("are found by conditions like in the query of the list", async () => {
    for (const company of ["Whereby One", "Whereby Two", "Elsewhere"]) await tenant.admin.createLead(newLead({ company }));
    await app.settle();
    const where = { or: [{ company: "Whereby Two" }, { company: { prefix: "whereby o" } }] };
    const { rows } = await runExport(app, tenant.token, "exportLeads", { columns: ["company"], query: { where } });
    expect(rows.flat().sort()).toEqual(["Whereby One", "Whereby Two"]);
  });

  it("are those that were chosen, as far as the list shows them to the user", async () => {
    const listed = await listIds(rep.token, {});
    const hidden = (await listIds(otherRep.token, {})).filter((id) => !listed.includes(id));
    const [deleted = ""] = await listIds(tenant.token, { deleted: true });
    const [first = "", second = ""] = listed;
    const ids = [second, hidden[0] ?? "", deleted, first, second, `${first.slice(0, 4)}${"z".repeat(first.length - 4)}`];
    const file = await runExport(app, rep.token, "exportLeads", { columns: ["id", "company"], ids });
    expect(file.rows.map(([id]) => id)).toEqual([first, second].sort());
    const { company } = (await tenant.admin.getLead({ id: first })).data;
    const own = await runExport(app, rep.token, "exportLeads", { columns: ["id"], ids: listed, query: { company } });
    expect(own.rows.flat()).toEqual(await listIds(rep.token, { company }));
    expect((await rep.client.getExport({ id: own.id })).data.ids).toEqual(listed);
  });

  it("cannot be chosen by ids of another kind", async () => {
    const answer = await callOperation(app, tenant.token, "exportLeads", { format: "csv", ids: [tenant.userId] });
    expect([answer.status, JSON.parse(answer.body).error.details]).toEqual([
      400,
      [{ field: "ids[0]", message: "Must be the id of a record of the kind lead" }],
    ]);
  });

  it("end at the time of the request: later records are excluded", async () => {
    const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id"], query: { search: "latecomer" } });
    const { as_of } = (await tenant.admin.getExport({ id })).data;
    app.setClock({ advance: 1000 });
    await tenant.admin.createLead(newLead({ company: "Latecomer" }));
    await app.settle();
    expect((await fetchExport(app, tenant.token, id)).rows).toEqual([]);
    expect((await runExport(app, tenant.token, "exportLeads", { query: { search: "latecomer" } })).rows).toHaveLength(1);
    expect(Date.parse(as_of)).toBeLessThan(Clock.ms() + 1000);
    const { data } = await tenant.admin.listLeads({ search: "latecomer" });
    await tenant.admin.deleteLead({ id: String(data[0]?.id) });
    app.setClock({ reset: true });
  });

  it("end at the time of the request even for records with dates in the future", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const log = () =>
      tenant.admin.createInteraction({
        personal_key_id: String(lead.personal_key_id),
        interaction_type_id: "call",
        lead_id: lead.id,
      });
    const { data: first } = await log();
    const input = { columns: ["id"], query: { lead: lead.id } };
    const id = await startExport(app, tenant.token, "exportInteractions", input);
    app.setClock({ advance: 1000 });
    await log();
    await app.settle();
    expect((await fetchExport(app, tenant.token, id)).rows).toEqual([[first.id]]);
    expect((await runExport(app, tenant.token, "exportInteractions", input)).rows).toHaveLength(2);
    app.setClock({ reset: true });
  });

  it("are those visible to the user while they are read, not at the request", async () => {
    const leaving = await addUser(app, tenant, "DIRECTOR");
    const id = await startExport(app, leaving.token, "exportLeads", { columns: ["id"] });
    await tenant.admin.updateUser({ id: leaving.id, role: "SALES_REP" });
    await app.settle();
    const { data } = await tenant.admin.getExport({ id });
    expect(data.status).toBe("completed");
    expect(data.rows).toBe((await listIds(tenant.token, { owner: "none" })).length);
  });

  it("are none once the user may not sign in, or lost the permission to read", async () => {
    const [suspendedUser, demoted] = [await addUser(app, tenant, "DIRECTOR"), await addUser(app, tenant, "DIRECTOR")];
    // Events are held back, so that no worker runs yet.
    const { bus } = app.ports;
    const heldEvents: DomainEvent[] = [];
    app.ports.bus = { publish: async (events) => void heldEvents.push(...events) };
    const first = await startExport(app, suspendedUser.token, "exportLeads", {});
    const second = await startExport(app, demoted.token, "exportAuditEntries", {});
    await tenant.admin.setUserStatus({ id: suspendedUser.id, status: "SUSPENDED" });
    await tenant.admin.updateUser({ id: demoted.id, role: "ANALYST" });
    app.ports.bus = bus;
    await bus.publish(heldEvents);
    await app.settle();
    expect((await tenant.admin.getExport({ id: first })).data).toMatchObject({ status: "failed", rows: 0, size: null });
    expect((await tenant.admin.getExport({ id: second })).data.error).toMatch(/can no longer read/);
  });
});

describe("the parameters of an export", () => {
  const refusals: [Record<string, unknown>, string][] = [
    [{ format: "pdf" }, "format"],
    [{ columns: ["id", "company", "colour"] }, "columns[2]"],
    [{ columns: ["id", "id"] }, "columns[1]"],
    [{ columns: [] }, "columns"],
    [{ query: { sort: "lead_score" } }, "query.sort"],
    [{ query: { order: "asc" } }, "query.order"],
    [{ query: { limit: 20 } }, "query.limit"],
    [{ query: { cursor: "x" } }, "query.cursor"],
    [{ query: { colour: "red" } }, "query.colour"],
    [{ query: { status: "no_such" } }, "query.status"],
    [{ query: { min_score: 101 } }, "query.min_score"],
    [{ colour: "red" }, "colour"],
  ];
  it.each(refusals)("%o is rejected at its field", async (input, field) => {
    const answer = await callOperation(app, tenant.token, "exportLeads", { format: "csv", ...input });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error.details.map((detail: { field: string }) => detail.field)).toContain(field);
  });

  it("a period that ends before it begins is rejected", async () => {
    const query = { from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z" };
    for (const name of ["exportInteractions", "exportJourneyEntries"]) {
      const answer = await callOperation(app, tenant.token, name, { format: "csv", query });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('"query.to"');
    }
  });

  it("private fields of users are columns for administrators only", async () => {
    const input = { format: "csv", columns: ["email", "date_of_birth"] };
    const rejection = await callOperation(app, rep.token, "exportUsers", input);
    expect(rejection.status).toBe(400);
    expect(rejection.body).toContain("columns[1]");
    expect((await runExport(app, tenant.token, "exportUsers", input)).header).toEqual(["Email", "Date of birth"]);
    expect((await callOperation(app, rep.token, "exportAuditEntries", { format: "csv" })).status).toBe(403);
  });

  it("a repeat with the same idempotency key is one export", async () => {
    const requestExport = () => tenant.admin.exportLeads({ format: "csv", columns: ["id"] }, { idempotencyKey: "once" });
    expect((await requestExport()).data.export_id).toBe((await requestExport()).data.export_id);
  });
});

describe("the content of a file", () => {
  it("has labels and addresses, or raw values like the API", async () => {
    const { data: lead } = await tenant.admin.createLead(
      newLead({
        owner_id: rep.id,
        lead_source_id: "social_media",
        company: '=HYPERLINK("http://x")',
        phone: "+49 30 1234567",
        mobile: "0032485001122",
        budget: "1234567890123.45",
        tags: ["vip", "a;b", 'say "x"'],
        metadata: { deep: [1, { a: null }] },
        next_contact_date: "2026-05-01T10:00:00+02:00",
        notes: "-1+1",
      }),
    );
    const columns = ["company", "phone", "mobile", "lead_source_id", "owner_id", "budget", "is_qualified", "tags", "metadata"];
    const request = {
      columns: [...columns, "next_contact_date", "notes", "lead_score", "description"],
      query: { search: lead.lead_number },
    };
    const csv = await runExport(app, tenant.token, "exportLeads", request);
    expect(csv.header.slice(0, 6)).toEqual(["Company", "Phone", "Mobile", "Lead source", "Owner", "Budget"]);
    const [contactDate, tags, meta] = ["2026-05-01T08:00:00.000Z", 'vip; "a;b"; "say ""x"""', '{"deep":[1,{"a":null}]}'];
    const text = ["+49 30 1234567", "0032485001122", "Social Media", rep.email];
    expect(csv.rows).toEqual([
      ['\'=HYPERLINK("http://x")', ...text, "1234567890123.45", "false", tags, meta, contactDate, "'-1+1", "0", ""],
    ]);
    const xlsx = await runExport(app, tenant.token, "exportLeads", { ...request, format: "xlsx" });
    expect(xlsx.header).toEqual(csv.header);
    // In a workbook, text stays text; the test marks other cells with `#`.
    expect(xlsx.rows).toEqual([
      ['=HYPERLINK("http://x")', ...text, "#1234567890123.45", "#0", tags, meta, contactDate, "-1+1", "#0"],
    ]);
    const bare = await runExport(app, tenant.token, "exportLeads", { ...request, labels: false });
    expect(bare.header).toEqual(request.columns);
    expect(bare.rows[0]?.slice(3, 5)).toEqual([lead.lead_source_id, rep.id]);
  });

  it("has the columns of the list in its order by default", async () => {
    const { Leads } = await import("@crm/core/sales/lead/lead.entity.ts");
    const bare = await runExport(app, tenant.token, "exportLeads", { labels: false, query: { owner: "none" } });
    expect(bare.header).toEqual(["id", ...Leads.definition.row, "created_at"]);
    const { header } = await runExport(app, tenant.token, "exportLeads", { query: { owner: "none" } });
    // Ids of records mean nothing to a reader.
    expect(header).toHaveLength(bare.header.length - 2);
    for (const id of ["Personal key", "Source campaign"]) expect(header).not.toContain(id);
  });

  it("masks sealed values for every user", async () => {
    const iban = "DE89370400440532013000";
    const { data } = await tenant.admin.createPerson({
      last_name: "Sealed",
      document_number: "C01X00T47",
      bank_account: { iban },
    });
    await app.settle();
    const file = await runExport(app, tenant.token, "exportPersons", {
      columns: ["id", "document_number", "bank_account"],
      query: { search: "sealed" },
    });
    expect(file.rows[0]?.[0]).toBe(data.id);
    expect(file.rows[0]?.[1]).toMatch(/•/);
    expect(file.bytes.toString()).not.toContain(iban);
    expect(file.bytes.toString()).not.toContain("C01X00T47");
    for (const field of ["sealed", "masks", "hashes", "own"]) {
      const rejection = await callOperation(app, tenant.token, "exportPersons", { format: "csv", columns: [field] });
      expect(rejection.status, field).toBe(400);
    }
  });

  it("covers every other list too", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const person = String(lead.personal_key_id);
    const futureTime = new Date(Clock.ms() + 3600_000).toISOString();
    for (const interaction_date of [undefined, futureTime])
      await tenant.admin.createInteraction({
        personal_key_id: person,
        interaction_type_id: "call",
        channel: "phone",
        interaction_date,
      });
    for (const interaction_type of ["call", "email", undefined] as const)
      await tenant.admin.createJourneyEntry({ id: person, stage: "Interest", interaction_type, channel_id: "phone" });
    await app.settle();
    const interactions = await runExport(app, tenant.token, "exportInteractions", {
      columns: ["id", "interaction_type_id", "channel", "recorded_by"],
      query: { person },
    });
    // Entries with a future date are in the list, so they are in the file too.
    expect(interactions.rows.map((row) => row.slice(1))).toEqual(Array(2).fill(["Call", "Phone", tenant.email]));
    const steps = await runExport(app, tenant.token, "exportJourneyEntries", { columns: ["stage", "interaction_type"] });
    expect(steps.rows.map(([, type]) => type).sort()).toEqual(["", "call", "email"]);
    const users = await runExport(app, tenant.token, "exportUsers", { columns: ["email"], query: { role: "SALES_REP" } });
    expect(users.rows.map(([email]) => email)).toEqual(expect.arrayContaining([rep.email, otherRep.email]));
    const audit = await runExport(app, tenant.token, "exportAuditEntries", {
      columns: ["record_id", "operation", "user_id", "new_values"],
      query: { record_id: lead.id },
    });
    expect(audit.rows[0]?.slice(0, 3)).toEqual([lead.id, "INSERT", tenant.email]);
    expect(audit.rows[0]?.[3]).toContain('"company"');
  });
});

describe("an export", () => {
  it("is visible to its requester and administrators, with its file", async () => {
    const id = await startExport(app, rep.token, "exportLeads", { columns: ["id"] });
    await app.settle();
    const foreign = await signUp(app);
    for (const name of ["getExport", "getExportFile", "cancelExport"]) {
      // The manager sees the sales rep's leads, but not their exports.
      for (const token of [otherRep.token, manager.token, foreign.token])
        expect((await callOperation(app, token, name, { id })).status, name).toBe(404);
    }
    for (const token of [rep.token, tenant.token])
      expect((await callOperation(app, token, "getExportFile", { id })).status).toBe(200);
    const listOwnerIds = async (user: TestUser) =>
      (await user.client.listExports({ limit: 100 })).data.map((job) => String(job.owner_id));
    expect(new Set(await listOwnerIds(rep))).toEqual(new Set([rep.id]));
    expect(await listOwnerIds(manager)).not.toContain(rep.id);
    const all = await tenant.admin.listExports({ limit: 100, entity: "leads", status: "completed" });
    expect(all.data.map((job) => job.id)).toContain(id);
    expect((await foreign.admin.listExports()).data).toEqual([]);
  });

  it("contains no rows of another tenant", async () => {
    const foreign = await signUp(app);
    const file = await runExport(app, foreign.token, "exportLeads", {});
    expect(file).toMatchObject({ status: "completed", count: 0, rows: [] });
    expect(file.header[0]).toBe("Id");
  });

  it("can be cancelled while it is running, and has no file then", async () => {
    const id = await startExport(app, tenant.token, "exportLeads", {});
    expect((await callOperation(app, tenant.token, "getExportFile", { id })).status).toBe(422);
    expect((await tenant.admin.cancelExport({ id })).data.status).toBe("cancelled");
    await app.settle();
    expect((await tenant.admin.getExport({ id })).data).toMatchObject({ status: "cancelled", size: null });
    expect((await callOperation(app, tenant.token, "getExportFile", { id })).status).toBe(422);
    const done = await runExport(app, tenant.token, "exportLeads", {});
    expect((await callOperation(app, tenant.token, "cancelExport", { id: done.id })).status).toBe(422);
  });

  it("keeps its file for seven days", async () => {
    const { id } = await runExport(app, tenant.token, "exportLeads", { columns: ["id"] });
    const key = async () => {
      const { Exports } = await import("@crm/core/platform/export/export.entity.ts");
      const { Records } = await import("@crm/core/storage/write/records.ts");
      return runIn(systemContext(app.ports, tenant.id, "test"), () => Records.load(Exports, id));
    };
    const object = String((await key())?.object_key);
    app.setClock({ advance: 7 * 86_400_000 - 60_000 });
    await sweepAndAct(app);
    const again = async () => (await signIn(app, tenant)).access_token;
    expect((await callOperation(app, await again(), "getExportFile", { id })).status).toBe(200);
    app.setClock({ advance: 120_000 });
    const token = await again();
    const late = await callOperation(app, token, "getExportFile", { id });
    expect(late.status).toBe(422);
    expect(late.body).toContain("seven days");
    await sweepAndAct(app);
    expect(await app.ports.objects.open(object)).toBeUndefined();
    expect((await key())?.object_key).toBeNull();
    app.setClock({ reset: true });
  });
});
