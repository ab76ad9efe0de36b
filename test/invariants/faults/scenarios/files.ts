import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Exports } from "@crm/core/platform/export/export.entity.ts";
import { GRACE_SECONDS, USE_SECONDS } from "@crm/core/platform/upload/upload.rules.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { expect } from "vitest";
import { parseCsv } from "../../../platform/export/export-client.ts";
import { addUser, newLead } from "../../../support/app.ts";
import { defineScenario, type Fixture } from "../harness.ts";

const ROW_COUNT = 2;
let fileCount = 0;

interface UploadedFile {
  upload_id: string;
  company: string;
}

async function uploadText({ crm, system: line, tenant }: Fixture, text: string): Promise<string> {
  const uploadInput = { file_name: "list.csv", content_type: "text/csv", size: Buffer.byteLength(text) } as const;
  const { data } = await crm.createUpload(uploadInput);
  await line.app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, Buffer.from(text));
  return data.upload_id;
}

async function uploadRows(scene: Fixture): Promise<UploadedFile> {
  const company = `Struck${++fileCount} Ltd`;
  const rows = Array.from(
    { length: ROW_COUNT },
    (_, n) => `Row${n},Struck${fileCount},row${n}.${fileCount}@strike.example,${company}`,
  );
  // The last row is invalid.
  const text = ["first_name,last_name,email,company", ...rows, `No,Address,none@,${company}`].join("\n");
  return { upload_id: await uploadText(scene, text), company };
}

const listFoundLeads = async ({ crm }: Fixture, { company }: Pick<UploadedFile, "company">) =>
  (await crm.listLeads({ search: company.split(" ")[0]?.toLowerCase(), limit: 100 })).data;

const importLeads = defineScenario<UploadedFile>({
  name: "importLeads",
  covers: {
    // Sample data are imports, which one transaction starts.
    operations: ["importLeads", "importPersons", "importCustomers", "importContacts", "createSampleData"],
    subscribers: ["import"],
    due: ["import"],
  },
  prepare: uploadRows,
  ask: ({ crm }, { upload_id }, options) => crm.importLeads({ upload_id }, options),
  async check(scene, subject, answer) {
    const { import_id: id } = answer as { import_id: string };
    const { data } = await scene.crm.getImport({ id });
    expect(data).toMatchObject({ status: "completed", created: ROW_COUNT, failed: 1, total_rows: ROW_COUNT + 1 });
    const leads = await listFoundLeads(scene, subject);
    expect(leads.map((lead) => lead.first_name).sort()).toEqual(["Row0", "Row1"]);
  },
});

const revertImport = defineScenario<UploadedFile & { id: string }>({
  name: "revertImport",
  // Sample data are removed by the reverts of their imports, and a repeat goes on where the request stopped.
  covers: { operations: ["revertImport", "removeSampleData"], subscribers: ["import"], due: ["import"] },
  async prepare(scene) {
    const subject = await uploadRows(scene);
    const { data } = await scene.crm.importLeads({ upload_id: subject.upload_id });
    await scene.system.drain();
    return { ...subject, id: data.import_id };
  },
  ask: ({ crm }, { id }, options) => crm.revertImport({ id }, options),
  async check(scene, subject) {
    const { data } = await scene.crm.getImport({ id: subject.id });
    expect(data).toMatchObject({ status: "reverted", reverted: { removed: ROW_COUNT, restored: 0, kept: 0 } });
    expect(await listFoundLeads(scene, subject)).toEqual([]);
    const { data: persons } = await scene.crm.listPersons({ search: subject.company.split(" ")[0]?.toLowerCase() });
    expect(persons).toEqual([]);
  },
});

const exportLeads = defineScenario({
  name: "exportLeads",
  covers: {
    operations: [
      "exportLeads",
      "exportPersons",
      "exportInteractions",
      "exportJourneyEntries",
      "exportUsers",
      "exportAuditEntries",
    ],
    subscribers: ["export"],
    due: ["export"],
  },
  async open({ crm }) {
    for (let n = 0; n < 3; n++) await crm.createLead(newLead({ company: `Exported ${n}` }));
  },
  prepare: async () => null,
  ask: ({ crm }, _subject, options) => crm.exportLeads({ format: "csv", columns: ["company"] }, options),
  async check({ crm, system: line, tenant }, _subject, answer) {
    const { export_id: id } = answer as { export_id: string };
    expect((await crm.getExport({ id })).data).toMatchObject({ status: "completed", rows: 3 });
    const record = await runIn(systemContext(line.app.ports, tenant.id, "test"), () => Records.find(Exports, id));
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await line.app.objects.open(String(record?.object_key)))?.read() ?? []) chunks.push(chunk);
    const [, ...rows] = parseCsv(Buffer.concat(chunks));
    expect(rows.flat().sort()).toEqual(["Exported 0", "Exported 1", "Exported 2"]);
  },
});

/** A report is run in slices: each row counts once. */
const reportRun = defineScenario<string>({
  name: "runReport",
  covers: { operations: ["runReport"], subscribers: ["export"], due: ["report_run"] },
  async open({ crm }) {
    for (let n = 0; n < 3; n++) await crm.createLead(newLead({ company: `Counted ${n % 2}` }));
  },
  prepare: async ({ crm }) => {
    const grouped = { group_by: [{ field: "company" }], measures: [{ as: "n", do: "count" }] };
    return (await crm.createReport({ name: "Companies", kind: "lead", where: { company: { prefix: "counted" } }, ...grouped }))
      .data.id;
  },
  ask: ({ crm }, id, options) => crm.runReport({ id }, options),
  async check({ crm }, id, answer) {
    const { run_id } = answer as { run_id: string };
    const { data } = await crm.getReportRun({ id, run_id });
    expect(data).toMatchObject({ status: "ready", totals: { n: 3 } });
    expect(data.rows).toEqual([
      { company: "Counted 0", n: 2 },
      { company: "Counted 1", n: 1 },
    ]);
  },
});

