import { languageOf } from "../../kernel/language.ts";
import { type Words, words } from "./words.ts";

/** What a mail about a ticket says, as text and as HTML in which nothing that people typed is markup. Pure. */

/** What was said, when and by whom. */
export interface Said {
  who: string;
  /** As it is read: `22 November 2030`. */
  day: string;
  body: string;
}

export interface Letter {
  /** Above which an answer is looked for: see `ABOVE`. */
  above: string;
  body: string;
  /** What was said before, the newest first. */
  before: readonly Said[];
}

export const wordsIn = (language: string): Words => words[languageOf(language) ?? "en"];

const LONGEST_SUBJECT = 200;

/** With the ticket's number, once: programs and people keep it when they answer. */
export function subjectOf(subject: string, number: string): string {
  const plain = subject
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(`[${number}]`, "")
    .trim();
  return `[${number}] ${[...plain].slice(0, LONGEST_SUBJECT).join("")}`;
}

/** Characters of each earlier message. */
const LONGEST_QUOTE = 2000;

const quoted = ({ body }: Said): string =>
  body.length > LONGEST_QUOTE ? `${body.slice(0, LONGEST_QUOTE).toWellFormed()} …` : body;

export function textOf({ above, body, before }: Letter): string {
  const quotes = before.map((said) => {
    const lines = quoted(said).split("\n");
    return `${said.who}, ${said.day}:\n${lines.map((line) => `> ${line}`).join("\n")}`;
  });
  return `${[above, body, ...quotes].join("\n\n")}\n`;
}

const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? "");

/** Paragraphs with their lines; each has the direction of its own letters. */
const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((each) => `<p dir="auto">${escaped(each).replaceAll("\n", "<br>")}</p>`)
    .join("\n");

export function htmlOf({ above, body, before }: Letter): string {
  const quotes = before.map(
    (said) =>
      `<p dir="auto">${escaped(`${said.who}, ${said.day}:`)}</p>\n<blockquote type="cite">${paragraphs(quoted(said))}</blockquote>`,
  );
  const small = `<p dir="auto" style="color:#666;font-size:small">${escaped(above)}</p>`;
  return `<!doctype html>\n<html><body>\n${[small, paragraphs(body), ...quotes].join("\n")}\n</body></html>\n`;
}
