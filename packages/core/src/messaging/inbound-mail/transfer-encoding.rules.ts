/** Decodes transfer encodings (RFC 2045), including malformed ones. */

export function decodeBody(body: Buffer, encoding: string): Uint8Array {
  if (encoding === "base64") return decodeBase64(body);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(body);
  if (["x-uuencode", "uuencode", "x-uue", "uue"].includes(encoding))
    return extractUuFiles(body.toString("latin1")).files[0]?.bytes ?? body;
  return body;
}

const PADDING_PATTERN = /=+(?=[^=])/;

/** Decodes Base64. Skips invalid characters. After padding another text may begin, if two were joined. */
export function decodeBase64(body: Buffer): Uint8Array {
  const text = body.toString("latin1").replaceAll(/[^A-Za-z0-9+/=_-]+/g, "");
  return Buffer.concat(text.split(PADDING_PATTERN).map((chunk) => Buffer.from(chunk, "base64")));
}

const [EQUALS, LF, CR, SPACE, TAB] = [0x3d, 0x0a, 0x0d, 0x20, 0x09];

/** Returns two hexadecimal digits as a number, or NaN. */
const parseHexByte = (body: Uint8Array, offset: number): number =>
  parseHexDigit(body[offset]) * 16 + parseHexDigit(body[offset + 1]);

function parseHexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

export function decodeQuotedPrintable(body: Uint8Array): Uint8Array {
  const plain = Buffer.alloc(body.length);
  let length = 0;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index] ?? 0;
    if (byte !== EQUALS) {
      plain[length++] = byte;
      continue;
    }
    const soft = findSoftBreak(body, index + 1);
    const value = parseHexByte(body, index + 1);
    if (soft !== undefined) index = soft;
    else if (Number.isNaN(value)) plain[length++] = byte;
    else {
      plain[length++] = value;
      index += 2;
    }
  }
  return plain.subarray(0, length);
}

/** Returns the end of a soft line break, before which there may be spaces; undefined if there is none. */
function findSoftBreak(body: Uint8Array, from: number): number | undefined {
  let offset = from;
  while ((body[offset] === SPACE || body[offset] === TAB) && offset - from < 80) offset++;
  if (body[offset] === CR) offset++;
  if (body[offset] === LF) return offset;
  return offset >= body.length ? body.length : undefined;
}

interface UuFile {
  name: string;
  bytes: Uint8Array;
}

const UU_PATTERN =
  /^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[\x20-\x60][^\r\n]{0,90}\r?\n)*?)(?:`?\r?\n)?end[ \t]*(?:\r?\n|$)/gm;

/** Extracts uuencoded files from a text, as programs sent them before MIME attachments. Returns the text without them. */
export function extractUuFiles(text: string): { text: string; files: UuFile[] } {
  const files: UuFile[] = [];
  if (!text.includes("\nend") || !/^begin /m.test(text)) return { text, files };
  const rest = text.replaceAll(UU_PATTERN, (_all, name: string, lines: string) => {
    files.push({ name: name.trim(), bytes: Buffer.concat(lines.split(/\r?\n/).map(decodeUuLine)) });
    return "";
  });
  return { text: rest, files };
}

function decodeUuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63;
  const bytes = Buffer.alloc(Math.ceil((line.length - 1) / 4) * 3);
  for (let index = 1, to = 0; index < line.length; index += 4, to += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map(
      (more) => (Math.max(32, line.charCodeAt(index + more) || 32) - 32) & 63,
    );
    bytes.writeUIntBE((a << 18) | (b << 12) | (c << 6) | d, to, 3);
  }
  return bytes.subarray(0, line === "" ? 0 : Math.min(length, bytes.length));
}
