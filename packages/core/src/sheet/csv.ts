import { invalid } from "../kernel/error.ts";
import { bounds } from "./bounds.ts";
import { delimiterOf, type Place, passOver, recordAt } from "./csv.rules.ts";
import { type Encoding, encodingOf, textOf, Undecodable } from "./encoding.ts";
import { extentOf, type RawRow, tableOf } from "./header.rules.ts";
import type { ReadOptions, Table } from "./read.ts";
import { unreadable } from "./refusal.ts";
import type { Source } from "./source.ts";

/** A table of delimited text. Rows are counted by records, as a spreadsheet program shows them, blank lines too. */
export async function readCsv(source: Source, head: Buffer, options: ReadOptions): Promise<Table> {
  if (options.delimiter !== undefined && !/^[^"\r\n\0]$/.test(options.delimiter)) {
    throw invalid("delimiter", "The delimiter is one character, no quote and no line end");
  }
  const encoding = await encodingOf(source, head, options.encoding, options.knows);
  const held = holding(textOf(source, encoding), encoding);
  await held.fill(bounds.sample);
  const told = /^sep=([^"\r\n])(?:\r\n|\n|\r|$)/i.exec(held.text);
  if (told) held.at = told[0].length;
  const sample = held.text.slice(held.at, bounds.sample);
  const isWhole = held.ended && held.text.length <= bounds.sample;
  const delimiter = options.delimiter ?? told?.[1] ?? delimiterOf(sample, isWhole);
  const known = { width: 0, isHeader: false };
  const table = await tableOf(recordsOf(held, delimiter, known));
  Object.assign(known, { width: table.header.length, isHeader: true });
  const { name, doubt } = encoding;
  return { format: "csv", encoding: name, ...(doubt ? { doubt } : {}), delimiter, ...table };
}

/** The text that is held, and how more of it is had. */
interface Held {
  text: string;
  at: number;
  ended: boolean;
  /** The number of the record that is read; of what cannot be read for people. */
  number: number;
  /** Holds at least `length` characters from `at` on, if there are so many. */
  fill(length: number): Promise<void>;
  close(): Promise<void>;
}

function holding(texts: AsyncGenerator<string>, { name }: Encoding): Held {
  let wrong: Undecodable | undefined;
  const held: Held = {
    text: "",
    at: 0,
    ended: false,
    number: 1,
    async fill(length) {
      const parts = [held.text.slice(held.at)];
      let size = held.text.length - held.at;
      while (size < length && !held.ended) {
        // What is wrong counts when everything before it is read.
        if (wrong && parts.length === 1) throw undecodable(held.number, name);
        if (wrong) break;
        const next = await texts.next().catch((error: unknown) => {
          if (!(error instanceof Undecodable)) throw error;
          wrong = error;
        });
        if (!next) continue;
        if (next.done) held.ended = true;
        else {
          parts.push(next.value);
          size += next.value.length;
        }
      }
      held.text = parts.join("");
      held.at = 0;
    },
    close: async () => void (await texts.return(undefined)),
  };
  return held;
}

const undecodable = (row: number, name: string): Error =>
  unreadable(
    `Row ${row} has bytes that are no text in ${name}, which the rows before it are: save the file in one encoding, or name it`,
  );

/** A record may be asked for more than once, with ever more text: each time with twice as much, so all is read twice at most. */
const STEP = 1 << 16;

async function* recordsOf(held: Held, delimiter: string, known: { width: number; isHeader: boolean }): AsyncGenerator<RawRow[]> {
  let reread = 0;
  try {
    for (let batch: RawRow[] = []; ; batch = []) {
      // Enough for a round of the loop, and of rows so few that a batch stays small.
      for (let from = held.at; held.at < held.text.length && held.at - from < STEP; held.number++) {
        const parsed = recordAt(held.text, held.at, delimiter, known.width, held.ended);
        if (parsed.is === "open") break;
        if (parsed.is === "long") {
          if (batch.length > 0) yield batch;
          batch = [];
          from = held.at = await end(held, delimiter);
          batch.push({ number: held.number, cells: [], refused: parsed.refused });
          continue;
        }
        reread += parsed.reread;
        if (reread > bounds.reread) throw unreadable(`From row ${held.number} on quotes are opened and not closed`);
        held.at = parsed.next;
        // Until the header is known, rows are taken to be as wide as the widest.
        if (!known.isHeader && parsed.refused === undefined) known.width = Math.max(known.width, parsed.cells.length);
        if (parsed.refused === undefined && extentOf(parsed.cells) === 0) continue;
        batch.push({
          number: held.number,
          cells: parsed.cells,
          ...(parsed.refused !== undefined && { refused: parsed.refused }),
        });
      }
      if (batch.length > 0) yield batch;
      else if (held.at === held.text.length && held.ended) return;
      else await held.fill(Math.max(STEP, 2 * (held.text.length - held.at)));
    }
  } finally {
    await held.close();
  }
}

/** Passes over the record that begins here, and says where the text goes on. */
async function end(held: Held, delimiter: string): Promise<number> {
  let place: Place = "start";
  for (let passed = 0; ; ) {
    const next = passOver(held.text, held.at, delimiter, place, held.ended);
    if (next.done) return next.at;
    passed += next.at - held.at;
    if (passed > bounds.skipped) throw unreadable(`Row ${held.number} does not end: is a quote opened and not closed?`);
    place = next.place;
    held.at = next.at;
    await held.fill(held.text.length - held.at + STEP);
  }
}
