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
  const buffer = createTextBuffer(readText(source, encoding), encoding);
  await buffer.fill(bounds.sample);
  const separatorLine = /^sep=([^"\r\n])(?:\r\n|\n|\r|$)/i.exec(buffer.text);
  if (separatorLine) buffer.offset = separatorLine[0].length;
  const sample = buffer.text.slice(buffer.offset, bounds.sample);
  const isWhole = buffer.isEnded && buffer.text.length <= bounds.sample;
  const delimiter = options.delimiter ?? separatorLine?.[1] ?? detectDelimiter(sample, isWhole);
  const tableShape = { width: 0, isHeader: false };
  const table = await readTableRows(readRecords(buffer, delimiter, tableShape));
  Object.assign(tableShape, { width: table.header.length, isHeader: true });
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
  let decodingError: UndecodableBytes | undefined;
  const buffer: TextBuffer = {
    text: "",
    offset: 0,
    isEnded: false,
    number: 1,
    async fill(length) {
      const parts = [buffer.text.slice(buffer.offset)];
      let size = buffer.text.length - buffer.offset;
      while (size < length && !buffer.isEnded) {
        // A decoding error is reported only when all rows before it have been read.
        if (decodingError && parts.length === 1) throw undecodableRow(buffer.number, name);
        if (decodingError) break;
        const next = await texts.next().catch((error: unknown) => {
          if (!(error instanceof UndecodableBytes)) throw error;
          decodingError = error;
        });
        if (!next) continue;
        if (next.done) buffer.isEnded = true;
        else {
          parts.push(next.value);
          size += next.value.length;
        }
      }
      buffer.text = parts.join("");
      buffer.offset = 0;
    },
    close: async () => void (await texts.return(undefined)),
  };
  return buffer;
}

const undecodableRow = (row: number, name: string): Error =>
  unreadableFile(
    `Row ${row} is not valid ${name}, unlike the rows before it: save the file in one encoding, or specify the encoding`,
  );

/** The length by which text is read. A record that does not fit is parsed again with twice as much text, so all text is read about twice at most. */
const CHUNK_LENGTH = 1 << 16;

async function* readRecords(
  buffer: TextBuffer,
  delimiter: string,
  layout: { width: number; isHeader: boolean },
): AsyncGenerator<RawRow[]> {
  let reread = 0;
  try {
    for (let batch: RawRow[] = []; ; batch = []) {
      // Enough text for one iteration, and few enough rows for a small batch.
      for (let from = buffer.offset; buffer.offset < buffer.text.length && buffer.offset - from < CHUNK_LENGTH; buffer.number++) {
        const parsed = parseRecord(buffer.text, buffer.offset, delimiter, layout.width, buffer.isEnded);
        if (parsed.is === "open") break;
        if (parsed.is === "long") {
          if (batch.length > 0) yield batch;
          batch = [];
          from = buffer.offset = await skipLongRecord(buffer, delimiter);
          batch.push({ number: buffer.number, cells: [], rejection: parsed.rejection });
          continue;
        }
        reread += parsed.reread;
        if (reread > bounds.reread) throw unreadableFile(`Quotes from row ${buffer.number} on are opened but not closed`);
        buffer.offset = parsed.next;
        // Until the header is known, rows are assumed to be as wide as the widest.
        if (!layout.isHeader && parsed.rejection === undefined) layout.width = Math.max(layout.width, parsed.cells.length);
        if (parsed.rejection === undefined && measureExtent(parsed.cells) === 0) continue;
        batch.push({
          number: buffer.number,
          cells: parsed.cells,
          ...(parsed.rejection !== undefined && { rejection: parsed.rejection }),
        });
      }
      if (batch.length > 0) yield batch;
      else if (buffer.offset === buffer.text.length && buffer.isEnded) return;
      else await buffer.fill(Math.max(CHUNK_LENGTH, 2 * (buffer.text.length - buffer.offset)));
    }
  } finally {
    await buffer.close();
  }
}

/** Skips the record that begins here, and returns where the next one begins. */
async function skipLongRecord(buffer: TextBuffer, delimiter: string): Promise<number> {
  let place: ScanState = "start";
  for (let skippedLength = 0; ; ) {
    const next = skipRecord(buffer.text, buffer.offset, delimiter, place, buffer.isEnded);
    if (next.done) return next.at;
    skippedLength += next.at - buffer.offset;
    if (skippedLength > bounds.skipped)
      throw unreadableFile(`Row ${buffer.number} does not end: check for a quote that is opened but not closed`);
    place = next.place;
    buffer.offset = next.at;
    await buffer.fill(buffer.text.length - buffer.offset + CHUNK_LENGTH);
  }
}
