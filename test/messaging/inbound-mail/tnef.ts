/** Writes `winmail.dat` in Outlook's format (MS-OXTNEF) for tests. */

interface TnefContent {
  body?: string;
  files: readonly { name: string; content: string; cid?: string }[];
}

const u16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);
const padToFourBytes = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function buildAttribute(level: number, id: number, data: Buffer): Buffer {
  const sum = data.reduce((all, byte) => (all + byte) & 0xffff, 0);
  return Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data, u16(sum)]);
}

/** A property of type PT_UNICODE. */
const buildTextProperty = (id: number, value: string): Buffer => {
  const bytes = Buffer.from(`${value}\0`, "utf16le");
  return Buffer.concat([u16(0x001f), u16(id), u32(1), u32(bytes.length), padToFourBytes(bytes)]);
};

/** A property with its own name, which a reader must skip. */
const buildNamedProperty = (): Buffer => Buffer.concat([u16(0x0003), u16(0x8001), Buffer.alloc(16), u32(0), u32(7), u32(42)]);

const joinProperties = (...properties: readonly Buffer[]): Buffer => Buffer.concat([u32(properties.length), ...properties]);

export function buildTnef({ body, files }: TnefContent): Buffer {
  return Buffer.concat([
    u32(0x223e9f78),
    u16(1),
    buildAttribute(1, 0x00069007, Buffer.concat([u32(1252), u32(0)])),
    ...(body === undefined
      ? []
      : [buildAttribute(1, 0x00069003, joinProperties(buildNamedProperty(), buildTextProperty(0x1000, body)))]),
    ...files.flatMap(({ name, content, cid }) => [
      buildAttribute(2, 0x00069002, Buffer.alloc(14)),
      buildAttribute(2, 0x00018010, Buffer.from("SHORT~1.DAT\0")),
      buildAttribute(2, 0x0006800f, Buffer.from(content)),
      buildAttribute(
        2,
        0x00069005,
        joinProperties(buildNamedProperty(), buildTextProperty(0x3707, name), ...(cid ? [buildTextProperty(0x3712, cid)] : [])),
      ),
    ]),
  ]);
}
