import { describe, expect, it } from "vitest";
import { readAll, readCells } from "./support.ts";

const encodeLatin1 = (text: string) => Buffer.from(text, "latin1");
const readRejection = (file: Buffer | string, options = {}) =>
  readAll(typeof file === "string" ? Buffer.from(file) : file, options).then(
    () => "read",
    (error: { code: string; details: { field: string; message: string }[] }) => [
      error.code,
      error.details[0]?.field,
      error.details[0]?.message,
    ],
  );

const buildOleFile = (inside: string) => {
  const file = Buffer.alloc(2048);
  encodeLatin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").copy(file);
  file.writeUInt16LE(9, 30);
  Buffer.from(inside, "utf16le").copy(file, 1024);
  return file;
};

describe("a file that is not a table", () => {
  it.each<[string, Buffer | string, RegExp]>([
    ["PDF", "%PDF-1.7\n", /PDF/],
    ["PNG", encodeLatin1("\x89PNG\r\n\x1a\n"), /PNG/],
    ["JPEG", encodeLatin1("\xff\xd8\xff\xe0"), /JPEG/],
    ["GIF", "GIF89a", /GIF/],
    ["gzip", encodeLatin1("\x1f\x8b\x08"), /gzip/],
    ["old .xls", buildOleFile("Workbook"), /old \.xls/],
    ["a workbook with a password", buildOleFile("EncryptedPackage"), /encrypted/],
    ["HTML", "<html><table><tr><td>1", /HTML/],
    ["XML", '\ufeff<?xml version="1.0"?><Workbook/>', /XML/],
    ["JSON", '[{"a": 1}]', /JSON/],
    ["binary", encodeLatin1("abc\0\x01\x02,def\0ghi\n\0"), /not text/],
    ["an empty archive", encodeLatin1(`PK\x05\x06${"\0".repeat(18)}`), /empty zip/],
  ])("%s is rejected by its bytes", async (_, file, message) => {
    expect(await readRejection(file)).toEqual(["UNSUPPORTED_MEDIA_TYPE", "file", expect.stringMatching(message)]);
  });
});

describe("an incomplete file", () => {
  it.each<[string, Buffer | string, RegExp]>([
    ["empty", "", /is empty/],
    ["blank", "\ufeff \r\n,,\r\n\n", /has no rows/],
    ["a header alone", "Name,Email\r\n\r\n,\r\n", /header but no rows/],
    ["no header", "1,2.5,2026-01-01\n4,5,6\n", /No header/],
    ["persons without a header", "Ann,ann@mail.example,x\nBob,bob@mail.example,y\n", /No header/],
    ["a zip that is cut off", encodeLatin1("PK\x03\x04abcdef"), /damaged/],
  ])("%s", async (_, file, message) => {
    expect(await readRejection(file)).toEqual(["VALIDATION_ERROR", "file", expect.stringMatching(message)]);
  });
});

describe("headers", () => {
  it("are made unique and complete", async () => {
    const { header } = await readAll("Email,,Email, Email (2) ,Column 2,Email\na,b,c,d,e,f\n");
    expect(header).toEqual(["Email", "Column 2 (2)", "Email (3)", "Email (2)", "Column 2", "Email (4)"]);
  });

  it.each<[string, string, string[], number]>([
    ["below titles", "Report,,\nBy,Ann,\n\nName,Age,Town\na,1,b\nb,2,c\nc,3,d\n", ["Name", "Age", "Town"], 4],
    ["beside a row that is too wide", "A,B\n1,2,3,4,5,6\n1,2\n3,4\n", ["A", "B"], 1],
    ["above one row that is too wide", "A,B\n1,2,3\n", ["A", "B"], 1],
    ["with a column that has no name", "A,B,\n1,2,3\n1,2,3\n", ["A", "B", "Column 3"], 1],
    ["with blank ends that nothing stands below", "A,B,,\n1,2\n", ["A", "B"], 1],
    ["of one column", "Email\na@b.de\nc@d.de\n", ["Email"], 1],
    ["above sparse rows", "A,B,C,D,E,F\n1,,,,,\n2,,,,,\n", ["A", "B", "C", "D", "E", "F"], 1],
  ])("are found %s", async (_, text, header, header_row) => {
    expect(await readAll(text)).toMatchObject({ header, header_row });
  });
});

describe("delimiters", () => {
  it.each([
    ["semicolons beside decimal commas", "A;B;C\n1,5;2,5;x\n2,5;3,5;y\n", ";"],
    ["commas beside lists of semicolons", "Name,Tags\nAnn,a;b;c\nBob,d;e;f\nEve,g;h;i\n", ","],
    ["commas in quotes", 'A;B\n"x,y,z";1\n"u,v,w";2\n', ";"],
    ["one column", "Name\nAnn\nBob\n", ","],
  ])("%s", async (_, text, delimiter) => {
    expect((await readAll(text)).delimiter).toBe(delimiter);
  });

  it("can be given as an option", async () => {
    expect(await readCells("A:B\n1:2,5\n", { delimiter: ":" })).toEqual([["1", "2,5"]]);
    expect(await readRejection("A,B\n1,2\n", { delimiter: '"' })).toEqual(["VALIDATION_ERROR", "delimiter", expect.any(String)]);
  });
});

