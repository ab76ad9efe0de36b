import { describe, expect, it } from "vitest";
import { buildRelations, buildRow, buildWorkbook, readAll, readCells, replacePart, splitSource, textCell } from "./support.ts";

const headerRow = buildRow(textCell("A"), textCell("B"), textCell("C"));
const buildCell = (inside: string, attributes = "") => `<c${attributes}>${inside}</c>`;
const valueCell = (v: string | number, style = 0) => buildCell(`<v>${v}</v>`, ` s="${style}"`);

describe("cells", () => {
  const strings =
    "<si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space='preserve'>ch </t></r><rPh sb='0' eb='1'><t>ri</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>";
  it.each<[string, string, unknown]>([
    ["a shared string", buildCell("<v>0</v>", ' t="s"'), "plain"],
    ["rich text, without phonetic runs", buildCell("<v>1</v>", ' t="s"'), "rich "],
    ["characters that XML cannot hold", buildCell("<v>2</v>", ' t="s"'), "a\rb_x0041_"],
    ["rich text inline", buildCell("<is><r><t>a</t></r><r><t>b</t></r><rPh><t>z</t></rPh></is>", ' t="inlineStr"'), "ab"],
    ["CDATA and entities", textCell("<![CDATA[<a>]]>&amp;&#228;"), "<a>&ä"],
    ["true", buildCell("<v>1</v>", ' t="b"'), ["boolean", "true"]],
    ["false", buildCell("<v>0</v>", ' t="b"'), ["boolean", "false"]],
    ["a whole number", valueCell(5), ["number", "5"]],
    ["noise", valueCell("0.30000000000000004"), ["number", "0.3"]],
    ["an exponent", valueCell("1.5E-7"), ["number", "0.00000015"]],
    ["a large number", valueCell("1.2345E+22"), ["number", "12345000000000000000000"]],
    ["a whole number of 16 digits", valueCell("4111111111111111"), ["number", "4111111111111111"]],
    ["a whole number of 20 digits", valueCell("12345678901234567890"), ["number", "12345678901234600000"]],
    ["minus zero", valueCell("-0"), ["number", "0"]],
    ["a percentage", valueCell("0.19", 5), ["number", "0.19"]],
    ["a formula with its value", buildCell("<f>1+1</f><v>2</v>"), ["number", "2"]],
    ["a formula with its text", buildCell("<f>A1</f><v>x</v>", ' t="str"'), "x"],
    ["a formula with an empty text", buildCell("<f>A1</f><v></v>", ' t="str"'), ""],
    ["a formula shared with another cell", buildCell('<f t="shared" si="0"/><v>3</v>'), ["number", "3"]],
    ["a date as text", buildCell("<v>2026-01-02T10:30:00.000</v>", ' t="d"'), ["date", "2026-01-02T10:30:00"]],
    ["a date as text at midnight", buildCell("<v>2026-01-02</v>", ' t="d"'), ["date", "2026-01-02"]],
    ["an empty cell with a style", '<c s="1"/>', ""],
    ["a date", valueCell(46024, 1), ["date", "2026-01-02"]],
    ["a date with a time", valueCell(46024.4375, 2), ["date", "2026-01-02T10:30:00"]],
    ["a date with a time, shown without", valueCell(46024.4375, 1), ["date", "2026-01-02"]],
    ["the last second but half of one", valueCell(46024.999999, 2), ["date", "2026-01-03"]],
    ["day 59", valueCell(59, 1), ["date", "1900-02-28"]],
    ["day 60, which never was", valueCell(60, 1), ["date", "1900-02-29"]],
    ["day 61", valueCell(61, 1), ["date", "1900-03-01"]],
    ["a time of day", valueCell(0.4375, 3), "10:30:00"],
    ["a duration", valueCell(1.5, 4), "36:00:00"],
    ["a custom date", valueCell(46024, 6), ["date", "2026-01-02"]],
    ["a number in red", valueCell(1.5, 7), ["number", "1.5"]],
    ["a number with a word", valueCell(3, 8), ["number", "3"]],
  ])("%s", async (_, xml, expected) => {
    const formats = [14, 22, 21, 46, 9, "dd.mm.yyyy;@", "[Red]0.00", '"day" 0'];
    const book = buildWorkbook({ rows: headerRow + buildRow(textCell("x"), xml, textCell("y")), strings, formats });
    expect(await readCells(book)).toEqual([["x", expected, "y"]]);
  });

  it.each([
    ["dd.mm.yyyy;@", "2026-01-02"],
    ["[$-407]d. mmmm yyyy", "2026-01-02"],
    ["yyyy\\-mm\\-dd\\ hh:mm", "2026-01-02T12:00:00"],
    ["mmm", "2026-01-02"],
    ["[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2026-01-02"],
    ["m/d/yy h:mm AM/PM", "2026-01-02T12:00:00"],
  ])("%s is a date", async (format, expected) => {
    const book = buildWorkbook({ rows: headerRow + buildRow(valueCell("46024.5", 1)), formats: [format] });
    expect(await readCells(book)).toEqual([[["date", expected], "", ""]]);
  });

  it.each(["General", "[Red]0.00", '"day" 0', "0.00E+00", "#,##0\\ \\d", "0%", '_-* #,##0.00\\ "Tsd"_-', "@", "0;[Red]dd"])(
    "%s is a number",
    async (format) => {
      const book = buildWorkbook({ rows: headerRow + buildRow(valueCell("46024.5", 1)), formats: [format] });
      expect(await readCells(book)).toEqual([[["number", "46024.5"], "", ""]]);
    },
  );

  it("count days from 1904 if the workbook says so", async () => {
    const book = buildWorkbook({ rows: headerRow + buildRow(valueCell(0, 1), valueCell(44562, 1)), formats: [14], is1904: true });
    expect(await readCells(book)).toEqual([[["date", "1904-01-01"], ["date", "2026-01-02"], ""]]);
  });

  it.each([
    ["a formula without a value", buildCell("<f>1+1</f>"), "Cell B2 has a formula without a value"],
    ["a formula with an empty value", buildCell("<f>1+1</f><v></v>"), "Cell B2 has a formula without a value"],
    ["an error", buildCell("<v>#N/A</v>", ' t="e"'), "Cell B2 contains the error #N/A"],
    ["a day before 1900", valueCell(-1, 1), "Cell B2 does not contain a valid date"],
    ["a day after 9999", valueCell(2958466, 1), "Cell B2 does not contain a valid date"],
    ["a number that is none", valueCell("12x"), "Cell B2 is marked as a number, but its value is not a number"],
  ])("with %s reject their row only", async (_, xml, message) => {
    const book = buildWorkbook({ rows: headerRow + buildRow(textCell("x"), xml) + buildRow(textCell("y")), formats: [14] });
    const { rows } = await readAll(book);
    expect(rows).toMatchObject([
      { number: 2, rejection: expect.stringContaining(message) },
      { number: 3, cells: ["y", "", ""] },
    ]);
    expect(rows[1]).not.toHaveProperty("rejection");
  });
});

