import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { run } from "@crm/core/jobs/export/work.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { type LeadRecord, Leads } from "@crm/core/lead/lead.entity.ts";
import { PERSON } from "@crm/core/person/person.domain.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { operations } from "@crm/functions/api/index.ts";
import { createClient, type WireAnswer } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { parse } from "csv-parse/sync";
import { sendAs } from "../registry/world.ts";
import { inProcess } from "../support.ts";

/** Exports as a client asks for them, and what a client then has. */
export interface File {
  id: string;
  status: string;
  error: string | null;
  count: number;
  header: string[];
  rows: string[][];
  bytes: Buffer;
}

const named = (name: string) => {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`No operation ${name}`);
  return found;
};

export const call = (app: App, token: string | undefined, name: string, input: Record<string, unknown>): Promise<WireAnswer> =>
  sendAs(app, token, named(name), input);

export async function startOf(app: App, token: string, name: string, input: Record<string, unknown>): Promise<string> {
  const answer = await call(app, token, name, { format: "csv", ...input });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.body}`);
  return String(JSON.parse(answer.body).data.export_id);
}

/** The bytes of an export, inline or by its link. */
export async function bytesOf(app: App, token: string, id: string): Promise<Buffer> {
  const answer = await call(app, token, "getExportFile", { id });
  if (answer.status === 200) return Buffer.from(answer.body, "base64");
  if (answer.status !== 303) throw new Error(`${answer.status}: ${answer.body}`);
  const record = await runIn(systemContext(app.ports, await tenantOf(app, token), "test"), async () => {
    const { Exports } = await import("@crm/core/export/export.entity.ts");
    return Records.load(Exports, id);
  });
  const object = await app.ports.objects.open(String(record?.object_key));
  const chunks: Uint8Array[] = [];
  for await (const chunk of object?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const tenantOf = async (app: App, token: string): Promise<string> =>
  (await createClient(inProcess(app, token)).getTenant()).data.id;

/** Asks, waits, and fetches. */
export async function exported(app: App, token: string, name: string, input: Record<string, unknown> = {}): Promise<File> {
  const id = await startOf(app, token, name, input);
  await app.settle();
  return fetched(app, token, id);
}

export async function fetched(app: App, token: string, id: string): Promise<File> {
  const { data } = await createClient(inProcess(app, token)).getExport({ id });
  const { status, error, rows: count, format } = data;
  if (status !== "completed") return { id, status, error, count, header: [], rows: [], bytes: Buffer.alloc(0) };
  const bytes = await bytesOf(app, token, id);
  const [header = [], ...rows] = format === "csv" ? csvOf(bytes) : sheetOf(bytes);
  return { id, status, error, count, header, rows, bytes };
}

export const csvOf = (bytes: Buffer): string[][] => parse(bytes, { bom: true });

/** The cells of a workbook's first sheet, as text; read with tools that share nothing with what wrote it. */
export function sheetOf(bytes: Buffer): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "sheet-"));
  try {
    writeFileSync(join(folder, "book.xlsx"), bytes);
    const xml = execFileSync("unzip", ["-p", join(folder, "book.xlsx"), "xl/worksheets/sheet1.xml"], {
      maxBuffer: 1 << 28,
    }).toString();
    return [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = ""]) => {
      const cells: string[] = [];
      for (const [, column = "", attributes = "", inner = ""] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(.*?)<\/c>/gs))
        cells[placeOf(column)] = `${attributes.includes("inlineStr") ? "" : "#"}${textOf(inner)}`;
      return Array.from(cells, (cell) => cell ?? "");
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const placeOf = (column: string): number => [...column].reduce((at, letter) => at * 26 + letter.charCodeAt(0) - 64, 0) - 1;

const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const textOf = (inner: string): string =>
  inner.replace(/<[^>]+>/g, "").replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? "");

/** One turn of the worker, over these ports. */
export const turns = (ports: Ports, tenant: string, id: string, ms?: number): Promise<void> =>
  runIn(systemContext(ports, tenant, "export"), () => run(id, ms));

/** Leads put down without the way through the API: many of them, in little time. */
export async function putLeads(
  app: App,
  tenant: string,
  count: number,
  more: (at: number) => Partial<LeadRecord>,
): Promise<string[]> {
  return runIn(systemContext(app.ports, tenant, "test"), async () => {
    const { newId } = await import("@crm/core/kernel/id.ts");
    const { Master } = await import("@crm/core/masters/master.ts");
    const { LEAD_STATUSES } = await import("@crm/core/lead/lead.masters.ts");
    const blank = Object.fromEntries(Leads.fields.map((field) => [field, null])) as unknown as LeadRecord;
    const ids: string[] = [];
    let puts: object[] = [];
    for (let at = 0; at < count; at++) {
      const person = newId(PERSON);
      const lead = Records.born(
        Leads,
        {
          ...blank,
          lead_number: `L-${at}`,
          personal_key_id: person,
          first_name: `First${at}`,
          last_name: `Last${at}`,
          company: `Company ${at}`,
          lead_status_id: Master.fallback(LEAD_STATUSES),
          status_changed_at: "2026-01-01T00:00:00.000Z",
          currency: "USD",
          lead_score: 0,
          is_qualified: false,
          is_converted: false,
          email_opt_out: false,
          phone_opt_out: false,
          tags: [],
          ...more(at),
        },
        { owner: person },
      );
      ids.push(lead.id);
      puts.push({ PutRequest: { Item: Leads.toItem(tenant, lead, JSON.stringify({ actor: "system", request: "put" })) } });
      if (puts.length < 25 && at + 1 < count) continue;
      await send(new BatchWriteCommand({ RequestItems: { [tableName()]: puts as never } }));
      puts = [];
    }
    return ids;
  });
}
