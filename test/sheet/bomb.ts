import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { isFailure } from "@crm/core/kernel/error.ts";
import { readTable } from "@crm/core/sheet/read.ts";
import { sizeFrom } from "../sample.ts";
import { bookOf, replacing, rowOf, sheetOf, text, watched, type ZipPart, zipOf } from "./support.ts";

/**
 * `node bomb.ts <names>` reads bombs, one after the other, and says of each on a line how it was refused, which share of its bytes was
 * asked for, and how far memory grew beyond what it was with the bomb at hand.
 */
const MB = 1 << 20;
/** All bounds are met by a few megabytes, but for those of shared text. */
const [PACKED, LONG, SHARED] = [sizeFrom("CRM_BOMB_MB", 16, 64), sizeFrom("CRM_BOMB_MB", 4, 80), sizeFrom("CRM_BOMB_MB", 30, 80)];
const sheet = "xl/worksheets/sheet1.xml";
const rows = rowOf(text("A"), text("B")) + rowOf(text("1"), text("2"));
const zeros = deflateRawSync(Buffer.alloc(PACKED * MB, "<"));
const book = (change: (parts: ZipPart[]) => ZipPart[], zip = {}) => bookOf({ rows, change, zip });
const withSheet = (inside: string) => book(replacing(sheet, { data: inside }));

/** Text that packs no better than twenty times: random words, each some times. */
const words = Array.from({ length: 2000 }, () => randomBytes(12).toString("hex"));
const noise = (length: number, part: (word: string, at: number) => string) => {
  const parts: string[] = [];
  for (let size = 0, at = 0; size < length; at++) {
    const next = part(words[(at * 7919) % words.length] ?? "", at);
    parts.push(next);
    size += next.length;
  }
  return parts.join("");
};

export const bombs: Record<string, () => Buffer> = {
  "claims more than its size allows": () => book(replacing(sheet, { packed: zeros, size: PACKED * MB })),
  "claims little and unpacks to much": () => book(replacing(sheet, { packed: zeros, size: 1000 })),
  "unpacks to more than a gigabyte": () => book(replacing(sheet, { packed: Buffer.alloc(6 * MB), size: 1100 * MB })),
  "has too many parts": () => book((parts) => [...parts, ...Array.from({ length: 2001 }, (_, at) => ({ name: `x${at}` }))]),
  "claims too many parts": () => book((parts) => parts, { entries: 60_000 }),
  "has parts that overlap": () => {
    const data = Buffer.alloc(MB, "a");
    const part = (at: number): ZipPart => ({ name: `part${at}.xml`, data, offset: 0 });
    return book((parts) => [part(0), part(1), ...parts]);
  },
  "has a part whose own header leads into the next": () =>
    book((parts) => replacing(sheet, { nameLength: sheet.length + 300 })(parts)),
  "has a part twice": () => book((parts) => [...parts, { name: sheet.toUpperCase(), data: sheetOf(rows) }]),
  "has a long directory": () =>
    book((parts) => [...parts, ...Array.from({ length: 40 }, (_, at) => ({ name: `y${at}`, comment: Buffer.alloc(60_000) }))]),
  "has a long comment": () => book((parts) => parts, { comment: Buffer.alloc(60_000, "x") }),
  "laughs a billion times": () => {
    const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
    return withSheet(
      `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">${entities}]><worksheet><sheetData><row><c t="inlineStr"><is><t>&l10;</t></is></c></row></sheetData></worksheet>`,
    );
  },
  "is nested deep": () => withSheet(`<worksheet><sheetData>${"<row>".repeat(200_000)}`),
  "has a text without end": () => withSheet(sheetOf(rows + rowOf(text(noise(LONG * MB, (word) => word))))),
  "has an attribute without end": () => withSheet(sheetOf(`${rows}<row x="${noise(LONG * MB, (word) => word)}"/>`)),
  "has attributes without end": () =>
    withSheet(sheetOf(`${rows}<row ${noise((LONG / 2) * MB, (word, at) => `a${at}="${word}" `)}/>`)),
  "has a comment without end": () => withSheet(sheetOf(`${rows}<!--${noise(LONG * MB, (word) => word)}-->`)),
  "has a cell of many runs": () =>
    withSheet(
      sheetOf(
        rows + rowOf(`<c t="inlineStr"><is>${noise((LONG / 2) * MB, (word) => `<r><t>${word.repeat(40)}</t></r>`)}</is></c>`),
      ),
    ),
  "shares too much text": () =>
    bookOf({ rows, strings: noise(SHARED * MB, (word, at) => `<si><t>${word.repeat(200)}${at}</t></si>`) }),
};

async function tell(name: string): Promise<void> {
  const source = watched(bombs[name]?.() ?? zipOf([]));
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const started = performance.now();
  let told: unknown = "read";
  try {
    const table = await readTable(source);
    for await (const _ of table.rows) peak = Math.max(peak, process.memoryUsage.rss());
  } catch (error) {
    told = isFailure(error) ? { code: error.code, message: error.details[0]?.message } : String(error);
  }
  clearInterval(timer);
  peak = Math.max(peak, process.memoryUsage.rss());
  const asked = Math.max(...source.asked.map(([from, to]) => to - from));
  const ms = performance.now() - started;
  console.log(JSON.stringify({ name, told, grown: (peak - before) / MB, ms, size: source.size, asked }));
}

if (process.argv[1] === import.meta.filename) for (const name of process.argv.slice(2)) await tell(name);
