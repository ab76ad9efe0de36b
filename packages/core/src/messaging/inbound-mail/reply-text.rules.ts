import {
  DEVICE_NAME_PATTERN,
  deviceLinePatterns,
  forwardPhrases,
  originalPhrases,
  otherHeaderNames,
  senderHeaderNames,
  wroteVerbs,
} from "./reply-phrases.ts";

/**
 * Extracts the new text of a mail, without quoted text and signature. Programs have no common mark for these, so it uses the
 * phrases that they write around them. If nothing new is left, the whole text counts as new.
 */

/** A line in sent mails above which customers are asked to write their reply. */
export const REPLY_MARKER = "##- ";

/** Maximum number of lines, and of characters of a line, that are examined. Beyond them nothing more is found. */
const MAX_LINES = 20_000;
const MAX_LINE_LENGTH = 2000;

export function extractReply(text: string): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  if (lines.length > MAX_LINES) return text.trim();
  const fresh = stripSignature(stripQuotes(lines.slice(0, findReplyEnd(lines))));
  return joinLines(fresh) || joinLines(stripQuoteMarks(lines)) || text.trim();
}

const joinLines = (lines: readonly string[]): string =>
  lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();

/** Removes quote marks: a reply that only contains a quote keeps its text. */
const stripQuoteMarks = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/^(?:> ?)+/, ""));

/** Returns the line from which everything is old: a previous message without marks on its lines. */
function findReplyEnd(lines: readonly string[]): number {
  for (let index = 0; index < lines.length; index++) {
    const line = normalizeLine(lines[index]);
    if (isPlainOriginal(line)) return skipSeparators(lines, index);
    if (line === "" || line.startsWith(">")) continue;
    // Everything after this line was forwarded by the sender, so it is new.
    if (isForward(line)) return lines.length;
    if (line.startsWith(REPLY_MARKER) || isOriginal(line) || isHeaderBlock(lines, index) || isUnmarkedQuote(lines, index))
      return skipSeparators(lines, index);
  }
  return lines.length;
}

/** Includes a separator line above an old message. */
function skipSeparators(lines: readonly string[], index: number): number {
  let end = index;
  while (end > 0 && /^[\s_*=-]*$/.test(lines[end - 1] ?? "")) end--;
  return end;
}

const normalizeLine = (line = ""): string =>
  line
    .slice(0, MAX_LINE_LENGTH)
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replaceAll("\u00a0", " ")
    .trim()
    .toLowerCase();

const originalLabels: ReadonlySet<string> = new Set(originalPhrases);
const forwardLabels: ReadonlySet<string> = new Set(forwardPhrases);
/** Returns the text between dashes, or before the colon. */
const extractLabel = (line: string): string =>
  (/^[-_=*]{2,}\s*([^_=*]{4,60}?)\s*[-_=*]{2,}/.exec(line)?.[1] ?? line.replace(/[:：]$/, "")).trim();

const isOriginal = (line: string): boolean => /^[-_=*]{2,}/.test(line) && originalLabels.has(extractLabel(line));
/** GroupWise and Notes write the sender and the time of the old message into one line: `>>> Ada 03.06.2026 10:12 >>>`, `Ada ---03.06.2026 10:12:33---`. */
const isPlainOriginal = (line: string): boolean =>
  /^>>>\s?\S.{0,160}\d{1,2}[:.]\d{2}.{0,20}>>>$/.test(line) ||
  /^\S.{0,80} ?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4} .{4,16}---/.test(line);
const isForward = (line: string): boolean => /^[-_=*]{2,}|[:：]$/.test(line) && forwardLabels.has(extractLabel(line));

const senderLabels: ReadonlySet<string> = new Set(senderHeaderNames);
const otherLabels: ReadonlySet<string> = new Set(otherHeaderNames);

/** Returns the header name at the beginning of a line: `*From:*`, `De :`, `发件人：`. */
const parseHeaderLabel = (line: string | undefined): string | undefined =>
  /^[*\s]*([^:：*]{1,24}?)[*\s]*[:：]/.exec(normalizeLine(line))?.[1]?.trim();

/**
 * Tells whether a header block begins here: a sender, followed within a few lines by at least two of date, recipient and subject. Other programs begin
 * with the date or the recipient; then the lines must follow each other.
 */
function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const label = parseHeaderLabel(lines[index]);
  if (!label) return false;
  if (!senderLabels.has(label)) return otherLabels.has(label) && isDenseHeaderBlock(lines.slice(index, index + 5));
  const below = lines
    .slice(index + 1, index + 9)
    .filter((line) => line.trim() !== "")
    .slice(0, 5);
  return below.filter((line) => otherLabels.has(parseHeaderLabel(line) ?? "")).length >= 2;
}

function isDenseHeaderBlock(lines: readonly string[]): boolean {
  const labels: string[] = [];
  for (const line of lines) {
    const label = parseHeaderLabel(line);
    if (label === undefined) break;
    labels.push(label);
  }
  return labels.some((label) => senderLabels.has(label)) && labels.filter((label) => otherLabels.has(label)).length >= 2;
}

