import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { isFailure } from "@crm/core/kernel/error.ts";
import { readTable } from "@crm/core/lib/spreadsheet/table-reader.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { buildRow, buildSheet, buildWorkbook, buildZip, replacePart, textCell, watchSource, type ZipPart } from "./support.ts";

/**
 * `node zip-bombs.ts <names>` reads bombs one after the other. For each it prints how it was rejected, which share of its bytes was read,
 * and how far memory grew above the level with the bomb loaded.
 */
const MB = 1 << 20;
/** A few megabytes reach every limit except that of shared text. */
const [PACKED_MB, LONG_MB, SHARED_MB] = [
  resolveTestSize("CRM_BOMB_MB", 16, 64),
  resolveTestSize("CRM_BOMB_MB", 4, 80),
  resolveTestSize("CRM_BOMB_MB", 30, 80),
];
const sheet = "xl/worksheets/sheet1.xml";
const rows = buildRow(textCell("A"), textCell("B")) + buildRow(textCell("1"), textCell("2"));
const packedFill = deflateRawSync(Buffer.alloc(PACKED_MB * MB, "<"));
const buildBombWorkbook = (change: (parts: ZipPart[]) => ZipPart[], zip = {}) => buildWorkbook({ rows, change, zip });
const buildBombSheet = (inside: string) => buildBombWorkbook(replacePart(sheet, { data: inside }));

/** Text that compresses at most twenty times: random words, each repeated. */
const randomWords = Array.from({ length: 2000 }, () => randomBytes(12).toString("hex"));
const buildNoise = (length: number, part: (word: string, index: number) => string) => {
  const parts: string[] = [];
  for (let size = 0, index = 0; size < length; index++) {
    const next = part(randomWords[(index * 7919) % randomWords.length] ?? "", index);
    parts.push(next);
    size += next.length;
  }
  return parts.join("");
};

export const bombs: Record<string, () => Buffer> = {
  "claims more than its size allows": () => buildBombWorkbook(replacePart(sheet, { packed: packedFill, size: PACKED_MB * MB })),
  "claims little and unpacks to much": () => buildBombWorkbook(replacePart(sheet, { packed: packedFill, size: 1000 })),
  "unpacks to more than a gigabyte": () =>
    buildBombWorkbook(replacePart(sheet, { packed: Buffer.alloc(6 * MB), size: 1100 * MB })),
  "has too many parts": () =>
    buildBombWorkbook((parts) => [...parts, ...Array.from({ length: 2001 }, (_, at) => ({ name: `x${at}` }))]),
  "claims too many parts": () => buildBombWorkbook((parts) => parts, { entries: 60_000 }),
  "has parts that overlap": () => {
    const data = Buffer.alloc(MB, "a");
    const part = (at: number): ZipPart => ({ name: `part${at}.xml`, data, offset: 0 });
    return buildBombWorkbook((parts) => [part(0), part(1), ...parts]);
  },
  "has a part with a header that overlaps the next part": () =>
    buildBombWorkbook((parts) => replacePart(sheet, { nameLength: sheet.length + 300 })(parts)),
  "has a part twice": () => buildBombWorkbook((parts) => [...parts, { name: sheet.toUpperCase(), data: buildSheet(rows) }]),
  "has a long directory": () =>
    buildBombWorkbook((parts) => [
      ...parts,
      ...Array.from({ length: 40 }, (_, at) => ({ name: `y${at}`, comment: Buffer.alloc(60_000) })),
    ]),
  "has a long comment": () => buildBombWorkbook((parts) => parts, { comment: Buffer.alloc(60_000, "x") }),
  "laughs a billion times": () => {
    const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
    return buildBombSheet(
      `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">${entities}]><worksheet><sheetData><row><c t="inlineStr"><is><t>&l10;</t></is></c></row></sheetData></worksheet>`,
    );
  },
  "is nested deep": () => buildBombSheet(`<worksheet><sheetData>${"<row>".repeat(200_000)}`),
  "has a text without end": () => buildBombSheet(buildSheet(rows + buildRow(textCell(buildNoise(LONG_MB * MB, (word) => word))))),
  "has an attribute without end": () =>
    buildBombSheet(buildSheet(`${rows}<row x="${buildNoise(LONG_MB * MB, (word) => word)}"/>`)),
  "has attributes without end": () =>
    buildBombSheet(buildSheet(`${rows}<row ${buildNoise((LONG_MB / 2) * MB, (word, at) => `a${at}="${word}" `)}/>`)),
  "has a comment without end": () => buildBombSheet(buildSheet(`${rows}<!--${buildNoise(LONG_MB * MB, (word) => word)}-->`)),
  "has a cell of many runs": () =>
    buildBombSheet(
      buildSheet(
        rows +
          buildRow(
            `<c t="inlineStr"><is>${buildNoise((LONG_MB / 2) * MB, (word) => `<r><t>${word.repeat(40)}</t></r>`)}</is></c>`,
          ),
      ),
    ),
  "shares too much text": () =>
    buildWorkbook({ rows, strings: buildNoise(SHARED_MB * MB, (word, at) => `<si><t>${word.repeat(200)}${at}</t></si>`) }),
};

async function reportBomb(name: string): Promise<void> {
  const source = watchSource(bombs[name]?.() ?? buildZip([]));
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const started = performance.now();
  let outcome: unknown = "read";
  try {
    const table = await readTable(source);
    for await (const _ of table.rows) peak = Math.max(peak, process.memoryUsage.rss());
  } catch (error) {
    outcome = isFailure(error) ? { code: error.code, message: error.details[0]?.message } : String(error);
  }
  clearInterval(timer);
  peak = Math.max(peak, process.memoryUsage.rss());
  const maxReadSize = Math.max(...source.asked.map(([from, to]) => to - from));
  const ms = performance.now() - started;
  console.log(JSON.stringify({ name, told: outcome, grown: (peak - before) / MB, ms, size: source.size, asked: maxReadSize }));
}

if (process.argv[1] === import.meta.filename) for (const name of process.argv.slice(2)) await reportBomb(name);
