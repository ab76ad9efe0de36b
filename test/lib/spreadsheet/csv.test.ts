import { toByteSource } from "@crm/core/lib/spreadsheet/byte-source.ts";
import { readTable } from "@crm/core/lib/spreadsheet/table-reader.ts";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import { readAll, readCells, splitSource } from "./support.ts";

const header = ["Name", "Città", "Note", "Amount"];
const people = [
  ["Müller, Jürgen", "Zürich", 'says "hello"; twice', "1.234,50"],
  ["Zoë\tTab", "São Paulo", "two\nlines", ""],
  ["O'Brien|x", "Łódź", "", "-5"],
  [" spaces ", "Αθήνα", "Привет", "0"],
];
const latinPeople = people.map((row) => row.map((cell) => cell.replaceAll(/[ŁłźΑ-ωίήА-я]/g, "e")));

/** Formats a table in a CSV dialect; quotes only the cells that need it, or all of them. */
const formatTable = (
  rows: readonly (readonly string[])[],
  {
    delimiter = ",",
    end = "\r\n",
    all = false,
    around: padding = "",
  }: { delimiter?: string; end?: string; all?: boolean; around?: string },
) =>
  rows
    .map((row) =>
      row
        .map((cell) => {
          const isQuoted = all || cell.includes(delimiter) || /["\r\n]|^ | $/.test(cell);
          return isQuoted ? `${padding}"${cell.replaceAll('"', '""')}"${padding}` : cell;
        })
        .join(delimiter),
    )
    .join(end);

const encodeLatin1 = (text: string) => Buffer.from(text, "latin1");
const encodeUtf16 = (text: string, { mark = true, swapped = false }) => {
  const bytes = Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
  return swapped ? bytes.swap16() : bytes;
};

describe("one table in many dialects", () => {
  const all = [header, ...people];
  const western = [header, ...latinPeople];
  it.each<[string, Buffer | string, string, string, string[][]]>([
    ["comma, UTF-8", formatTable(all, {}), ",", "utf-8", people],
    ["comma, UTF-8 with mark", `\ufeff${formatTable(all, { end: "\n" })}\n`, ",", "utf-8", people],
    ["semicolon, LF", formatTable(all, { delimiter: ";", end: "\n" }), ";", "utf-8", people],
    ["semicolon, CR", formatTable(all, { delimiter: ";", end: "\r" }), ";", "utf-8", people],
    ["tab", formatTable(all, { delimiter: "\t" }), "\t", "utf-8", people],
    ["pipe, all quoted", formatTable(all, { delimiter: "|", all: true }), "|", "utf-8", people],
    ["spaces around quotes", formatTable(all, { all: true, around: "  " }), ",", "utf-8", people],
    ["sep= as Excel writes it", `sep=|\r\n${formatTable(all, { delimiter: "|" })}`, "|", "utf-8", people],
    [
      "UTF-16 LE, tabs, as Excel's Unicode text",
      encodeUtf16(formatTable(all, { delimiter: "\t" }), {}),
      "\t",
      "utf-16le",
      people,
    ],
    ["UTF-16 BE with mark", encodeUtf16(formatTable(all, {}), { swapped: true }), ",", "utf-16be", people],
    ["UTF-16 LE without mark", encodeUtf16(formatTable(all, {}), { mark: false }), ",", "utf-16le", people],
    ["UTF-16 BE without mark", encodeUtf16(formatTable(all, {}), { mark: false, swapped: true }), ",", "utf-16be", people],
    ["Windows-1252, semicolon", encodeLatin1(formatTable(western, { delimiter: ";" })), ";", "windows-1252", latinPeople],
    ["mixed line ends", formatTable(all, {}).replace("\r\n", "\n").replace("\r\n", "\r"), ",", "utf-8", people],
    [
      "titles and blank lines above",
      `Export of people\r\nBy,Ann\r\n\r\n,,,\r\n${formatTable(all, {})}\r\n\r\n,,,\r\n`,
      ",",
      "utf-8",
      people,
    ],
  ])("%s", async (_, bytes, delimiter, encoding, rows) => {
    const table = await readAll(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    expect(table).toMatchObject({ format: "csv", delimiter, encoding, header });
    expect(table.rows.map(({ cells, rejection }) => rejection ?? cells)).toEqual(rows);
  });
});

describe("row numbers", () => {
  it("count records including blank lines and titles, but not sep=", async () => {
    const { header_row, rows } = await readAll('sep=,\nTitle\n\nA,B\n1,"x\ny"\n\n,\n3,4\n');
    expect(header_row).toBe(3);
    expect(rows).toEqual([
      { number: 4, cells: ["1", "x\ny"] },
      { number: 7, cells: ["3", "4"] },
    ]);
  });
});

const ROWS = resolveTestSize("CRM_ROWS", 50_000, 200_000);
const RUNS = resolveTestSize("CRM_RUNS", 30, 300);
/** Number of lines after which the reader has given up. */
const STEPS = 8_000_000;
const PAIRS = resolveTestSize("CRM_PAIRS", 600_000, 5_000_000);

describe("quotes", () => {
  it.each([
    ["bare ones inside a cell are text", 'Monitor 24",x', ['Monitor 24"', "x"]],
    ["doubled ones", '"24"" Monitor","""x"""', ['24" Monitor', '"x"']],
    ["empty ones", '"",x', ["", "x"]],
    ["with blanks around", ' "a,b" ,x', ["a,b", "x"]],
    ["after a blank that belong to no pair", ' "a" b,x', [' "a" b', "x"]],
  ])("%s", async (_, line, cells) => {
    expect(await readCells(`A,B\n${line}\n`)).toEqual([cells]);
  });

  it("followed by text reject their row only", async () => {
    const { rows } = await readAll('A,B\n1,"x" y\n2,z\n');
    expect(rows).toEqual([
      { number: 2, cells: ["1", '"x" y'], rejection: expect.stringContaining("Text follows a closing quote") },
      { number: 3, cells: ["2", "z"] },
    ]);
  });

  it.each([
    ["at the end", 'A,B\n1,x\n2,"y\n3,z\n', 3],
    ["before rows with quotes", 'A,B\n1,x\n2,"y\n3,"z"\n4,"w"\n', 3],
    ["before quotes at the end of rows", 'A,B\n"1",x\n"2,y\n"3","z"\n"4","w"\n', 3],
  ])("never closed %s reject their row only", async (_, text, number) => {
    const { rows } = await readAll(text);
    expect(rows.filter((row) => row.rejection !== undefined)).toMatchObject([
      { number, rejection: "A quote is opened but not closed" },
    ]);
    expect(rows).toHaveLength(text.split("\n").length - 2);
  });

  it.each([2, 1])("never closed do not swallow rows of a large file with %i columns", async (width) => {
    const line = (index: number) => (width === 1 ? `person${index}@mail.example` : `${index},person`);
    const lines = Array.from({ length: ROWS }, (_, index) => line(index));
    lines[5] = width === 1 ? `"${line(5)}` : '5,"person';
    const { rows } = await readAll([width === 1 ? "Email" : "No,Name", ...lines].join("\n"));
    expect(rows).toHaveLength(ROWS);
    expect(rows.filter(({ rejection }) => rejection)).toMatchObject([
      { number: 7, rejection: "A quote is opened but not closed" },
    ]);
  });

  it.runIf(isExhaustive)("unbalanced everywhere reject the file with a row number", async () => {
    const text = `A,B\n1,2\n${'a","b\n'.repeat(STEPS)}`;
    await expect(readAll(text)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "file", message: expect.stringMatching(/row [\d]+ /i) }],
    });
  });
});

