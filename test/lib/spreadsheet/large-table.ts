import type { ByteSource } from "@crm/core/lib/spreadsheet/byte-source.ts";
import { readTable } from "@crm/core/lib/spreadsheet/table-reader.ts";
import { writeXlsx } from "@crm/core/lib/spreadsheet/table-writer.ts";
import { concatBytes } from "./support.ts";

/** `node large-table.ts csv|xlsx <megabytes>` reads a table of that size and prints its row count and memory growth. */
const MB = 1 << 20;
const [kind, megabytes] = [process.argv[2], Number(process.argv[3])];
const formatRow = (index: number) =>
  `${index},Jürgen Müller ${index},juergen${index}@mail.example,"Hauptstraße ${index % 100}, Köln",1234.5${index % 10}\r\n`;
const block = Buffer.from(Array.from({ length: 1000 }, (_, index) => formatRow(index)).join(""));
const blockCount = Math.ceil((megabytes * MB) / block.length);
const headerBytes = Buffer.from("No,Name,Email,Address,Amount\r\n");

/** A file whose content is generated while it is read. */
const csv: ByteSource = {
  size: headerBytes.length + blockCount * block.length,
  async *read(from = 0, to = csv.size) {
    for (let offset = from; offset < to; ) {
      const remainingBytes =
        offset < headerBytes.length ? headerBytes.subarray(offset) : block.subarray((offset - headerBytes.length) % block.length);
      const piece = remainingBytes.subarray(0, to - offset);
      yield piece;
      offset += piece.length;
    }
  },
};

async function buildXlsx(): Promise<ByteSource> {
  async function* rows() {
    for (let index = 0; index < blockCount * 1000; index++)
      yield [index, `Jürgen Müller ${index}`, `juergen${index}@mail.example`, `Hauptstraße ${index % 100}`];
  }
  const bytes = await concatBytes(writeXlsx(["No", "Name", "Email", "Address"], rows()));
  return {
    size: bytes.length,
    async *read(from = 0, to = bytes.length) {
      for (let offset = from; offset < to; offset += 1 << 16) yield bytes.subarray(offset, Math.min(to, offset + (1 << 16)));
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
