import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { SaxesParser } from "saxes";
import { callOperation, parseCsv } from "../test/platform/export/export-client.ts";
import { signUp, startTestApp } from "../test/support/app.ts";

/**
 * `npm run report-pictures`: writes reports as PDF, XLSX and CSV in German, Arabic and Japanese, with texts that look like formulas, and with negative and
 * large amounts. LibreOffice opens each workbook, and its cells are compared with those of the CSV file: numbers must be numbers, and no cell a formula.
 * The PDFs are drawn for manual inspection. Requires `soffice` for the comparison and `pdftoppm` for the pictures; without them only the files are written.
 */
const FOLDER = fileURLToPath(new URL("../.data/reports", import.meta.url));

const customers = ["Müller & Söhne GmbH", "شركة النور للتجارة", "株式会社サンプル", "=1+1", "+x", "@x", "Straßenbau Österreich"];
const amounts = ["1234.50", "98765432.10", "250000.00", "99999999999.99", "0.01", "15000.00", "720.00"];

const measures = [
  { as: "deals", do: "count" },
  { as: "amount", do: "sum", field: "amount" },
  { as: "expected", do: "sum", field: "expected_revenue" },
  { as: "gap", do: "formula", of: ["expected", "-", "amount"] },
  { as: "share", do: "share", field: "amount" },
];
const byCustomer = { group_by: [{ field: "customer.name" }], measures, sort: [{ by: "amount", order: "desc" }] };
const byMonth = { group_by: [{ field: "close_date", by: "month" }, { field: "stage_id" }], measures };
const chartSeries = ["amount", "expected"];

/** The reports by the name of their file. */
const reports = {
  de: {
    ...{ language: "de", name: "Umsatz nach Kunde", ...byCustomer },
    chart: { kind: "bar", series: ["amount"] },
    where: { created_at: { gte: "this_year" }, or: [{ amount: { gte: "1" } }, { stage_id: { in: ["prospecting"] } }] },
  },
  ar: {
    language: "ar",
    name: "المبيعات حسب الشهر",
    ...byMonth,
    chart: { kind: "stacked", split: "stage_id", series: ["amount"] },
  },
  ja: { language: "ja", name: "月別の売上", ...byMonth, chart: { kind: "area", series: chartSeries } },
  funnel: {
    language: "en",
    name: "Stages",
    group_by: [{ field: "stage_id" }],
    measures,
    chart: { kind: "funnel", series: ["deals"] },
  },
  donut: {
    language: "ar",
    name: "المراحل",
    group_by: [{ field: "stage_id" }],
    measures,
    chart: { kind: "donut", series: ["amount"] },
  },
  line: { language: "de", name: "Abstand", ...byMonth, chart: { kind: "line", series: ["gap"] } },
  rows: {
    ...{ language: "de", name: "Alle Chancen", sort: [{ by: "amount", order: "desc" }] },
    columns: ["name", "customer.name", "stage_id", "amount", "currency", "probability", "close_date", "owner_id", "created_at"],
  },
};

let now = Date.parse("2026-11-28T09:00:00.000Z");
const app = await startTestApp({ time: () => now++ });
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
let faults = 0;
try {
  const { admin, token } = await signUp(app, { brand_color: "#0f766e", currency: "EUR" });
  await createOpportunities(admin);
  for (const [name, { language, ...definition }] of Object.entries(reports)) {
    await admin.updateMyPreferences({ language });
    const { data } = await allowAnyInput(admin).createReport({ kind: "opportunity", visibility: "PRIVATE", ...definition });
    const files: Record<string, string> = {};
    for (const format of ["pdf", "xlsx", "csv"]) files[format] = await writeReport(token, data.id, name, format);
    const texts = [...(data.definition.group_by ?? []).map(({ field }) => field), ...(data.definition.columns ?? [])];
    compareWorkbook(name, String(files.xlsx), String(files.csv), texts.length);
    drawPdf(String(files.pdf));
  }
} finally {
  await app.stop();
}
if (faults > 0) process.exitCode = 1;

async function createOpportunities(admin: Awaited<ReturnType<typeof signUp>>["admin"]): Promise<void> {
  for (const [index, name] of customers.entries()) {
    const { data: customer } = await admin.createCustomer({ name });
    for (let month = 1; month <= 12; month++)
      await admin.createOpportunity({
        ...{
          name: `${name} ${month}`,
          customer_id: customer.id,
          amount: amounts[(index + month) % amounts.length],
          currency: "EUR",
        },
        ...{ close_date: `2027-${String(month).padStart(2, "0")}-15`, probability: (index * 13 + month) % 100 },
        stage_id: ["prospecting", "qualification", "needs_analysis"][(index + month) % 3],
      });
  }
  await app.settle();
}