describe("bounds", () => {
  const large = (size: number, character = "x") => character.repeat(size);
  it.each([
    ["a cell of 10 MB", `${large(10_000_000)},y`],
    ["a cell of many MB in quotes", `"${large(PAIRS, ",\n")}",y`],
    ["a row of 3 MB", `${large(900_000)},"${large(900_000)}","${large(900_000)}",y`],
    ["a cell of 1.5 MB in quotes", `"${large(1_500_000)}",y`],
    ["1,001 cells", large(1001, "x,")],
  ])("%s: the row is rejected, and reading continues", async (_, line) => {
    const { rows } = await readAll(`A,B,C,D\n1,2,3,4\n${line}\n5,6,7,8\n`);
    expect(rows).toMatchObject([
      { number: 2, cells: ["1", "2", "3", "4"] },
      { number: 3, rejection: expect.stringMatching(/more than [\d]+ (characters|cells)/) },
      { number: 4, cells: ["5", "6", "7", "8"] },
    ]);
  });

  it("a cell without an end rejects the file with its row number", async () => {
    const text = `A,B\n1,2\n"${large(40_000_000)}`;
    await expect(readAll(text)).rejects.toMatchObject({ details: [{ message: expect.stringContaining("Row 3 does not end") }] });
  });

  it("a row with more cells than the header is rejected with all of them; empty ones do not count", async () => {
    const { rows } = await readAll("A,B\n1,2,,\n1,2,3\n1\n");
    expect(rows).toEqual([
      { number: 2, cells: ["1", "2"] },
      { number: 3, cells: ["1", "2", "3"], rejection: "The row has 3 cells, but the header has only 2" },
      { number: 4, cells: ["1", ""] },
    ]);
  });
});