/** An export of a report is a run with a file. */
const reportExport = defineScenario<string>({
  name: "exportReport",
  covers: { operations: ["exportReport"], subscribers: ["export"], due: ["report_run"] },
  prepare: async ({ crm }) => {
    await crm.createLead(newLead({ company: "Filed Ltd" }));
    const columns = ["company"];
    return (await crm.createReport({ name: "Filed", kind: "lead", where: { company: { prefix: "filed" } }, columns })).data.id;
  },
  ask: ({ crm }, id, options) => crm.exportReport({ id, format: "csv" }, options),
  async check({ crm }, id, answer) {
    const { run_id } = answer as { run_id: string };
    const { data } = await crm.getReportRun({ id, run_id });
    expect(data).toMatchObject({ status: "ready", file: { format: "csv", size: expect.any(Number) } });
  },
});

const DAY_MS = 24 * 60 * 60_000;
/** Seconds of an outage over several due instants of a daily schedule. */
const OUTAGE_SECONDS = 4 * 24 * 60 * 60;

/** Each delivery sends the report once to each recipient, also after an outage over several due instants. */
const reportDelivery = defineScenario<{ id: string; schedule_id: string }>({
  name: "a scheduled report",
  covers: { subscribers: ["export"], due: ["report_schedule"] },
  // The mail is sent by the notifier.
  countsWrite: (source) => source === "export" || source === "notifications",
  async open({ system: line, tenant }) {
    for (const role of ["MANAGER", "SALES_REP"]) await addUser(line.app, tenant, role);
  },
  prepare: async ({ crm }) => {
    const grouped = { group_by: [{ field: "company" }], measures: [{ as: "n", do: "count" }] };
    const { data: report } = await crm.createReport({ name: "Sent", kind: "lead", visibility: "EVERYONE", ...grouped });
    const { data: users } = await crm.listUsers({});
    const recipients = users.map(({ id }) => id);
    const times = { frequency: "DAILY", time: "07:30" };
    const { data } = await crm.createReportSchedule({ id: report.id, ...times, recipients, format: "csv" });
    return { id: report.id, schedule_id: data.id };
  },
  proceed: ({ system: line }) => line.advance(OUTAGE_SECONDS),
  async check({ crm, system: line, tenant }, { id, schedule_id }) {
    const { data } = await crm.getReportSchedule({ id, schedule_id });
    await crm.deleteReportSchedule({ id, schedule_id });
    expect(data).toMatchObject({ skipped: [], last_due_at: expect.any(String) });
    const { data: users } = await crm.listUsers({});
    expect(users).toHaveLength(3);
    const delivered: (readonly (string | null | undefined)[])[] = [];
    for (const { email } of users) {
      const runs = line.app.mail
        .sent(email)
        .flatMap(({ text }) => (text.includes(id) ? (/\?run=(\w+)/.exec(text)?.[1] ?? []) : []));
      const records = await runIn(systemContext(line.app.ports, tenant.id, "test"), () =>
        Promise.all(runs.map((run) => Records.load(ReportRuns, run))),
      );
      delivered.push(records.map((record) => record?.due_at).sort());
    }
    // Each wait is an outage over several instants, which one delivery catches up. A repeat of the wait has another one.
    const [instants = []] = delivered;
    expect(delivered).toEqual(users.map(() => instants));
    expect(new Set(instants).size).toBe(instants.length);
    expect(instants).toContain(data.last_due_at);
    for (const [index, instant] of instants.entries())
      if (index > 0) expect(Date.parse(String(instant)) - Date.parse(String(instants[index - 1]))).toBeGreaterThan(2 * DAY_MS);
  },
});

/** An unused file expires: its record and its bytes are deleted. */
const expiry = defineScenario<string>({
  name: "an upload expires",
  covers: { subscribers: ["uploads"], due: ["upload"] },
  prepare: (scene) => uploadText(scene, "name\nAda\n"),
  proceed: ({ system: line }) => line.advance(USE_SECONDS + GRACE_SECONDS + 60),
  async check({ crm, system: line, tenant }, id) {
    expect((await crm.getUpload({ id })).data.status).toBe("EXPIRED");
    expect(await line.app.objects.open(`${tenant.id}/uploads/${id}`)).toBeUndefined();
  },
});

/** The bytes are copied; then one transaction consumes the upload and creates the record. */
const attachmentCreation = defineScenario<{ lead: string; upload: string }>({
  name: "createAttachment",
  covers: { operations: ["createAttachment"] },
  prepare: async (scene) => ({
    lead: (await scene.crm.createLead(newLead())).data.id,
    upload: await uploadText(scene, "name\nAda\n"),
  }),
  ask: ({ crm }, { lead, upload: upload_id }, options) => crm.createAttachment({ related_to_id: lead, upload_id }, options),
  async check({ crm, system: line, tenant }, { lead, upload: id }) {
    expect((await crm.listAttachments({ related_to_id: lead })).data).toHaveLength(1);
    expect((await crm.getUpload({ id })).data.status).toBe("USED");
    expect(await line.app.objects.open(`${tenant.id}/attachments/${id}`)).toBeDefined();
  },
});

export const scenarios = [
  importLeads,
  revertImport,
  exportLeads,
  reportRun,
  reportExport,
  reportDelivery,
  expiry,
  attachmentCreation,
];
