import { Exports } from "@crm/core/export/export.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { GRACE, TO_USE } from "@crm/core/upload/upload.rules.ts";
import { expect } from "vitest";
import { csvOf } from "../../export/files.ts";
import { newLead } from "../../support.ts";
import { type Scene, verb } from "../harness.ts";

const ROWS = 2;
let sentFiles = 0;

interface Sent {
  upload_id: string;
  company: string;
}

async function upload({ crm, line, tenant }: Scene, text: string): Promise<string> {
  const about = { file_name: "list.csv", content_type: "text/csv", size: Buffer.byteLength(text) } as const;
  const { data } = await crm.createUpload(about);
  await line.app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, Buffer.from(text));
  return data.upload_id;
}

async function sent(scene: Scene): Promise<Sent> {
  const company = `Struck${++sentFiles} Ltd`;
  const rows = Array.from(
    { length: ROWS },
    (_, n) => `Row${n},Struck${sentFiles},row${n}.${sentFiles}@strike.example,${company}`,
  );
  // The last row is refused.
  const text = ["first_name,last_name,email,company", ...rows, `No,Address,none@,${company}`].join("\n");
  return { upload_id: await upload(scene, text), company };
}

const foundOf = async ({ crm }: Scene, { company }: Pick<Sent, "company">) =>
  (await crm.listLeads({ search: company.split(" ")[0]?.toLowerCase(), limit: 100 } as never)).data;

const importLeads = verb<Sent>({
  name: "importLeads",
  covers: {
    operations: ["importLeads", "importPersons", "importCustomers", "importContacts"],
    subscribers: ["import"],
    due: ["import"],
  },
  prepare: sent,
  ask: ({ crm }, { upload_id }, options) => crm.importLeads({ upload_id } as never, options),
  async check(scene, subject, answer) {
    const { import_id: id } = answer as { import_id: string };
    const { data } = await scene.crm.getImport({ id });
    expect(data).toMatchObject({ status: "completed", created: ROWS, failed: 1, total_rows: ROWS + 1 });
    const found = await foundOf(scene, subject);
    expect(found.map((each) => each.first_name).sort()).toEqual(["Row0", "Row1"]);
  },
});

const revertImport = verb<Sent & { id: string }>({
  name: "revertImport",
  covers: { operations: ["revertImport"], subscribers: ["import"], due: ["import"] },
  async prepare(scene) {
    const subject = await sent(scene);
    const { data } = await scene.crm.importLeads({ upload_id: subject.upload_id } as never);
    await scene.line.drain();
    return { ...subject, id: data.import_id };
  },
  ask: ({ crm }, { id }, options) => crm.revertImport({ id }, options),
  async check(scene, subject) {
    const { data } = await scene.crm.getImport({ id: subject.id });
    expect(data).toMatchObject({ status: "reverted", reverted: { removed: ROWS, restored: 0, kept: 0 } });
    expect(await foundOf(scene, subject)).toEqual([]);
    const { data: persons } = await scene.crm.listPersons({ search: subject.company.split(" ")[0]?.toLowerCase() } as never);
    expect(persons).toEqual([]);
  },
});

const exportLeads = verb({
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
  async check({ crm, line, tenant }, _subject, answer) {
    const { export_id: id } = answer as { export_id: string };
    expect((await crm.getExport({ id })).data).toMatchObject({ status: "completed", rows: 3 });
    const record = await runIn(systemContext(line.app.ports, tenant.id, "test"), () => Records.find(Exports, id));
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await line.app.objects.open(String(record?.object_key)))?.read() ?? []) chunks.push(chunk);
    const [, ...rows] = csvOf(Buffer.concat(chunks));
    expect(rows.flat().sort()).toEqual(["Exported 0", "Exported 1", "Exported 2"]);
  },
});

/** A file that nobody uses goes, record and bytes. */
const expiry = verb<string>({
  name: "an upload expires",
  covers: { subscribers: ["uploads"], due: ["upload"] },
  prepare: (scene) => upload(scene, "name\nAda\n"),
  proceed: ({ line }) => line.pass(TO_USE + GRACE + 60),
  async check({ crm, line, tenant }, id) {
    expect((await crm.getUpload({ id })).data.status).toBe("EXPIRED");
    expect(await line.app.objects.open(`${tenant.id}/uploads/${id}`)).toBeUndefined();
  },
});

/** The bytes are copied, then one transaction takes the upload and makes the record. */
const attaching = verb<{ lead: string; upload: string }>({
  name: "createAttachment",
  covers: { operations: ["createAttachment"] },
  prepare: async (scene) => ({
    lead: (await scene.crm.createLead(newLead())).data.id,
    upload: await upload(scene, "name\nAda\n"),
  }),
  ask: ({ crm }, { lead, upload: upload_id }, options) => crm.createAttachment({ related_to_id: lead, upload_id }, options),
  async check({ crm, line, tenant }, { lead, upload: id }) {
    expect((await crm.listAttachments({ related_to_id: lead } as never)).data).toHaveLength(1);
    expect((await crm.getUpload({ id })).data.status).toBe("USED");
    expect(await line.app.objects.open(`${tenant.id}/attachments/${id}`)).toBeDefined();
  },
});

export const files = [importLeads, revertImport, exportLeads, expiry, attaching];
