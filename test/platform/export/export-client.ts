import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { run } from "@crm/core/platform/export/worker.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { operations } from "@crm/functions/api/index.ts";
import { createClient, type WireResponse } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { parse } from "csv-parse/sync";
import { sendAs } from "../../invariants/registry/world.ts";
import { inProcessTransport } from "../../support/app.ts";

/** An export as its client receives it. */
export interface ExportFile {
  id: string;
  status: string;
  error: string | null;
  count: number;
  header: string[];
  rows: string[][];
  bytes: Buffer;
}

const findOperation = (name: string) => {
  const match = operations.find((operation) => operation.name === name);
  if (!match) throw new Error(`No operation ${name}`);
  return match;
};

export const callOperation = (
  app: App,
  token: string | undefined,
  name: string,
  input: Record<string, unknown>,
): Promise<WireResponse> => sendAs(app, token, findOperation(name), input);

export async function startExport(app: App, token: string, name: string, input: Record<string, unknown>): Promise<string> {
  const answer = await callOperation(app, token, name, { format: "csv", ...input });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.body}`);
  return String(JSON.parse(answer.body).data.export_id);
}

/** The bytes of an export, from the answer or its download link. */
export async function readExportBytes(app: App, token: string, id: string): Promise<Buffer> {
  const answer = await callOperation(app, token, "getExportFile", { id });
  if (answer.status === 200) return Buffer.from(answer.body, "base64");
  if (answer.status !== 303) throw new Error(`${answer.status}: ${answer.body}`);
  const record = await runIn(systemContext(app.ports, await readTenantId(app, token), "test"), async () => {
    const { Exports } = await import("@crm/core/platform/export/export.entity.ts");
    return Records.load(Exports, id);
  });
  const object = await app.ports.objects.open(String(record?.object_key));
  const chunks: Uint8Array[] = [];
  for await (const chunk of object?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const readTenantId = async (app: App, token: string): Promise<string> =>
  (await createClient(inProcessTransport(app, token)).getTenant()).data.id;

/** Starts an export, waits for it and downloads it. */
export async function runExport(app: App, token: string, name: string, input: Record<string, unknown> = {}): Promise<ExportFile> {
  const id = await startExport(app, token, name, input);
  await app.settle();
  return fetchExport(app, token, id);
}

export async function fetchExport(app: App, token: string, id: string): Promise<ExportFile> {
  const { data } = await createClient(inProcessTransport(app, token)).getExport({ id });
  const { status, error, rows: count, format } = data;
  if (status !== "completed") return { id, status, error, count, header: [], rows: [], bytes: Buffer.alloc(0) };
  const bytes = await readExportBytes(app, token, id);
  const [header = [], ...rows] = format === "csv" ? parseCsv(bytes) : parseSheet(bytes);
  return { id, status, error, count, header, rows, bytes };
}

export const parseCsv = (bytes: Buffer): string[][] => parse(bytes, { bom: true });

/** The cells of a workbook's first sheet as text, read with tools that share no code with the writer. */
export function parseSheet(bytes: Buffer): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "sheet-"));
  try {
    writeFileSync(join(folder, "book.xlsx"), bytes);
    const xml = execFileSync("unzip", ["-p", join(folder, "book.xlsx"), "xl/worksheets/sheet1.xml"], {
      maxBuffer: 1 << 28,
    }).toString();
    return [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = ""]) => {
      const cells: string[] = [];
      for (const [, column = "", attributes = "", inner = ""] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(.*?)<\/c>/gs))
        cells[columnIndex(column)] = `${attributes.includes("inlineStr") ? "" : "#"}${decodeText(inner)}`;
      return Array.from(cells, (cell) => cell ?? "");
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const columnIndex = (column: string): number =>
  [...column].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1;

const xmlEntities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const decodeText = (inner: string): string =>
  inner.replace(/<[^>]+>/g, "").replace(/&(?:lt|gt|amp);/g, (entity) => xmlEntities[entity] ?? "");

/** Runs one slice of the worker with these ports. */
export const runSlice = (ports: Ports, tenant: string, id: string, ms?: number): Promise<void> =>
  runIn(systemContext(ports, tenant, "export"), () => run(id, ms));

/** Writes leads directly, bypassing the API to create many of them quickly. */
export async function putLeads(
  app: App,
  tenant: string,
  count: number,
  more: (at: number) => Partial<LeadRecord>,
): Promise<string[]> {
  return runIn(systemContext(app.ports, tenant, "test"), async () => {
    const { newId } = await import("@crm/core/kernel/id.ts");
    const { Master } = await import("@crm/core/platform/master-data/master.ts");
    const { LEAD_STATUSES } = await import("@crm/core/sales/lead/lead.masters.ts");
    const blank = Object.fromEntries(Leads.fields.map((field) => [field, null])) as unknown as LeadRecord;
    const ids: string[] = [];
    let puts: object[] = [];
    for (let at = 0; at < count; at++) {
      const person = newId(PERSON);
      const lead = Records.init(
        Leads,
        {
          ...blank,
          lead_number: `L-${at}`,
          personal_key_id: person,
          first_name: `First${at}`,
          last_name: `Last${at}`,
          company: `Company ${at}`,
          lead_status_id: Master.fallbackId(LEAD_STATUSES),
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
      await send(new BatchWriteCommand({ RequestItems: { [tableName()]: puts } }));
      puts = [];
    }
    return ids;
  });
}