const verbPattern = wroteVerbs.map((verb) => verb.replaceAll(/[()/]/g, "\\$&")).join("|");
/** The verb has no letter before it, and at most a name or an address between it and the end. */
const INTRODUCTION_PATTERN = new RegExp(
  `(?:^|[^\\p{L}])(?:${verbPattern})(?:[^\\p{L}].{0,160})?[:：]$|(?:${verbPattern})\\s*[:：]$`,
  "u",
);
const TIME_PATTERN = /\d{1,4}[./년月年-]|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|[٠-٩]{2,4}/u;
const ADDRESS_PATTERN = /[<(（[]?[^\s<>()]+@[^\s<>()]+\.[^\s<>()]+[>)）\]]?/u;

/** The beginnings of such lines, used where they are broken into several. */
const INTRODUCTION_START_PATTERN =
  /^(?:(?:on|am|le|il|el|em|op|den|på|ma|dnia|w dniu|dne|dňa|la data|pe|в|у|на|στις|vào|pada|เมื่อ)\s+(?:\p{L}+[.,]?\s*){0,3}|\p{L}{2,4}[.,]\s*)?\d/u;

/** Counts the lines from here that introduce a quote ("On Monday, Ada wrote:"); 0 if they do not. */
function countIntroductionLines(lines: readonly string[], index: number): number {
  const count = matchIntroduction(lines, index);
  // The line above the introduction belongs to the reply.
  return count > 1 && !INTRODUCTION_START_PATTERN.test(normalizeLine(lines[index])) && matchIntroduction(lines, index + 1) > 0
    ? 0
    : count;
}

/** Zoho writes dashes around the introduction, and no colon: `---- On Monday, Ada wrote ----`. */
const closeDashes = (line: string): string => line.replace(/^-{2,}\s*(\S.*?)\s*-{2,}$/, "$1:");

function matchIntroduction(lines: readonly string[], index: number): number {
  let text = "";
  for (let count = 1; count <= 4; count++) {
    const line = closeDashes(normalizeLine(lines[index + count - 1]));
    // Gmail breaks a long line before the bracket that closes the address.
    const isQuoted = line.startsWith(">") && !/<[^<>]+$/.test(text);
    if (line === "" || isQuoted || text.length > 400) return 0;
    text = `${text} ${line}`.trim();
    if (!/[:：]$/.test(line)) continue;
    const isVerbal = INTRODUCTION_PATTERN.test(text) && (TIME_PATTERN.test(text) || ADDRESS_PATTERN.test(text));
    // In an unknown language, a time and an address show it.
    return isVerbal || (TIME_PATTERN.test(text) && ADDRESS_PATTERN.test(text) && /[>)）\]][:：]$/.test(text)) ? count : 0;
  }
  return 0;
}

/** Tells whether an introduction is followed by text without quote marks: then all of it is old. */
function isUnmarkedQuote(lines: readonly string[], index: number): boolean {
  const count = countIntroductionLines(lines, index);
  if (count === 0) return false;
  const next = lines.slice(index + count).find((line) => line.trim() !== "");
  return next !== undefined && !next.startsWith(">");
}

/** Removes quoted lines and their introductions. The text between quotes is a reply to them and stays. */
function stripQuotes(lines: readonly string[]): string[] {
  const fresh: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (lines[index]?.startsWith(">")) continue;
    const count = countIntroductionLines(lines, index);
    if (count > 0) index += count - 1;
    else fresh.push(lines[index] ?? "");
  }
  return fresh;
}

/** `-- ` alone (RFC 3676), also without the space, or with other dashes. */
const SIGNATURE_PATTERN = /^(?:--|—|––|__)$/;

/** A person may write a sentence that begins as such a line: "Sent from my desk, which is easier than my phone". */
const SENTENCE_PATTERN = /\s(?:is|was|are|were|ist|war)\s/i;

const isDeviceSignature = (line: string): boolean =>
  line.length <= 80 &&
  DEVICE_NAME_PATTERN.test(line) &&
  !SENTENCE_PATTERN.test(line) &&
  deviceLinePatterns.some((device) => device.test(line));

function stripSignature(lines: readonly string[]): string[] {
  const index = lines.findIndex(
    (line, place) => SIGNATURE_PATTERN.test(line.trim()) && lines.slice(0, place).some((each) => each.trim() !== ""),
  );
  const remainingLines = index < 0 ? [...lines] : lines.slice(0, index);
  for (let end = remainingLines.length - 1; end >= 0; end--) {
    const line = (remainingLines[end] ?? "")
      .trim()
      .replace(/\s*<https?:[^<>]*>$/, "")
      .replaceAll("\u00a0", " ");
    if (line === "" || /^_{5,}$/.test(line)) remainingLines.pop();
    else if (isDeviceSignature(line) && remainingLines.slice(0, end).some((earlierLine) => earlierLine.trim() !== ""))
      remainingLines.pop();
    else break;
  }
  return remainingLines;
}
