import { SaxesParser } from "saxes";
import { bounds } from "./bounds.ts";
import { decodeStream, detectByteOrderMark, UndecodableBytes } from "./encoding.ts";
import { damagedWorkbook, zipBomb } from "./file-rejection.ts";

/** Handlers for the elements of a part. Names have no prefix, so that the namespaces of a program do not matter. */
interface Visitor {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Returns an attribute that has a prefix, which may be any: `r:id`, beside which `id` may mean something else. */
export const findPrefixedAttribute = (attributes: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(attributes).find(([key]) => key.endsWith(`:${name}`))?.[1];

/**
 * Reads XML in bounded memory and yields after each piece of input, so that results can be passed on. Only the five entities of XML are supported: a
 * part with a document type is refused.
 */
export async function* visit(bytes: AsyncIterable<Buffer>, visitor: Visitor): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false, xmlns: false });
  let depth = 0;
  let pendingLength = 0;
  let attributes = 0;
  let length = 0;
  const resetPendingLength = () => {
    pendingLength = 0;
  };
  parser.on("error", () => {
    throw damagedWorkbook();
  });
  parser.on("doctype", () => {
    throw zipBomb("one of its parts has a document type");
  });
  parser.on("opentagstart", () => {
    attributes = 0;
    length = 0;
    resetPendingLength();
  });
  parser.on("attribute", ({ value }) => {
    resetPendingLength();
    if (++attributes > bounds.xmlAttributes) throw zipBomb("one of its elements has too many attributes");
    length += value.length;
    if (length > bounds.cell) throw tooLongText();
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (++depth > bounds.xmlDepth) throw zipBomb("one of its parts is nested too deeply");
    visitor.open(localName(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    resetPendingLength();
    visitor.close?.(localName(name));
  });
  const text = (value: string) => {
    resetPendingLength();
    if (value.length > bounds.cell) throw tooLongText();
    visitor.text?.(value);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("comment", resetPendingLength);
  parser.on("processinginstruction", resetPendingLength);
  try {
    for await (const piece of decodeXml(bytes)) {
      pendingLength += piece.length;
      parser.write(piece);
      // The parser buffers text that it has not reported yet.
      if (pendingLength > bounds.cell + piece.length) throw tooLongText();
      yield;
    }
    parser.close();
    yield;
  } catch (error) {
    throw error instanceof UndecodableBytes ? damagedWorkbook() : error;
  }
}

const tooLongText = () => zipBomb(`a text has more than ${bounds.cell} characters`);

async function* decodeXml(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const pieces = bytes[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  const { name, mark } = detectByteOrderMark(first.value) ?? { name: "utf-8", mark: 0 };
  async function* rest(): AsyncGenerator<Buffer> {
    try {
      yield first.value.subarray(mark);
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  yield* decodeStream(rest(), name);
}

/** Reads a whole part. */
export async function visitAll(bytes: AsyncIterable<Buffer>, visitor: Visitor): Promise<void> {
  for await (const _ of visit(bytes, visitor));
}
