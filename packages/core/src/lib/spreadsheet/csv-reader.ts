import { invalid } from "../../kernel/error.ts";
import { bounds } from "./bounds.ts";
import type { ByteSource } from "./byte-source.ts";
import { detectDelimiter, parseRecord, type ScanState, skipRecord } from "./csv.rules.ts";
import { detectEncoding, type Encoding, readText, UndecodableBytes } from "./encoding.ts";
import { unreadableFile } from "./file-rejection.ts";
import { measureExtent, type RawRow, readTableRows } from "./header.rules.ts";
import type { ReadOptions, Table } from "./table-reader.ts";

/** Reads a table of delimited text. Rows are numbered by record, blank lines included, as spreadsheet programs show them. */
export async function readCsv(source: ByteSource, head: Buffer, options: ReadOptions): Promise<Table> {
  if (options.delimiter !== undefined && !/^[^"\r\n\0]$/.test(options.delimiter)) {
    throw invalid("delimiter", "Delimiter must be one character other than a quote or a line end");
  }
  const encoding = await detectEncoding(source, head, options.encoding, options.isHeaderWord);
  const held = createTextBuffer(readText(source, encoding), encoding);
  await held.fill(bounds.sample);
  const told = /^sep=([^"\r\n])(?:\r\n|\n|\r|$)/i.exec(held.text);
  if (told) held.offset = told[0].length;
  const sample = held.text.slice(held.offset, bounds.sample);
  const isWhole = held.isEnded && held.text.length <= bounds.sample;
  const delimiter = options.delimiter ?? told?.[1] ?? detectDelimiter(sample, isWhole);
  const known = { width: 0, isHeader: false };
  const table = await readTableRows(readRecords(held, delimiter, known));
  Object.assign(known, { width: table.header.length, isHeader: true });
  const { name, doubt } = encoding;
  return { format: "csv", encoding: name, ...(doubt ? { doubt } : {}), delimiter, ...table };
}

/** The text that is buffered, and how to read more of it. */
interface TextBuffer {
  text: string;
  offset: number;
  isEnded: boolean;
  /** The number of the current record, for error messages. */
  number: number;
  /** Buffers at least `length` characters from `offset` on, if there are so many. */
  fill(length: number): Promise<void>;
  close(): Promise<void>;
}

function createTextBuffer(texts: AsyncGenerator<string>, { name }: Encoding): TextBuffer {
  let wrong: UndecodableBytes | undefined;
  const held: TextBuffer = {
    text: "",
    offset: 0,
    isEnded: false,
    number: 1,
    async fill(length) {
      const parts = [held.text.slice(held.offset)];
      let size = held.text.length - held.offset;
      while (size < length && !held.isEnded) {
        // A decoding error is reported only when all rows before it have been read.
        if (wrong && parts.length === 1) throw undecodableRow(held.number, name);
        if (wrong) break;
        const next = await texts.next().catch((error: unknown) => {
          if (!(error instanceof UndecodableBytes)) throw error;
          wrong = error;
        });
        if (!next) continue;
        if (next.done) held.isEnded = true;
        else {
          parts.push(next.value);
          size += next.value.length;
        }
      }
      held.text = parts.join("");
      held.offset = 0;
    },
    close: async () => void (await texts.return(undefined)),
  };
  return held;
}

const undecodableRow = (row: number, name: string): Error =>
  unreadableFile(
    `Row ${row} is not valid ${name}, unlike the rows before it: save the file in one encoding, or specify the encoding`,
  );

/** The length by which text is read. A record that does not fit is parsed again with twice as much text, so all text is read about twice at most. */
const CHUNK_LENGTH = 1 << 16;

async function* readRecords(
  held: TextBuffer,
  delimiter: string,
  known: { width: number; isHeader: boolean },
): AsyncGenerator<RawRow[]> {
  let reread = 0;
  try {
    for (let batch: RawRow[] = []; ; batch = []) {
      // Enough text for one iteration, and few enough rows for a small batch.
      for (let from = held.offset; held.offset < held.text.length && held.offset - from < CHUNK_LENGTH; held.number++) {
        const parsed = parseRecord(held.text, held.offset, delimiter, known.width, held.isEnded);
        if (parsed.is === "open") break;
        if (parsed.is === "long") {
          if (batch.length > 0) yield batch;
          batch = [];
          from = held.offset = await skipLongRecord(held, delimiter);
          batch.push({ number: held.number, cells: [], refused: parsed.refused });
          continue;
        }
        reread += parsed.reread;
        if (reread > bounds.reread) throw unreadableFile(`Quotes from row ${held.number} on are opened but not closed`);
        held.offset = parsed.next;
        // Until the header is known, rows are assumed to be as wide as the widest.
        if (!known.isHeader && parsed.refused === undefined) known.width = Math.max(known.width, parsed.cells.length);
        if (parsed.refused === undefined && measureExtent(parsed.cells) === 0) continue;
        batch.push({
          number: held.number,
          cells: parsed.cells,
          ...(parsed.refused !== undefined && { refused: parsed.refused }),
        });
      }
      if (batch.length > 0) yield batch;
      else if (held.offset === held.text.length && held.isEnded) return;
      else await held.fill(Math.max(CHUNK_LENGTH, 2 * (held.text.length - held.offset)));
    }
  } finally {
    await held.close();
  }
}

/** Skips the record that begins here, and returns where the next one begins. */
async function skipLongRecord(held: TextBuffer, delimiter: string): Promise<number> {
  let place: ScanState = "start";
  for (let passed = 0; ; ) {
    const next = skipRecord(held.text, held.offset, delimiter, place, held.isEnded);
    if (next.done) return next.at;
    passed += next.at - held.offset;
    if (passed > bounds.skipped)
      throw unreadableFile(`Row ${held.number} does not end: check for a quote that is opened but not closed`);
    place = next.place;
    held.offset = next.at;
    await held.fill(held.text.length - held.offset + CHUNK_LENGTH);
  }
}
