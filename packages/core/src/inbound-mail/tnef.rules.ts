import { decoded } from "./charset.rules.ts";

/**
 * `winmail.dat` (MS-OXTNEF): what Outlook packs attachments and a body into for others of its kind. Of it are read the files, with their
 * names, and the text. What is not whole is read as far as it goes.
 */
export interface Tnef {
  readonly files: readonly TnefFile[];
  readonly text: string | undefined;
  readonly html: Uint8Array | undefined;
}

export interface TnefFile {
  name: string | undefined;
  type: string | undefined;
  cid: string | undefined;
  bytes: Uint8Array;
}

const MAGIC = 0x223e9f78;
/** Each attribute: level, id, length, data, checksum. */
const HEAD = 9;
const TAIL = 2;

const ATTRIBUTE = {
  codePage: 0x00069007,
  messageProps: 0x00069003,
  body: 0x0002800c,
  fileBegins: 0x00069002,
  fileTitle: 0x00018010,
  fileData: 0x0006800f,
  fileProps: 0x00069005,
} as const;

const PROPERTY = {
  body: 0x1000,
  html: 0x1013,
  longName: 0x3707,
  name: 0x3704,
  mimeType: 0x370e,
  contentId: 0x3712,
  data: 0x3701,
} as const;

const MOST_FILES = 200;

export function readTnef(raw: Uint8Array): Tnef | undefined {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const files: TnefFile[] = [];
  let [text, html, codePage]: [string | undefined, Uint8Array | undefined, string] = [undefined, undefined, "windows-1252"];
  for (const { id, data } of attributesOf(bytes)) {
    const file = files.at(-1);
    if (id === ATTRIBUTE.codePage && data.length >= 4) codePage = `windows-${data.readUInt32LE(0)}`;
    else if (id === ATTRIBUTE.body) text ??= ended(decoded(data, codePage));
    else if (id === ATTRIBUTE.fileBegins && files.length < MOST_FILES)
      files.push({ name: undefined, type: undefined, cid: undefined, bytes: EMPTY });
    else if (id === ATTRIBUTE.fileTitle && file) file.name ??= ended(decoded(data, codePage));
    else if (id === ATTRIBUTE.fileData && file) file.bytes = data;
    else if (id === ATTRIBUTE.messageProps) {
      const properties = propertiesOf(data, codePage);
      text ??= textIn(properties, PROPERTY.body);
      html ??= bytesIn(properties, PROPERTY.html);
    } else if (id === ATTRIBUTE.fileProps && file) describe(file, propertiesOf(data, codePage));
  }
  return { files: files.filter(({ bytes: content }) => content.length > 0), text, html };
}

const EMPTY = new Uint8Array();

function describe(file: TnefFile, properties: Properties): void {
  file.name = textIn(properties, PROPERTY.longName) ?? file.name ?? textIn(properties, PROPERTY.name);
  file.type = textIn(properties, PROPERTY.mimeType);
  file.cid = textIn(properties, PROPERTY.contentId);
  if (file.bytes.length === 0) file.bytes = bytesIn(properties, PROPERTY.data) ?? EMPTY;
}

function* attributesOf(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let at = 6; at + HEAD <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 5);
    const end = at + HEAD + length;
    yield { id: bytes.readUInt32LE(at + 1), data: bytes.subarray(at + HEAD, Math.min(end, bytes.length)) };
    at = end + TAIL;
  }
}

type Properties = ReadonlyMap<number, { value: Buffer; isWide: boolean; codePage: string }>;

const textIn = (properties: Properties, id: number): string | undefined => {
  const found = properties.get(id);
  return (
    found &&
    (ended(found.isWide ? new TextDecoder("utf-16le").decode(found.value) : decoded(found.value, found.codePage)) || undefined)
  );
};

const bytesIn = (properties: Properties, id: number): Uint8Array | undefined => properties.get(id)?.value;

/** Texts end with a zero. */
const ended = (text: string): string => text.split("\0")[0] ?? "";

/** Bytes of values whose length follows from their type; those that have one say it. */
const sizes: Readonly<Record<number, number>> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };
const [BINARY, TEXT, WIDE, OBJECT] = [0x0102, 0x001e, 0x001f, 0x000d];
const SEVERAL = 0x1000;
const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** The properties of MAPI: as many as can be read. */
function propertiesOf(data: Buffer, codePage: string): Properties {
  const found = new Map<number, { value: Buffer; isWide: boolean; codePage: string }>();
  const reader = new Reader(data);
  for (let left = reader.number(); left > 0 && reader.isWhole; left--) {
    const [type, id] = [reader.short(), reader.short()];
    if (id >= 0x8000) reader.name();
    const kind = type & ~SEVERAL;
    const isSized = [BINARY, TEXT, WIDE, OBJECT].includes(kind);
    const count = isSized || type !== kind ? reader.number() : 1;
    for (let each = 0; each < count && reader.isWhole; each++) {
      const length = isSized ? reader.number() : (sizes[kind] ?? Number.POSITIVE_INFINITY);
      const value = reader.take(length);
      // An object begins with the id of its interface.
      if (reader.isWhole && !found.has(id))
        found.set(id, { value: kind === OBJECT ? value.subarray(16) : value, isWide: kind === WIDE, codePage });
    }
  }
  return found;
}

/** Goes through bytes, and stops being whole where they end. */
class Reader {
  isWhole = true;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    const bytes = this.take(4);
    return this.isWhole ? bytes.readUInt32LE(0) : 0;
  }

  /** Of four bytes the next two; two of them lie on one number. */
  short(): number {
    const from = this.#at;
    this.#at += 2;
    if (this.#at > this.#bytes.length) this.isWhole = false;
    return this.isWhole ? this.#bytes.readUInt16LE(from) : 0;
  }

  /** So many bytes; those behind them that fill up to a multiple of four are passed over. */
  take(length: number): Buffer {
    const from = this.#at;
    if (!(from + length <= this.#bytes.length)) {
      this.isWhole = false;
      return Buffer.alloc(0);
    }
    this.#at += padded(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** A property with a name of its own: a GUID, and a number or a text. */
  name(): void {
    this.take(16);
    if (this.number() === 0) this.number();
    else this.take(this.number());
  }
}
