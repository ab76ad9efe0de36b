import { isUtf8 } from "node:buffer";
import { codePages } from "../../lib/spreadsheet/code-pages.ts";
import { decodeSinglePage, guessEncodings } from "../../lib/spreadsheet/encoding-guess.ts";

/** Decodes the bytes of mails to text, whether or not their charset is declared correctly. */

/** Number of bytes used to detect an encoding. */
const SAMPLE_BYTES = 8192;

/** U+FFFD, which decoders put in place of invalid bytes. */
const REPLACEMENT_CHARACTER = "\ufffd";

/** Decodes bytes. Without a charset, or with a wrong one, it uses UTF-8 if the bytes are valid UTF-8, and otherwise windows-1252. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  return (
    decodeDeclared(bytes, charset) ??
    (isReadable(decodeUtf8(bytes)) ? decodeUtf8(bytes) : new TextDecoder("windows-1252").decode(bytes))
  );
}

/** Does the same with detection of the encoding. This takes about 50 ms, so it is for a few texts of a mail. */
export function decodeByDetection(bytes: Uint8Array, charset: string | undefined): string {
  return decodeDeclared(bytes, charset) ?? decodeByGuess(bytes) ?? decodeText(bytes, charset);
}

/** Decodes by the declared charset; undefined if that does not fit. */
function decodeDeclared(bytes: Uint8Array, charset: string | undefined): string | undefined {
  const label = normalizeLabel(charset);
  const isVague = unreliableLabels.includes(label);
  if (isVague && hasJapaneseEscapes(bytes)) return decodeByLabel("iso-2022-jp", bytes);
  if (isVague && isUtf8(bytes)) return decodeUtf8(bytes);
  const text = decodeByLabel(label, bytes);
  return text !== undefined && isReadable(text) ? text : undefined;
}

/** Tells whether at most a third of the characters beyond ASCII are invalid: a text may be cut inside a character. */
function isReadable(text: string): boolean {
  if (!text.includes(REPLACEMENT_CHARACTER)) return true;
  const beyond = text.match(/[^\p{ASCII}]/gu) ?? [];
  return beyond.filter((sign) => sign === REPLACEMENT_CHARACTER).length * 3 <= beyond.length;
}

/** Tells whether the bytes have the escapes of 7-bit Japanese. */
const hasJapaneseEscapes = (bytes: Uint8Array): boolean => {
  const head = toLatin1(bytes.subarray(0, SAMPLE_BYTES));
  return head.includes("\x1b$B") || head.includes("\x1b$@");
};

const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Labels that programs often declare wrongly. Text beyond ASCII that is valid UTF-8 hardly ever has another encoding. */
const unreliableLabels = ["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", ""];

const labelAliases: Readonly<Record<string, string>> = {
  gb2312: "gb18030",
  gbk: "gb18030",
  cp936: "gb18030",
  "us-ascii": "",
  ascii: "",
  "ansi_x3.4-1968": "",
  "unknown-8bit": "",
  "x-unknown": "",
  unknown: "",
  default: "",
  utf8: "utf-8",
  cp65001: "utf-8",
  "x-gbk": "gb18030",
  cp932: "shift_jis",
  "windows-31j": "shift_jis",
  "x-ms-cp932": "shift_jis",
  cp949: "euc-kr",
  uhc: "euc-kr",
  "ks_c_5601-1987": "euc-kr",
  cp950: "big5",
  "big5-hkscs": "big5",
  "iso-2022-jp-1": "iso-2022-jp",
  "iso-2022-jp-2": "iso-2022-jp",
  "iso-2022-jp-ms": "iso-2022-jp",
  cp50220: "iso-2022-jp",
  cp50221: "iso-2022-jp",
  "iso-8859-8-e": "iso-8859-8",
  "unicode-1-1-utf-7": "utf-7",
  "x-unicode-2-0-utf-7": "utf-7",
  cp437: "ibm437",
  cp850: "ibm850",
  cp852: "ibm852",
  cp866: "ibm866",
};

/** Returns the decoder's name for a label: `cp1251`, `"Windows-1251"` and `windows1251` give the same. */
function normalizeLabel(charset: string | undefined): string {
  const label = (charset ?? "").toLowerCase().replaceAll(/["'\s]/g, "");
  const decoderName =
    labelAliases[label] ??
    label.replace(/^(?:cp|windows|x-cp|ms)-?(125\d|874)$/, "windows-$1").replace(/^iso(8859)-?/, "iso-$1-");
  return decoderName.replace(/^iso_8859/, "iso-8859").replace(/:\d{4}$/, "");
}

/** Charsets with escapes. They are converted to the charsets that they shift to, which `TextDecoder` supports. */
const escapeDecoders: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  "utf-7": (bytes) => decodeUtf7(toLatin1(bytes)),
  "iso-2022-kr": (bytes) => decodeShifted(bytes, { into: 0x0e, out: 0x0f }, "euc-kr"),
  "hz-gb-2312": (bytes) => decodeHz(toLatin1(bytes)),
};

const toLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** Decodes by a label; undefined for an unknown one. */
function decodeByLabel(label: string, bytes: Uint8Array): string | undefined {
  if (label === "") return undefined;
  const page = codePages[label];
  if (page !== undefined) return decodeSinglePage(page, bytes);
  const special = escapeDecoders[label];
  if (special) return special(bytes);
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes by the detected encoding; undefined if none is found. */
function decodeByGuess(bytes: Uint8Array): string | undefined {
  if (isReadable(decodeUtf8(bytes))) return decodeUtf8(bytes);
  const text = decodeByLabel(guessEncoding(bytes), bytes);
  return text?.includes(REPLACEMENT_CHARACTER) ? undefined : text;
}

/** Returns the most likely encoding of bytes that are not UTF-8. */
export const guessEncoding = (bytes: Uint8Array): string =>
  guessEncodings(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SAMPLE_BYTES)))[0]?.encoding ??
  "windows-1252";

/** Decodes UTF-7: Base64 of UTF-16 between `+` and `-` (RFC 2152). */
const decodeUtf7 = (text: string): string =>
  text.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (_all, base64: string) =>
    base64 === "" ? "+" : new TextDecoder("utf-16be").decode(trimToEvenLength(Buffer.from(base64, "base64"))),
  );

/** Removes an incomplete character at the end. */
const trimToEvenLength = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length & ~1);

/** Decodes two-byte characters in 7 bits between two control characters (RFC 1557). */
function decodeShifted(bytes: Uint8Array, { into, out }: { into: number; out: number }, encoding: string): string {
  const plain = Buffer.alloc(bytes.length);
  let [length, isIn] = [0, false];
  for (const byte of bytes) {
    if (byte === into) isIn = true;
    else if (byte === out) isIn = false;
    else plain[length++] = isIn && byte > 0x20 ? byte | 0x80 : byte;
  }
  const text = new TextDecoder(encoding).decode(plain.subarray(0, length));
  return text.replace("\x1b$)C", "");
}

/** Decodes HZ: GB 2312 in 7 bits between `~{` and `~}` (RFC 1843). */
const decodeHz = (text: string): string =>
  text.replaceAll(/~(\{([\s\S]*?)(?:~\}|$)|~|\r?\n)/g, (_all, kind: string, inner: string | undefined) => {
    if (inner === undefined) return kind === "~" ? "~" : "";
    return new TextDecoder("gb18030").decode(Uint8Array.from(inner, (sign) => sign.charCodeAt(0) | 0x80));
  });
