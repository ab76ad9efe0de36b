import { bounds } from "./bounds.ts";
import { zipBomb } from "./file-rejection.ts";
import { unescapeText } from "./xlsx.rules.ts";
import { visitAll } from "./xml.ts";

/** The texts that cells refer to by index. */
export interface SharedStrings {
  at(index: number): string | undefined;
}

const CHUNK_BYTES = 1 << 22;

/**
 * Stores the texts as bytes in large blocks: as strings, five million of them would need several times the memory. Each begins with its length. A
 * text has at most three bytes for each character, so none is longer than a block.
 */
export async function readStrings(part: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const chunks: Buffer[] = [];
  let used = CHUNK_BYTES;
  let total = 0;
  let count = 0;
  let starts = new Float64Array(1024);

  const add = (text: string): void => {
    const size = Buffer.byteLength(text);
    total += size;
    if (total > bounds.sharedText || count >= bounds.sharedStrings) throw zipBomb("it contains too much text");
    if (used + 4 + size > CHUNK_BYTES) {
      chunks.push(Buffer.allocUnsafe(CHUNK_BYTES));
      used = 0;
    }
    if (count === starts.length) {
      const more = new Float64Array(2 * count);
      more.set(starts);
      starts = more;
    }
    const chunk = chunks.at(-1) as Buffer;
    starts[count++] = (chunks.length - 1) * CHUNK_BYTES + used;
    chunk.writeUInt32LE(size, used);
    chunk.write(text, used + 4);
    used += 4 + size;
  };

  await visitAll(part, createTextVisitor("si", add));
  let usedSize = 0;
  return {
    at(index) {
      const start = starts[index];
      if (!Number.isInteger(index) || index >= count || start === undefined) return undefined;
      const chunk = chunks[Math.floor(start / CHUNK_BYTES)] as Buffer;
      const from = (start % CHUNK_BYTES) + 4;
      const size = chunk.readUInt32LE(from - 4);
      usedSize += size;
      if (usedSize > bounds.sharedUse) throw zipBomb("its cells repeat too much text");
      return chunk.toString("utf8", from, from + size);
    },
  };
}

/** Returns a visitor that collects the text of elements with one name: all runs of rich text, without phonetic ones, which tell the pronunciation. */
function createTextVisitor(element: string, done: (text: string) => void) {
  let text = "";
  let isText = false;
  let phonetic = 0;
  return {
    open(name: string) {
      if (name === element) text = "";
      else if (name === "rPh") phonetic++;
      else if (name === "t") isText = phonetic === 0;
    },
    text(part: string) {
      if (!isText) return;
      text += part;
      if (text.length > bounds.cell) throw zipBomb(`a text has more than ${bounds.cell} characters`);
    },
    close(name: string) {
      if (name === "t") isText = false;
      else if (name === "rPh") phonetic--;
      else if (name === element) done(unescapeText(text));
    },
  };
}
