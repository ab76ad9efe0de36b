import { toByteSource } from "@crm/core/lib/spreadsheet/byte-source.ts";
import { decodeAll } from "@crm/core/lib/spreadsheet/encoding-guess.ts";
import { readTable } from "@crm/core/lib/spreadsheet/table-reader.ts";
import { isHeaderWord } from "@crm/core/platform/import/synonyms.ts";
import { describe, expect, it } from "vitest";
import { createEncoder, languagesByEncoding, sampleFiles } from "./code-pages.ts";

const readText = async (bytes: Buffer, options = {}) => {
  const table = await readTable(toByteSource(bytes), { isHeaderWord: isHeaderWord, ...options });
  const rows: string[] = [];
  for await (const { cells } of table.rows) rows.push(cells.join(";"));
  return { ...table, text: [table.header.join(";"), ...rows] };
};
const encoders = new Map<string, (text: string) => Buffer>();
const encodeText = (encoding: string, text: string): Buffer => {
  const encode = encoders.get(encoding) ?? createEncoder(encoding);
  encoders.set(encoding, encode);
  return encode(text);
};

const encodingSamples = Object.entries(languagesByEncoding).flatMap(([encoding, languages]) =>
  languages.map((language) => [encoding, language, sampleFiles[language] ?? []] as const),
);

describe("I4 encoding detection of a file with few rows", () => {
  it.each(encodingSamples)("%s, %s", async (encoding, _language, lines) => {
    const bytes = encodeText(encoding, lines.join("\n"));
    expect(await readText(bytes)).toMatchObject({ text: lines });
    const { doubt } = await readText(encodeText(encoding, lines.slice(0, 2).join("\n")));
    // With only two lines the reader may ask; the right encoding is then among its suggestions.
    if (doubt) expect(doubt.slice(0, 3).map((candidate) => decodeAll(candidate, bytes))).toContain(lines.join("\n"));
  });

  it.each(["utf-8", "utf-16le", "utf-16be"])("reads %s without a mark in each language", async (encoding) => {
    for (const lines of Object.values(sampleFiles)) {
      const { text, doubt } = await readText(encodeText(encoding, lines.join("\n")));
      expect([doubt, text]).toEqual([undefined, lines]);
    }
  });

  it("rarely reads an ambiguous single word in a wrong encoding without asking", async () => {
    let [garbled, certain, count] = [0, 0, 0];
    for (const [encoding, , lines] of encodingSamples) {
      const words = lines.slice(1).flatMap((line) => line.split(";").filter((word) => /[^\p{ASCII}]/u.test(word)));
      for (const right of words.slice(0, 6).map((word) => `Name;Ort\n${word};X`)) {
        const { doubt, text } = await readText(encodeText(encoding, right));
        count++;
        if (!doubt && text.join("\n") === right) certain++;
        else if (!doubt) garbled++;
      }
    }
    expect(garbled / count).toBeLessThan(0.02);
    expect(certain / count).toBeGreaterThan(0.4);
  });

  it("recognizes Japanese in seven bits", async () => {
    const bytes = Buffer.concat([
      Buffer.from("Name\n"),
      Buffer.from([0x1b, 0x24, 0x42, 0x45, 0x44, 0x43, 0x66, 0x1b, 0x28, 0x42]),
    ]);
    expect((await readText(bytes)).text).toEqual(["Name", "田中"]);
  });

  it("finds a first non-ASCII letter after megabytes", async () => {
    const lines = sampleFiles.Russian ?? [];
    const far = [lines[0], ...Array.from({ length: 20_000 }, () => "Ivan;Petrov;Moskva"), ...lines.slice(1)].join("\n");
    expect(await readText(encodeText("koi8-u", far))).toMatchObject({ encoding: "koi8-u" });
  });

  it("accepts a named encoding, in its common spellings", async () => {
    const lines = sampleFiles.German ?? [];
    for (const name of ["cp850", "CP-850", "ibm850", "850", "DOS 850"])
      expect((await readText(encodeText("ibm850", lines.join("\n")), { encoding: name })).text).toEqual(lines);
    for (const name of ["mac", "macintosh", "x-mac-roman"])
      expect((await readText(encodeText("macintosh", lines.join("\n")), { encoding: name })).text).toEqual(lines);
  });
});
