import { decodeText } from "./charset.rules.ts";

/**
 * Parses `winmail.dat` (MS-OXTNEF), in which Outlook packs attachments and a body. Reads the files with their names, and the text.
 * An incomplete file is read as far as possible.
 */
export interface Tnef {
  readonly files: readonly TnefFile[];
  readonly text: string | undefined;
  readonly html: Uint8Array | undefined;
}

interface TnefFile {
  name: string | undefined;
  type: string | undefined;
  cid: string | undefined;
  bytes: Uint8Array;
}

const MAGIC = 0x223e9f78;
/** Each attribute has a level, id, length, data and checksum. */
const HEADER_BYTES = 9;
const CHECKSUM_BYTES = 2;

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

const MAX_FILES = 200;

export function readTnef(raw: Uint8Array): Tnef | undefined {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const files: TnefFile[] = [];
  let [text, html, codePage]: [string | undefined, Uint8Array | undefined, string] = [undefined, undefined, "windows-1252"];
  for (const { id, data } of readAttributes(bytes)) {
    const file = files.at(-1);
    if (id === ATTRIBUTE.codePage && data.length >= 4) codePage = `windows-${data.readUInt32LE(0)}`;
    else if (id === ATTRIBUTE.body) text ??= trimAtZero(decodeText(data, codePage));
    else if (id === ATTRIBUTE.fileBegins && files.length < MAX_FILES)
      files.push({ name: undefined, type: undefined, cid: undefined, bytes: EMPTY });
    else if (id === ATTRIBUTE.fileTitle && file) file.name ??= trimAtZero(decodeText(data, codePage));
    else if (id === ATTRIBUTE.fileData && file) file.bytes = data;
    else if (id === ATTRIBUTE.messageProps) {
      const properties = readProperties(data, codePage);
      text ??= readText(properties, PROPERTY.body);
      html ??= readBytes(properties, PROPERTY.html);
    } else if (id === ATTRIBUTE.fileProps && file) applyProperties(file, readProperties(data, codePage));
  }
  return { files: files.filter(({ bytes: content }) => content.length > 0), text, html };
}

const EMPTY = new Uint8Array();

function applyProperties(file: TnefFile, properties: Properties): void {
  file.name = readText(properties, PROPERTY.longName) ?? file.name ?? readText(properties, PROPERTY.name);
  file.type = readText(properties, PROPERTY.mimeType);
  file.cid = readText(properties, PROPERTY.contentId);
  if (file.bytes.length === 0) file.bytes = readBytes(properties, PROPERTY.data) ?? EMPTY;
}

function* readAttributes(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let offset = 6; offset + HEADER_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(offset + 5);
    const end = offset + HEADER_BYTES + length;
    yield { id: bytes.readUInt32LE(offset + 1), data: bytes.subarray(offset + HEADER_BYTES, Math.min(end, bytes.length)) };
    offset = end + CHECKSUM_BYTES;
  }
}

type Properties = ReadonlyMap<number, { value: Buffer; isWide: boolean; codePage: string }>;

const readText = (properties: Properties, id: number): string | undefined => {
  const property = properties.get(id);
  return (
    property &&
    (trimAtZero(
      property.isWide ? new TextDecoder("utf-16le").decode(property.value) : decodeText(property.value, property.codePage),
    ) ||
      undefined)
  );
};

const readBytes = (properties: Properties, id: number): Uint8Array | undefined => properties.get(id)?.value;

/** Texts end with a zero byte. */
const trimAtZero = (text: string): string => text.split("\0")[0] ?? "";

/** The number of bytes of values by type. Values of other types contain their length. */
const sizesByType: Readonly<Record<number, number>> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };
const [BINARY, TEXT, WIDE, OBJECT] = [0x0102, 0x001e, 0x001f, 0x000d];
const MULTIPLE_VALUES_FLAG = 0x1000;
const padToFour = (length: number): number => Math.ceil(length / 4) * 4;

/** Reads as many MAPI properties as possible. */
function readProperties(data: Buffer, codePage: string): Properties {
  const properties = new Map<number, { value: Buffer; isWide: boolean; codePage: string }>();
  const reader = new ByteReader(data);
  for (let remainingCount = reader.readNumber(); remainingCount > 0 && reader.isWhole; remainingCount--) {
    const [type, id] = [reader.readShort(), reader.readShort()];
    if (id >= 0x8000) reader.skipName();
    const kind = type & ~MULTIPLE_VALUES_FLAG;
    const isSized = [BINARY, TEXT, WIDE, OBJECT].includes(kind);
    const count = isSized || type !== kind ? reader.readNumber() : 1;
    for (let index = 0; index < count && reader.isWhole; index++) {
      const length = isSized ? reader.readNumber() : (sizesByType[kind] ?? Number.POSITIVE_INFINITY);
      const value = reader.readBytes(length);
      // An object begins with its interface id.
      if (reader.isWhole && !properties.has(id))
        properties.set(id, { value: kind === OBJECT ? value.subarray(16) : value, isWide: kind === WIDE, codePage });
    }
  }
  return properties;
}

/** Reads bytes in sequence. `isWhole` becomes false when a read goes beyond the end. */
class ByteReader {
  isWhole = true;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readNumber(): number {
    const bytes = this.readBytes(4);
    return this.isWhole ? bytes.readUInt32LE(0) : 0;
  }

  /** Reads the next two bytes. Two of these make one four-byte number. */
  readShort(): number {
    const from = this.#at;
    this.#at += 2;
    if (this.#at > this.#bytes.length) this.isWhole = false;
    return this.isWhole ? this.#bytes.readUInt16LE(from) : 0;
  }

  /** Reads this many bytes, and skips the padding to a multiple of four. */
  readBytes(length: number): Buffer {
    const from = this.#at;
    if (!(from + length <= this.#bytes.length)) {
      this.isWhole = false;
      return Buffer.alloc(0);
    }
    this.#at += padToFour(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Skips the name of a named property: a GUID, and a number or a text. */
  skipName(): void {
    this.readBytes(16);
    if (this.readNumber() === 0) this.readNumber();
    else this.readBytes(this.readNumber());
  }
}
