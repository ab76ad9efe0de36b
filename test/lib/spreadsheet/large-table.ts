import type { ByteSource } from "@crm/core/lib/spreadsheet/byte-source.ts";
import { readTable } from "@crm/core/lib/spreadsheet/table-reader.ts";
import { writeXlsx } from "@crm/core/lib/spreadsheet/table-writer.ts";
import { concatBytes } from "./support.ts";

/** `node large-table.ts csv|xlsx <megabytes>` reads a table of that size and prints its row count and memory growth. */
const MB = 1 << 20;
const [kind, megabytes] = [process.argv[2], Number(process.argv[3])];
const formatRow = (at: number) =>
  `${at},Jürgen Müller ${at},juergen${at}@mail.example,"Hauptstraße ${at % 100}, Köln",1234.5${at % 10}\r\n`;
const block = Buffer.from(Array.from({ length: 1000 }, (_, at) => formatRow(at)).join(""));
const blockCount = Math.ceil((megabytes * MB) / block.length);
const headerBytes = Buffer.from("No,Name,Email,Address,Amount\r\n");

/** A file whose content is generated while it is read. */
const csv: ByteSource = {
  size: headerBytes.length + blockCount * block.length,
  async *read(from = 0, to = csv.size) {
    for (let at = from; at < to; ) {
      const within =
        at < headerBytes.length ? headerBytes.subarray(at) : block.subarray((at - headerBytes.length) % block.length);
      const piece = within.subarray(0, to - at);
      yield piece;
      at += piece.length;
    }
  },
};

async function buildXlsx(): Promise<ByteSource> {
  async function* rows() {
    for (let at = 0; at < blockCount * 1000; at++)
      yield [at, `Jürgen Müller ${at}`, `juergen${at}@mail.example`, `Hauptstraße ${at % 100}`];
  }
  const bytes = await concatBytes(writeXlsx(["No", "Name", "Email", "Address"], rows()));
  return {
    size: bytes.length,
    async *read(from = 0, to = bytes.length) {
      for (let at = from; at < to; at += 1 << 16) yield bytes.subarray(at, Math.min(to, at + (1 << 16)));
    },
  };
}

const source = kind === "csv" ? csv : await buildXlsx();
const startMemory = process.memoryUsage.rss();
const startTime = performance.now();
let [peak, rowCount] = [startMemory, 0];
for await (const _ of (await readTable(source)).rows)
  if (++rowCount % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
console.log(
  JSON.stringify({
    rows: rowCount,
    expected: blockCount * 1000,
    grown: (peak - startMemory) / MB,
    ms: performance.now() - startTime,
  }),
);
