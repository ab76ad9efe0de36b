import { describe, expect, it } from "vitest";
import { bookOf, cellsOf, inPieces, readAll, relations, replacing, rowOf, text } from "./support.ts";

const head = rowOf(text("A"), text("B"), text("C"));
const cell = (inside: string, attributes = "") => `<c${attributes}>${inside}</c>`;
const value = (v: string | number, style = 0) => cell(`<v>${v}</v>`, ` s="${style}"`);

describe("cells", () => {
  const strings =
    "<si><t>plain</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space='preserve'>ch </t></r><rPh sb='0' eb='1'><t>ri</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>";
  it.each<[string, string, unknown]>([
    ["a shared string", cell("<v>0</v>", ' t="s"'), "plain"],
    ["rich text, without phonetic runs", cell("<v>1</v>", ' t="s"'), "rich "],
    ["characters that XML cannot hold", cell("<v>2</v>", ' t="s"'), "a\rb_x0041_"],
    ["rich text inline", cell("<is><r><t>a</t></r><r><t>b</t></r><rPh><t>z</t></rPh></is>", ' t="inlineStr"'), "ab"],
    ["CDATA and entities", text("<![CDATA[<a>]]>&amp;&#228;"), "<a>&ä"],
    ["true", cell("<v>1</v>", ' t="b"'), ["boolean", "true"]],
    ["false", cell("<v>0</v>", ' t="b"'), ["boolean", "false"]],
    ["a whole number", value(5), ["number", "5"]],
    ["noise", value("0.30000000000000004"), ["number", "0.3"]],
    ["an exponent", value("1.5E-7"), ["number", "0.00000015"]],
    ["a large number", value("1.2345E+22"), ["number", "12345000000000000000000"]],
    ["a whole number of 16 digits", value("4111111111111111"), ["number", "4111111111111111"]],
    ["a whole number of 20 digits", value("12345678901234567890"), ["number", "12345678901234600000"]],
    ["minus zero", value("-0"), ["number", "0"]],
    ["a percentage", value("0.19", 5), ["number", "0.19"]],
    ["a formula with its value", cell("<f>1+1</f><v>2</v>"), ["number", "2"]],
    ["a formula with its text", cell("<f>A1</f><v>x</v>", ' t="str"'), "x"],
    ["a formula with an empty text", cell("<f>A1</f><v></v>", ' t="str"'), ""],
    ["a formula shared with another cell", cell('<f t="shared" si="0"/><v>3</v>'), ["number", "3"]],
    ["a date as text", cell("<v>2026-01-02T10:30:00.000</v>", ' t="d"'), ["date", "2026-01-02T10:30:00"]],
    ["a date as text at midnight", cell("<v>2026-01-02</v>", ' t="d"'), ["date", "2026-01-02"]],
    ["an empty cell with a style", '<c s="1"/>', ""],
    ["a date", value(46024, 1), ["date", "2026-01-02"]],
    ["a date with a time", value(46024.4375, 2), ["date", "2026-01-02T10:30:00"]],
    ["a date with a time, shown without", value(46024.4375, 1), ["date", "2026-01-02"]],
    ["the last second but half of one", value(46024.999999, 2), ["date", "2026-01-03"]],
    ["day 59", value(59, 1), ["date", "1900-02-28"]],
    ["day 60, which never was", value(60, 1), ["date", "1900-02-29"]],
    ["day 61", value(61, 1), ["date", "1900-03-01"]],
    ["a time of day", value(0.4375, 3), "10:30:00"],
    ["a duration", value(1.5, 4), "36:00:00"],
    ["a custom date", value(46024, 6), ["date", "2026-01-02"]],
    ["a number in red", value(1.5, 7), ["number", "1.5"]],
    ["a number with a word", value(3, 8), ["number", "3"]],
  ])("%s", async (_, xml, expected) => {
    const formats = [14, 22, 21, 46, 9, "dd.mm.yyyy;@", "[Red]0.00", '"day" 0'];
    const book = bookOf({ rows: head + rowOf(text("x"), xml, text("y")), strings, formats });
    expect(await cellsOf(book)).toEqual([["x", expected, "y"]]);
  });

  it.each([
    ["dd.mm.yyyy;@", "2026-01-02"],
    ["[$-407]d. mmmm yyyy", "2026-01-02"],
    ["yyyy\\-mm\\-dd\\ hh:mm", "2026-01-02T12:00:00"],
    ["mmm", "2026-01-02"],
    ["[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2026-01-02"],
    ["m/d/yy h:mm AM/PM", "2026-01-02T12:00:00"],
  ])("%s is a date", async (format, expected) => {
    const book = bookOf({ rows: head + rowOf(value("46024.5", 1)), formats: [format] });
    expect(await cellsOf(book)).toEqual([[["date", expected], "", ""]]);
  });

  it.each(["General", "[Red]0.00", '"day" 0', "0.00E+00", "#,##0\\ \\d", "0%", '_-* #,##0.00\\ "Tsd"_-', "@", "0;[Red]dd"])(
    "%s is a number",
    async (format) => {
      const book = bookOf({ rows: head + rowOf(value("46024.5", 1)), formats: [format] });
      expect(await cellsOf(book)).toEqual([[["number", "46024.5"], "", ""]]);
    },
  );

  it("count days from 1904 where the workbook says so", async () => {
    const book = bookOf({ rows: head + rowOf(value(0, 1), value(44562, 1)), formats: [14], is1904: true });
    expect(await cellsOf(book)).toEqual([[["date", "1904-01-01"], ["date", "2026-01-02"], ""]]);
  });

  it.each([
    ["a formula without a value", cell("<f>1+1</f>"), "Cell B2 has a formula without a value"],
    ["a formula with an empty value", cell("<f>1+1</f><v></v>"), "Cell B2 has a formula without a value"],
    ["an error", cell("<v>#N/A</v>", ' t="e"'), "Cell B2 holds the error #N/A"],
    ["a day before 1900", value(-1, 1), "Cell B2 holds no date"],
    ["a day after 9999", value(2958466, 1), "Cell B2 holds no date"],
    ["a number that is none", value("12x"), "Cell B2 holds no number"],
  ])("with %s refuse their row, and no other", async (_, xml, message) => {
    const book = bookOf({ rows: head + rowOf(text("x"), xml) + rowOf(text("y")), formats: [14] });
    const { rows } = await readAll(book);
    expect(rows).toMatchObject([
      { number: 2, refused: expect.stringContaining(message) },
      { number: 3, cells: ["y", "", ""] },
    ]);
    expect(rows[1]).not.toHaveProperty("refused");
  });
});