describe("rows", () => {
  it("may be sparse, hidden, empty, and without references", async () => {
    const rows =
      `<row r="2"><c r="B2" t="inlineStr"><is><t>A</t></is></c><c t="inlineStr"><is><t>B</t></is></c></row>` +
      '<row r="5" hidden="1"><c r="C5"><v>1</v></c></row><row><c r="B6" s="1"/></row><row r="9"><c r="B9"><v>2</v></c><c r="AB9" s="0"/></row>';
    const table = await readAll(buildWorkbook({ rows }));
    expect(table).toMatchObject({ header: ["Column 1", "A", "B"], header_row: 2, sheet: "People", format: "xlsx" });
    expect(table.rows).toEqual([
      { number: 5, cells: ["", "", ["number", "1"]] },
      { number: 9, cells: ["", ["number", "2"], ""] },
    ]);
  });

  it("with more cells than the header are rejected", async () => {
    const rows = `${headerRow}<row r="2"><c r="E2"><v>1</v></c></row><row><c r="ALM3"><v>1</v></c></row>`;
    expect((await readAll(buildWorkbook({ rows }))).rows).toMatchObject([
      { number: 2, rejection: "The row has 5 cells, but the header has only 3" },
      { number: 3, rejection: "Cell ALM3 is beyond column 1000" },
    ]);
  });

  it("are the same for any chunks of bytes", async () => {
    const book = buildWorkbook({ rows: headerRow + buildRow(textCell("ä"), textCell("b")).repeat(3000) });
    expect((await readAll(splitSource(book, [1, 7, 100]))).rows).toEqual((await readAll(book)).rows);
  });
});

