import { escapeFormula, type OutputCell, unescapeFormula, writeCsv, writeXlsx } from "@crm/core/lib/spreadsheet/table-writer.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, readAll, splitSource, streamRows } from "./support.ts";

/** Names that the reader always takes for column names; other names would test the reader, not the writer. */
const names = fc
  .uniqueArray(fc.string({ unit: "binary", maxLength: 6 }), { minLength: 1, maxLength: 5, selector: (name) => name.trim() })
  .map((headerNames) =>
    headerNames.map((name, index) => `H${index}${name.replaceAll("\0", "").replace(/\s+/g, " ").trimEnd()}x`),
  );

const awkwardText = fc.constantFrom(
  "=1+1",
  "'=x",
  "''@",
  "-5",
  "+1+2",
  "\t=a",
  "\r",
  "\n",
  '"',
  '""',
  "a;b;c",
  "x\ty",
  "_x000D_",
  "_x005F_",
  "sep=;",
  " a ",
  "\ufeff",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  awkwardText,
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
const table = names.chain((header) =>
  fc.record({
    header: fc.constant(header),
    rows: fc.array(fc.array(anyText, { minLength: header.length, maxLength: header.length }), { minLength: 1, maxLength: 12 }),
  }),
);
const isBlank = (row: readonly string[]) => row.every((cell) => cell.trim() === "");
const pieceSizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });

describe("any table of any text", () => {
  it("is unchanged after writing and reading CSV in any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(table, pieceSizes, async ({ header, rows }, pieces) => {
        const writtenRows = rows.map((row) => row.map((cell) => cell.replaceAll("\0", ""))).filter((row) => !isBlank(row));
        fc.pre(writtenRows.length > 0);
        const read = await readAll(splitSource(await concatBytes(writeCsv(header, streamRows(writtenRows))), pieces));
        expect(read.header.map(unescapeFormula)).toEqual(header);
        expect(read.rows.map(({ cells, rejection }) => rejection ?? cells.map((cell) => unescapeFormula(String(cell))))).toEqual(
          writtenRows,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is unchanged after writing and reading XLSX in any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(table, pieceSizes, async ({ header, rows }, pieces) => {
        const writtenRows = rows.filter((row) => !isBlank(row));
        fc.pre(writtenRows.length > 0);
        const read = await readAll(splitSource(await concatBytes(writeXlsx(header, streamRows(writtenRows))), pieces));
        expect(read.header).toEqual(header);
        expect(read.rows.map(({ cells, rejection }) => rejection ?? cells)).toEqual(writtenRows);
      }),
      { numRuns: 100 },
    );
  });
});

describe("writing", () => {
  const rows: OutputCell[][] = [["Ann", -1.5, true, null, "=1+1"]];
  it("CSV has a byte order mark, CRLF and escaped formulas", async () => {
    const text = (await concatBytes(writeCsv(["A", "=B", "C", "D", "E"], streamRows(rows)))).toString();
    expect(text).toBe("\ufeffA,'=B,C,D,E\r\nAnn,-1.5,true,,'=1+1\r\n");
  });

  it("XLSX preserves types, and text is not a formula", async () => {
    const bytes = await concatBytes(writeXlsx(["A", "B", "C", "D", "E"], streamRows(rows)));
    expect((await readAll(bytes)).rows).toEqual([
      { number: 2, cells: ["Ann", ["number", "-1.5"], ["boolean", "true"], "", "=1+1"] },
    ]);
  });

  it("XLSX continues in another sheet when one is full", async () => {
    const sampleRows = Array.from({ length: 7 }, (_, index) => [`a${index}`, index]);
    const bytes = await concatBytes(writeXlsx(["A", "B"], streamRows(sampleRows), { perSheet: 3 }));
    const sheets = await Promise.all(["Sheet1", "Sheet2", "Sheet3"].map((sheet) => readAll(bytes, { sheet })));
    expect(sheets.map(({ rows }) => rows.map(({ cells }) => cells[0]))).toEqual([["a0", "a1", "a2"], ["a3", "a4", "a5"], ["a6"]]);
    expect(sheets.map(({ header }) => header)).toEqual([
      ["A", "B"],
      ["A", "B"],
      ["A", "B"],
    ]);
  });

  it("XLSX truncates a text that exceeds a cell, with an ellipsis", async () => {
    const bytes = await concatBytes(writeXlsx(["A", "B"], streamRows([["x".repeat(40_000), "y"]])));
    expect((await readAll(bytes)).rows[0]?.cells[0]).toBe(`${"x".repeat(32_766)}…`);
  });

  it.each([writeCsv, writeXlsx])("%o fails with the error of its rows, and closes them when its reader stops", async (write) => {
    let open = 0;
    async function* failing(after: number) {
      open++;
      try {
        for (let index = 0; index < after; index++) yield [`row ${index} ${Math.sin(index)}`, index];
        throw new RangeError("gone");
      } finally {
        open--;
      }
    }
    await expect(concatBytes(write(["A", "B"], failing(10)))).rejects.toThrow("gone");
    for await (const _ of write(["A", "B"], failing(1_000_000))) break;
    expect(open).toBe(0);
  });
});

describe("formulas", () => {
  it.each([
    "=1+1",
    "+1+2",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "  =1",
    "＝1",
    "＋x",
    "－x",
    "＠x",
    "+1-555-1234",
    "-",
    "+",
    "-A1",
    "--5",
    "'=1",
    "\u00a0=1",
    "-5 €",
    "+(1)*2",
  ])("%j is escaped, and unescaped again", (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
    expect(unescapeFormula(`'${text}`)).toBe(text);
  });

  it.each([
    "-5",
    "+5",
    "-1.234,50",
    "-12%",
    "+1.5E+10",
    "+49301234567",
    "+49 30 1234567",
    "+49 (30) 123 45 67",
    "a=b",
    "a@b.de",
    "'tis",
    "'-5",
    "",
    "5-3",
  ])("%j is not", (text) => {
    expect(escapeFormula(text)).toBe(text);
    expect(unescapeFormula(text)).toBe(text);
  });

  it("of any text are restored by unescaping", () => {
    void fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: fc.constantFrom("'", "=", "-", " ", "1", "+") })), (text) => {
        expect(unescapeFormula(escapeFormula(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