describe("rows", () => {
  it("may be sparse, hidden, empty, and leave out their references", async () => {
    const rows =
      `<row r="2"><c r="B2" t="inlineStr"><is><t>A</t></is></c><c t="inlineStr"><is><t>B</t></is></c></row>` +
      '<row r="5" hidden="1"><c r="C5"><v>1</v></c></row><row><c r="B6" s="1"/></row><row r="9"><c r="B9"><v>2</v></c><c r="AB9" s="0"/></row>';
    const table = await readAll(bookOf({ rows }));
    expect(table).toMatchObject({ header: ["Column 1", "A", "B"], header_row: 2, sheet: "People", format: "xlsx" });
    expect(table.rows).toEqual([
      { number: 5, cells: ["", "", ["number", "1"]] },
      { number: 9, cells: ["", ["number", "2"], ""] },
    ]);
  });

  it("with more cells than the header are refused", async () => {
    const rows = `${head}<row r="2"><c r="E2"><v>1</v></c></row><row><c r="ALM3"><v>1</v></c></row>`;
    expect((await readAll(bookOf({ rows }))).rows).toMatchObject([
      { number: 2, refused: "The row has 5 cells, the header only 3" },
      { number: 3, refused: "Cell ALM3 lies beyond column 1000" },
    ]);
  });

  it("are the same however the bytes come", async () => {
    const book = bookOf({ rows: head + rowOf(text("ä"), text("b")).repeat(3000) });
    expect((await readAll(inPieces(book, [1, 7, 100]))).rows).toEqual((await readAll(book)).rows);
  });
});

describe("workbooks", () => {
  const rows = head + rowOf(text("1"));
  it.each<[string, Parameters<typeof bookOf>[0]]>([
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
        change: replacing("xl/worksheets/sheet1.xml", { data: `\ufeff<worksheet><sheetData>${rows}</sheetData></worksheet>` }),
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
    expect(await cellsOf(bookOf(options))).toEqual([["1", "", ""]]);
  });

  it("are read from the sheet that is named, and say which there are", async () => {
    expect(await readAll(bookOf({ rows }), { sheet: "other" })).toMatchObject({ sheet: "Other", header: ["Two"] });
    await expect(readAll(bookOf({ rows }), { sheet: "Third" })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "sheet", message: expect.stringContaining('"People", "Other"') }],
    });
  });

  it("say what is wrong with them", async () => {
    const cases: [string, Parameters<typeof bookOf>[0], string][] = [
      ["no visible sheet", { rows, sheets: '<sheet name="P" state="hidden" r:id="r1"/>' }, "no visible sheet"],
      ["rows out of order", { rows: `${head}<row r="1"/>` }, "damaged"],
      ["XML cut off", { rows: `${head}<row` }, "damaged"],
      ["a string that is not there", { rows: head + rowOf(cell("<v>7</v>", ' t="s"')), strings: "<si><t>x</t></si>" }, "damaged"],
      ["a part that is not there", { rows, change: (parts) => parts.filter(({ name }) => !name.includes("sheet1")) }, "damaged"],
      ["another checksum", { rows, change: replacing("xl/worksheets/sheet1.xml", { crc: 1 }) }, "damaged"],
      [
        "packed bytes that are none",
        { rows, change: replacing("xl/worksheets/sheet1.xml", { packed: Buffer.alloc(50, 255) }) },
        "damaged",
      ],
    ];
    for (const [name, options, message] of cases) {
      await expect(readAll(bookOf(options)), name).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
        details: [{ field: "file", message: expect.stringContaining(message) }],
      });
    }
  });

  it("that are none are refused as what they are", async () => {
    const kinds: [
      (parts: Parameters<NonNullable<Parameters<typeof bookOf>[0]["change"]>>[0]) => ReturnType<ReturnType<typeof replacing>>,
      RegExp,
    ][] = [
      [replacing("xl/workbook.xml", { data: '<w:document xmlns:w="x"/>' }), /Word document/],
      [replacing("_rels/.rels", { data: relations([["r0", "officeDocument", "xl/workbook.bin"]]) }), /\.xlsb/],
      [(parts) => parts.slice(3), /zip archive and no workbook/],
      [
        () => [{ name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet" }, { name: "content.xml" }],
        /OpenDocument/,
      ],
      [() => [{ name: "inner.xlsx", data: bookOf({ rows }) }], /zip archive and no workbook/],
      [(parts) => parts.map((part) => ({ ...part, flags: 1 })), /encrypted/],
    ];
    for (const [change, message] of kinds) {
      await expect(readAll(bookOf({ rows, change }))).rejects.toMatchObject({
        code: "UNSUPPORTED_MEDIA_TYPE",
        details: [{ field: "file", message: expect.stringMatching(message) }],
      });
    }
  });
});
