import { writeXlsx } from "@crm/core/lib/spreadsheet/table-writer.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp } from "../../support/app.ts";
import { runImport, sendFile } from "./support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const header = ["First Name", "Last Name", "E-Mail", "Company", "Budget", "Next Contact Date", "Notes"];
const rows = [
  ["Zoë", "Müller", "zoe@mail.example", "Käse & Söhne; GmbH", "1234.50", "2026-12-24T10:00:00Z", 'He said "ja",\nthen left'],
  ["Jean-Luc", "Façade", "jl@mail.example", "Éclair | Co", "0.99", "2027-01-02T00:00:00Z", "tab\there"],
  ["Núñez", "D'Arc", "nunez@mail.example", "=SUM(A1)", "1000000.00", "", ""],
];

interface Dialect {
  delimiter: string;
  line: string;
  /** Whether all cells are quoted, or only those that need it. */
  quote: "all" | "needed";
  encode: (text: string) => Uint8Array;
}

const encodeTable = ({ delimiter, line, quote, encode }: Dialect): Uint8Array => {
  const cell = (text: string): string =>
    quote === "all" || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return encode([header, ...rows].map((cells) => cells.map(cell).join(delimiter) + line).join(""));
};

const utf8 = (text: string) => Buffer.from(text);
const utf8WithBom = (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8(text)]);
const latin1 = (text: string) => Buffer.from(text, "latin1");
const utf16le = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const utf16be = (text: string) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, "utf16le").swap16()]);
const utf16leWithoutBom = (text: string) => Buffer.from(text, "utf16le");

const dialects: Record<string, Dialect> = {
  "comma, UTF-8": { delimiter: ",", line: "\n", quote: "needed", encode: utf8 },
  "comma, UTF-8, all quoted": { delimiter: ",", line: "\r\n", quote: "all", encode: utf8 },
  "semicolon, UTF-8 with BOM": { delimiter: ";", line: "\r\n", quote: "needed", encode: utf8WithBom },
  "semicolon, Windows-1252": { delimiter: ";", line: "\r\n", quote: "needed", encode: latin1 },
  "comma, Latin-1, all quoted": { delimiter: ",", line: "\n", quote: "all", encode: latin1 },
  "tab, UTF-8": { delimiter: "\t", line: "\n", quote: "needed", encode: utf8 },
  "tab, UTF-16 LE, as Excel saves Unicode text": { delimiter: "\t", line: "\r\n", quote: "needed", encode: utf16le },
  "comma, UTF-16 BE": { delimiter: ",", line: "\n", quote: "needed", encode: utf16be },
  "semicolon, UTF-16 LE without BOM": { delimiter: ";", line: "\n", quote: "all", encode: utf16leWithoutBom },
  "pipe, UTF-8, line ends of old Macs": { delimiter: "|", line: "\r", quote: "needed", encode: utf8 },
  "semicolon, below a title": {
    delimiter: ";",
    line: "\r\n",
    quote: "needed",
    encode: (text) => utf8(`Export of leads\r\n\r\n${text}`),
  },
  "comma, no line end behind the last row": {
    delimiter: ",",
    line: "\n",
    quote: "needed",
    encode: (text) => utf8(text.replace(/\n$/, "")),
  },
};

async function* toAsyncIterable<T>(all: readonly T[]): AsyncIterable<T> {
  yield* all;
}

async function importRecords(file: Uint8Array, name = "leads.csv") {
  const tenant = await signUp(app);
  const done = await runImport(app, tenant.token, "leads", file, {}, name);
  expect(done).toMatchObject({ status: "completed", created: rows.length, failed: 0 });
  const { data } = await tenant.admin.listLeads({ order: "asc" });
  return Promise.all(
    data.map(async ({ id }) => {
      const { first_name, last_name, email, company, budget, next_contact_date, notes } = (await tenant.admin.getLead({ id }))
        .data;
      return { first_name, last_name, email, company, budget, next_contact_date, notes };
    }),
  );
}

const toInstant = (text: string | undefined) => (text ? new Date(text).toISOString() : null);
const expectedRecords = rows.map(([first_name, last_name, email, company, budget, next, notes]) => ({
  first_name,
  last_name,
  email,
  company,
  budget,
  next_contact_date: toInstant(next),
  notes: notes || null,
}));

describe("one table in many dialects", () => {
  for (const [name, dialect] of Object.entries(dialects)) {
    it(name, async () => {
      // Line ends within a cell are kept as written.
      expect(await importRecords(encodeTable(dialect))).toEqual(expectedRecords);
    });
  }

  it("XLSX", async () => {
    const chunks: Uint8Array[] = [];
    const cells = rows.map((row) => row.map((cell) => (cell.startsWith("=") ? "=SUM(A1)" : cell)));
    for await (const chunk of writeXlsx(header, toAsyncIterable(cells))) chunks.push(chunk);
    const records = await importRecords(Buffer.concat(chunks), "leads.xlsx");
    // Our workbooks escape text that looks like a formula.
    expect(records.map((record) => ({ ...record, company: record.company?.replace(/^'=/, "=") }))).toEqual(expectedRecords);
  });
});

describe("I4 an ambiguous encoding", () => {
  // The same bytes are two different names: in a Mac code page and in a central European one.
  const file = Buffer.concat([Buffer.from("last_name,first_name\nMalm"), Buffer.from([0x9a]), Buffer.from(",Ida\n")]);

  it("is returned with previews in a dry run, and rejected with the candidates in a real import", async () => {
    const { token, admin } = await signUp(app);
    const rehearsed = await sendFile(app, token, "/leads/import", file, { options: { dry_run: true } });
    const { encodings } = rehearsed.data as { encodings: { encoding: string; preview: string[][] }[] };
    expect(rehearsed.status).toBe(202);
    expect(encodings.length).toBeGreaterThan(1);
    expect(encodings.length).toBeLessThanOrEqual(3);
    expect(new Set(encodings.map(({ preview }) => preview[1]?.[0])).size).toBe(encodings.length);
    const real = await sendFile(app, token, "/leads/import", file);
    expect(real).toMatchObject({ status: 400, error: { details: [{ field: "options.encoding" }] } });
    for (const { encoding } of encodings) expect(real.error.details[0]?.message).toContain(encoding);
    const done = await runImport(app, token, "leads", file, { options: { encoding: "macintosh" } });
    expect(done).toMatchObject({ created: 1 });
    expect((await admin.listLeads({})).data).toMatchObject([{ last_name: "Malmö" }]);
  });
});