describe("a source", () => {
  it("may arrive in any chunks, and gives the same rows", async () => {
    const text = 'A,B,C\r\n"1\r\n2","ü""x",3\r\n4,"5,6",\r\n7,"8\n9,"10"\n\n11,12,ё\r';
    for (const bytes of [Buffer.from(text), encodeUtf16(text, {}), encodeUtf16(text, { swapped: true })]) {
      const fullTable = await readAll(bytes);
      expect(fullTable.rows.length).toBeGreaterThan(3);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 }), async (sizes) => {
          expect(await readAll(splitSource(bytes, sizes))).toEqual(fullTable);
        }),
        { numRuns: Math.ceil(RUNS / 5) },
      );
    }
  });

  it("is closed when its reader stops, or never reads", async () => {
    let open = 0;
    const bytes = Buffer.from(`A,B\n${"1,2\n".repeat(300_000)}`);
    const source = {
      size: bytes.length,
      async *read(from = 0, to = bytes.length) {
        open++;
        try {
          for (let offset = from; offset < to; offset += 4096) yield bytes.subarray(offset, Math.min(to, offset + 4096));
        } finally {
          open--;
        }
      },
    };
    for await (const row of (await readTable(source)).rows) if (row.number > 5) break;
    expect(open).toBe(0);
    const { close } = await readTable(source);
    expect(open).toBe(1);
    await close();
    expect(open).toBe(0);
  });

  it("that fails is not reported as a fault of the file", async () => {
    const source = {
      size: 100,
      async *read() {
        yield Buffer.from("A,B\n1,2\n");
        throw new RangeError("gone");
      },
    };
    await expect(readAll(source)).rejects.toThrow(RangeError);
  });
});

describe("another reader", () => {
  it("reads RFC 4180 files identically", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", "\n", "\r\n", " ", ";", "ü"), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const filledRows = rows.filter((row) => row.some((value) => value.trim() !== ""));
        fc.pre(filledRows.length > 0);
        const bytes = formatTable([["Hone", "Htwo", "Hthree"], ...filledRows], { all: true });
        expect(await readCells(toByteSource(Buffer.from(bytes)))).toEqual((parse(bytes) as string[][]).slice(1));
      }),
      { numRuns: RUNS },
    );
  });
});