/** Encodes text in a code page by decoding each byte. */
function encodeText(text: string, page: string): Buffer {
  const table = new Map(Array.from({ length: 256 }, (_, byte) => [new TextDecoder(page).decode(Uint8Array.of(byte)), byte]));
  return Buffer.from([...text].map((letter) => table.get(letter) ?? expect.fail(`${letter} is not in ${page}`)));
}

describe("encodings", () => {
  it.each([
    ["windows-1252", "German", "Müller,Köln\nGroß,Düren\nJäger,Öhringen"],
    ["windows-1252", "French", "Hélène,Besançon\nœuvre,sœur\nNoël,Orléans\nÇa,août"],
    ["windows-1252", "Spanish", "¿Qué?,Muñoz\nNúñez,A Coruña\n1º,Mª José"],
    ["windows-1252", "Portuguese", "João,São Paulo\nLuís,Camões\nConceição,Avó"],
    ["windows-1252", "Nordic", "Bjørn,Ålesund\nJørgen,Tromsø\nSøren,Ærø"],
    ["windows-1252", "German with one Škoda", `Škoda,x\n${"Müller,Köln\nJäger,Düren\n".repeat(20)}`],
    ["windows-1250", "Polish", "Łukasz,Łódź\nWałęsa,Gdańsk\nMichał,Kraków"],
    ["windows-1250", "Czech", "Dvořák,Plzeň\nŠvejk,České Budějovice\nNováková,Žďár"],
    ["windows-1250", "Hungarian", "Erdős,Győr\nSzűcs,Székesfehérvár\nKovács,Kőszeg"],
    ["windows-1251", "Russian", "Иван,Москва\nАнна,Санкт-Петербург\nОльга,Казань"],
  ])("%s is detected for %s", async (page, _, text) => {
    const table = await readAll(encodeText(`Name,Place\n${text}\n`, page));
    expect(table.encoding).toBe(page);
    expect(table.rows.map(({ cells }) => cells.join(",")).join("\n")).toBe(text.trim());
  });

  it.each(["windows-1253", "cp1254", "1257", "ISO-8859-2", "Latin-1", "koi8-r"])(
    "%s can be given as an option",
    async (encoding) => {
      const label = /\d{4}$/.test(encoding) && !encoding.startsWith("ISO") ? `windows-${encoding.slice(-4)}` : encoding;
      const page = label === "Latin-1" ? "windows-1252" : label;
      const [letters] = [new TextDecoder(page).decode(Uint8Array.of(0xe1, 0xe5, 0xf4))];
      const bytes = Buffer.concat([Buffer.from("A,B\n"), Buffer.from([0xe1, 0xe5, 0xf4]), Buffer.from(",x\n")]);
      expect(await readCells(bytes, { encoding })).toEqual([[letters, "x"]]);
    },
  );

  it("that are unknown are rejected", async () => {
    expect(await readRejection("A,B\n1,2\n", { encoding: "klingon" })).toEqual([
      "VALIDATION_ERROR",
      "encoding",
      expect.stringContaining("klingon"),
    ]);
  });

  it("are detected even if the first umlaut comes late", async () => {
    const bytes = Buffer.concat([Buffer.from(`A,B\n${"1,2\n".repeat(200_000)}`), encodeLatin1("M\xfcller,K\xf6ln\n")]);
    const { encoding, rows } = await readAll(bytes);
    expect([encoding, rows.at(-1)?.cells]).toEqual(["windows-1252", ["Müller", "Köln"]]);
  });

  it.each([
    ["UTF-8 that becomes Latin-1", (text: string) => Buffer.from(text), encodeLatin1("M\xfcller,x\n"), {}],
    ["UTF-8 as told", () => Buffer.from("A,B\n1,2\n3,4\n"), encodeLatin1("M\xfcller,x\n"), { encoding: "utf-8" }],
    [
      "UTF-16 with half a character",
      () => Buffer.from("\ufeffA,B\n1,2\n3,4\n", "utf16le"),
      Buffer.from("\ud800,x\n", "utf16le"),
      {},
    ],
    ["a code page's hole", () => Buffer.from("A,B\n1,2\n3,4\n"), encodeLatin1("\xaa,x\n"), { encoding: "windows-1253" }],
    ["a NUL", (text: string) => Buffer.from(text), encodeLatin1("a\0,x\n"), {}],
  ])("%s reject the file at that point with the row number", async (_, before, after, options) => {
    // More names than the reader samples, so that the invalid bytes come later.
    const file = Buffer.concat([before(`A,B\n${"Müller,Köln\n".repeat(40_000)}`), after]);
    const row = file.length > 1000 ? 40_002 : 4;
    expect(await readRejection(file, options)).toEqual([
      "VALIDATION_ERROR",
      "file",
      expect.stringContaining(`Row ${row} is not valid `),
    ]);
  });
});
