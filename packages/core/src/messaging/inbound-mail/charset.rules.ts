import { isUtf8 } from "node:buffer";
import { codePages } from "../../lib/spreadsheet/code-pages.ts";
import { decodeSinglePage, guessEncodings } from "../../lib/spreadsheet/encoding-guess.ts";

/** Bytes of mails as text, in whatever they were written and whatever they say of that. */

/** So many bytes are looked at to tell an encoding. */
const SAMPLE_BYTES = 8192;

/** What of a text is none: U+FFFD. */
const REPLACEMENT_CHARACTER = "\ufffd";

/** The text of bytes. What says nothing of its charset, or what cannot be, is UTF-8 where it can be, and windows-1252 otherwise. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  return (
    decodeDeclared(bytes, charset) ??
    (isReadable(decodeUtf8(bytes)) ? decodeUtf8(bytes) : new TextDecoder("windows-1252").decode(bytes))
  );
}

/** The same, of what is read as what it looks like: that takes a twentieth of a second, so it is for a few texts of a mail. */
export function decodeByDetection(bytes: Uint8Array, charset: string | undefined): string {
  return decodeDeclared(bytes, charset) ?? decodeByGuess(bytes) ?? decodeText(bytes, charset);
}

/** By what it says; undefined where that is not so. */
function decodeDeclared(bytes: Uint8Array, charset: string | undefined): string | undefined {
  const label = normalizeLabel(charset);
  const isVague = unreliableLabels.includes(label);
  if (isVague && hasJapaneseEscapes(bytes)) return decodeByLabel("iso-2022-jp", bytes);
  if (isVague && isUtf8(bytes)) return decodeUtf8(bytes);
  const text = decodeByLabel(label, bytes);
  return text !== undefined && isReadable(text) ? text : undefined;
}

/** Whether at most one sign in three beyond ASCII was lost, as where somebody cut a text in the middle of one. */
function isReadable(text: string): boolean {
  if (!text.includes(REPLACEMENT_CHARACTER)) return true;
  const beyond = text.match(/[^\p{ASCII}]/gu) ?? [];
  return beyond.filter((sign) => sign === REPLACEMENT_CHARACTER).length * 3 <= beyond.length;
}

/** Japanese in seven bits changes its character sets by escapes. */
const hasJapaneseEscapes = (bytes: Uint8Array): boolean => {
  const head = toLatin1(bytes.subarray(0, SAMPLE_BYTES));
  return head.includes("\x1b$B") || head.includes("\x1b$@");
};

const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Labels that programs write without looking: what is well-formed UTF-8 beyond ASCII is that by no chance. */
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

/** As the decoders call it: `cp1251`, `"Windows-1251"` and `windows1251` are one. */
function normalizeLabel(charset: string | undefined): string {
  const said = (charset ?? "").toLowerCase().replaceAll(/["'\s]/g, "");
  const known =
    labelAliases[said] ?? said.replace(/^(?:cp|windows|x-cp|ms)-?(125\d|874)$/, "windows-$1").replace(/^iso(8859)-?/, "iso-$1-");
  return known.replace(/^iso_8859/, "iso-8859").replace(/:\d{4}$/, "");
}

/** Those that go by escapes are read as what they shift to, which `TextDecoder` has. */
const escapeDecoders: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  "utf-7": (bytes) => decodeUtf7(toLatin1(bytes)),
  "iso-2022-kr": (bytes) => decodeShifted(bytes, { into: 0x0e, out: 0x0f }, "euc-kr"),
  "hz-gb-2312": (bytes) => decodeHz(toLatin1(bytes)),
};

const toLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** Undefined where nobody knows the label. */
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

/** By what it looks like; undefined where it looks like nothing. */
function decodeByGuess(bytes: Uint8Array): string | undefined {
  if (isReadable(decodeUtf8(bytes))) return decodeUtf8(bytes);
  const text = decodeByLabel(guessEncoding(bytes), bytes);
  return text?.includes(REPLACEMENT_CHARACTER) ? undefined : text;
}

/** The likeliest encoding of what is no UTF-8. */
export const guessEncoding = (bytes: Uint8Array): string =>
  guessEncodings(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, SAMPLE_BYTES)))[0]?.encoding ??
  "windows-1252";

/** Base 64 of UTF-16 between `+` and `-` (RFC 2152). */
const decodeUtf7 = (text: string): string =>
  text.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (_all, base64: string) =>
    base64 === "" ? "+" : new TextDecoder("utf-16be").decode(trimToEvenLength(Buffer.from(base64, "base64"))),
  );

/** Without the half of a sign at its end. */
const trimToEvenLength = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length & ~1);

/** Seven bits of two-byte signs between two controls (RFC 1557). */
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

/** Seven bits of GB 2312 between `~{` and `~}` (RFC 1843). */
const decodeHz = (text: string): string =>
  text.replaceAll(/~(\{([\s\S]*?)(?:~\}|$)|~|\r?\n)/g, (_all, kind: string, inner: string | undefined) => {
    if (inner === undefined) return kind === "~" ? "~" : "";
    return new TextDecoder("gb18030").decode(Uint8Array.from(inner, (sign) => sign.charCodeAt(0) | 0x80));
  });
