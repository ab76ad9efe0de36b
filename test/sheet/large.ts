import { readTable } from "@crm/core/sheet/read.ts";
import type { Source } from "@crm/core/sheet/source.ts";
import { writeXlsx } from "@crm/core/sheet/write.ts";
import { bytesOf } from "./support.ts";

/** `node large.ts csv|xlsx <megabytes>`: reads a table of that size, and says how many rows it had and how memory grew. */
const MB = 1 << 20;
const [kind, megabytes] = [process.argv[2], Number(process.argv[3])];
const row = (at: number) =>
  `${at},Jürgen Müller ${at},juergen${at}@mail.example,"Hauptstraße ${at % 100}, Köln",1234.5${at % 10}\r\n`;
const block = Buffer.from(Array.from({ length: 1000 }, (_, at) => row(at)).join(""));
const times = Math.ceil((megabytes * MB) / block.length);
const head = Buffer.from("No,Name,Email,Address,Amount\r\n");

/** A file that is made as it is read. */
const csv: Source = {
  size: head.length + times * block.length,
  async *read(from = 0, to = csv.size) {
    for (let at = from; at < to; ) {
      const within = at < head.length ? head.subarray(at) : block.subarray((at - head.length) % block.length);
      const piece = within.subarray(0, to - at);
      yield piece;
      at += piece.length;
    }
  },
};

async function xlsx(): Promise<Source> {
  async function* rows() {
    for (let at = 0; at < times * 1000; at++)
      yield [at, `Jürgen Müller ${at}`, `juergen${at}@mail.example`, `Hauptstraße ${at % 100}`];
  }
  const bytes = await bytesOf(writeXlsx(["No", "Name", "Email", "Address"], rows()));
  return {
    size: bytes.length,
    async *read(from = 0, to = bytes.length) {
      for (let at = from; at < to; at += 1 << 16) yield bytes.subarray(at, Math.min(to, at + (1 << 16)));
    },
  };
}

const source = kind === "csv" ? csv : await xlsx();
const before = process.memoryUsage.rss();
const started = performance.now();
let [peak, read] = [before, 0];
for await (const _ of (await readTable(source)).rows) if (++read % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
console.log(JSON.stringify({ rows: read, expected: times * 1000, grown: (peak - before) / MB, ms: performance.now() - started }));