describe("workbooks", () => {
  const rows = headerRow + buildRow(textCell("1"));
  it.each<[string, Parameters<typeof buildWorkbook>[0]]>([
    ["absolute targets", { rows, target: (name) => `/xl/${name}` }],
    ["targets that go up", { rows, target: (name) => `../xl/./${name}` }],
    ["other capitals", { rows, target: (name) => name.toUpperCase() }],
    ["macros", { rows, change: (parts) => [...parts, { name: "xl/vbaProject.bin", data: "PK\x03\x04" }] }],
    ["a hidden sheet before", { rows, sheets: '<sheet name="Other" state="veryHidden" r:id="r2"/><sheet name="P" r:id="r1"/>' }],
    ["parts that are stored", { rows, change: (parts) => parts.map((part) => ({ ...part, method: 0 })) }],
    [
      "a byte order mark",
      {
        rows,
        change: replacePart("xl/worksheets/sheet1.xml", { data: `\ufeff<worksheet><sheetData>${rows}</sheetData></worksheet>` }),
      },
    ],
    [
      "prefixes and strict namespaces",
      {
        rows,
        change: (parts) =>
          parts.map((part) => ({
            ...part,
            data: part.name.endsWith(".rels")
              ? String(part.data).replaceAll(
                  "http://schemas.openxmlformats.org/officeDocument/2006",
                  "http://purl.oclc.org/ooxml/officeDocument",
                )
              : part.name.includes("sheet1")
                ? String(part.data)
                    .replaceAll(/<(\/?)(?=\w)/g, "<$1x:")
                    .replace("xmlns=", "xmlns:x=")
                : part.data,
          })),
      },
    ],
  ])("with %s are read", async (_, options) => {
    expect(await readCells(buildWorkbook(options))).toEqual([["1", "", ""]]);
  });

  it("are read from the named sheet, or the error lists the sheets", async () => {
    expect(await readAll(buildWorkbook({ rows }), { sheet: "other" })).toMatchObject({ sheet: "Other", header: ["Two"] });
    await expect(readAll(buildWorkbook({ rows }), { sheet: "Third" })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "sheet", message: expect.stringContaining('"People", "Other"') }],
    });
  });

  it("that are damaged are rejected with the reason", async () => {
    const cases: [string, Parameters<typeof buildWorkbook>[0], string][] = [
      ["no visible sheet", { rows, sheets: '<sheet name="P" state="hidden" r:id="r1"/>' }, "no visible sheet"],
      ["rows out of order", { rows: `${headerRow}<row r="1"/>` }, "damaged"],
      ["XML cut off", { rows: `${headerRow}<row` }, "damaged"],
      [
        "a string that is not there",
        { rows: headerRow + buildRow(buildCell("<v>7</v>", ' t="s"')), strings: "<si><t>x</t></si>" },
        "damaged",
      ],
      ["a part that is not there", { rows, change: (parts) => parts.filter(({ name }) => !name.includes("sheet1")) }, "damaged"],
      ["another checksum", { rows, change: replacePart("xl/worksheets/sheet1.xml", { crc: 1 }) }, "damaged"],
      [
        "packed bytes that are none",
        { rows, change: replacePart("xl/worksheets/sheet1.xml", { packed: Buffer.alloc(50, 255) }) },
        "damaged",
      ],
    ];
    for (const [name, options, message] of cases) {
      await expect(readAll(buildWorkbook(options)), name).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
        details: [{ field: "file", message: expect.stringContaining(message) }],
      });
    }
  });

  it("of other file types are rejected by their type", async () => {
    const kinds: [
      (
        parts: Parameters<NonNullable<Parameters<typeof buildWorkbook>[0]["change"]>>[0],
      ) => ReturnType<ReturnType<typeof replacePart>>,
      RegExp,
    ][] = [
      [replacePart("xl/workbook.xml", { data: '<w:document xmlns:w="x"/>' }), /Word document/],
      [replacePart("_rels/.rels", { data: buildRelations([["r0", "officeDocument", "xl/workbook.bin"]]) }), /\.xlsb/],
      [(parts) => parts.slice(3), /zip archive, not a workbook/],
      [
        () => [{ name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet" }, { name: "content.xml" }],
        /OpenDocument/,
      ],
      [() => [{ name: "inner.xlsx", data: buildWorkbook({ rows }) }], /zip archive, not a workbook/],
      [(parts) => parts.map((part) => ({ ...part, flags: 1 })), /encrypted/],
    ];
    for (const [change, message] of kinds) {
      await expect(readAll(buildWorkbook({ rows, change }))).rejects.toMatchObject({
        code: "UNSUPPORTED_MEDIA_TYPE",
        details: [{ field: "file", message: expect.stringMatching(message) }],
      });
    }
  });
});