async function writeReport(token: string, id: string, name: string, format: string): Promise<string> {
  const started = performance.now();
  const answer = await callOperation(app, token, "exportReport", { id, format });
  await app.settle();
  const { run_id } = JSON.parse(answer.body).data;
  const { status, body } = await callOperation(app, token, "getReportFile", { id, run_id });
  if (status !== 200) throw new Error(`${name}.${format}: ${body}`);
  const file = join(FOLDER, `${name}.${format}`);
  const bytes = Buffer.from(body, "base64");
  writeFileSync(file, bytes);
  console.log(`${name}.${format}: ${bytes.length} bytes, ${Math.round(performance.now() - started)} ms`);
  return file;
}

/** A cell as LibreOffice reads it. */
interface SheetCell {
  readonly type: string | undefined;
  readonly value: string;
  readonly formula: string | undefined;
}

/** Compares the cells of a workbook, as LibreOffice opens it, with those of the CSV file. The first `texts` columns have texts. */
function compareWorkbook(name: string, xlsx: string, csv: string, texts: number): void {
  const sheet = readSheet(xlsx);
  if (!sheet) {
    console.log("soffice is not installed, so no workbook was opened");
    return;
  }
  const [, ...expected] = parseCsv(readFileSync(csv));
  const [, ...found] = sheet;
  const report = (message: string): void => {
    faults++;
    console.error(`${name}.xlsx: ${message}`);
  };
  if (found.length !== expected.length) report(`${found.length} rows instead of ${expected.length}`);
  for (const [index, row] of expected.entries())
    for (const [column, text] of row.entries()) {
      const cell = found[index]?.[column];
      const place = `row ${index + 1}, column ${column + 1}`;
      if (cell?.formula !== undefined) report(`${place} is the formula ${cell.formula}`);
      const isNumber = column >= texts && text !== "";
      if (isNumber && cell?.type !== "float") report(`${place} is ${cell?.type} and not a number: ${cell?.value}`);
      const isEqual = isNumber ? Number(cell?.value) === Number(text) : (cell?.value ?? "") === text.replace(/^'(?=[=+@-])/, "");
      if (!isEqual && !(cell?.type === "float" && Number(cell.value) === Number(text)) && cell?.value !== text)
        report(`${place} is ${cell?.value} instead of ${text}`);
    }
  console.log(`${name}.xlsx: ${expected.length} rows compared`);
}

/** Returns the cells of the first sheet; undefined if LibreOffice is not installed. */
function readSheet(xlsx: string): SheetCell[][] | undefined {
  if (!runProgram("soffice", ["--headless", "--convert-to", "fods", "--outdir", FOLDER, xlsx])) return undefined;
  const rows: SheetCell[][] = [];
  let [cell, text, repeats]: [SheetCell | undefined, string, number] = [undefined, "", 1];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "table:table-row") rows.push([]);
    if (name !== "table:table-cell") return;
    const { "office:value-type": type, "office:value": value, "office:date-value": date, "table:formula": formula } = attributes;
    repeats = Number(attributes["table:number-columns-repeated"] ?? 1);
    [cell, text] = [{ type, value: value ?? date ?? "", formula }, ""];
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("closetag", ({ name }) => {
    if (name !== "table:table-cell" || !cell) return;
    const closed = cell.value === "" ? { ...cell, value: text.trim() } : cell;
    // A row ends with thousands of empty cells.
    for (let index = 0; index < Math.min(repeats, 50); index++) rows.at(-1)?.push(closed);
    cell = undefined;
  });
  parser.write(readFileSync(xlsx.replace(/\.xlsx$/, ".fods"), "utf8")).close();
  return rows.filter((row) => row.some(({ value }) => value !== ""));
}

function drawPdf(file: string): void {
  if (!runProgram("pdftoppm", ["-png", "-r", "70", file, file.replace(/\.pdf$/, "")])) console.log("pdftoppm is not installed");
}

/** Runs a program. Returns false if it is not installed. */
function runProgram(name: string, parameters: readonly string[]): boolean {
  try {
    execFileSync(name, parameters, { stdio: "ignore" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
