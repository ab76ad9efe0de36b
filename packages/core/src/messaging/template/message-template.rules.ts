import type { ErrorDetail } from "../../kernel/error.ts";
import { findFaults, toPlainText } from "./html.rules.ts";
import { findBlockFaults } from "./mail-block.rules.ts";
import type { MailBlock } from "./mail-block.ts";
import { fillMergeFields, type Path, parseMergeFields, type Values } from "./merge-fields.rules.ts";

/** Pure rules of templates: what each channel requires, and rendering with values. */

/** Maximum bytes of the HTML of a mail: programs cut longer ones (Gmail at 102 kB). */
export const MAX_HTML_BYTES = 100 * 1024;
/** Maximum characters of the text part. */
export const MAX_TEXT_LENGTH = 20_000;

export interface Texts {
  subject: string | null;
  body_html: string | null;
  body_text: string | null;
}

/** What users write of a template. */
export interface TemplateContent extends Texts {
  channel: "EMAIL" | "SMS";
  /** The bodies are made of these. */
  blocks: readonly MailBlock[] | null;
}

export const isBlank = (text: string | null): boolean => (text ?? "").trim() === "";

/** Returns all errors in the texts of a template. The bodies of a template with blocks are made of these, so only the blocks are checked. */
export function findTextFaults({ channel, blocks, ...texts }: TemplateContent): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  const addDetail = (field: keyof Texts | "blocks", message: string): void => void details.push({ field, message });
  if (channel === "SMS") {
    for (const field of ["subject", "body_html"] as const)
      if (!isBlank(texts[field])) addDetail(field, "Not allowed in an SMS template");
    if (blocks) addDetail("blocks", "Not allowed in an SMS template");
    if (isBlank(texts.body_text)) addDetail("body_text", "Required for an SMS template");
  } else {
    if (isBlank(texts.subject)) addDetail("subject", "Required for a mail template");
    if (!blocks && isBlank(texts.body_html) && isBlank(texts.body_text))
      addDetail("body_text", "Either body_text or body_html is required");
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(texts.subject ?? "")) addDetail("subject", "Must be one line without control characters");
  const written = blocks ? (["subject"] as const) : (["subject", "body_html", "body_text"] as const);
  for (const field of written) for (const message of parseMergeFields(texts[field] ?? "").faults) addDetail(field, message);
  if (!blocks) for (const message of findFaults(texts.body_html ?? "")) addDetail("body_html", message);
  return [...details, ...findBlockFaults(blocks ?? [])];
}

interface RenderedMessage {
  subject: string | null;
  html: string | null;
  text: string;
  /** Fields without a value or default. */
  missing: Path[];
}

/** Renders a template with values. */
export function renderTemplate({ subject, body_html, body_text }: Texts, values: Values): RenderedMessage {
  const line = fillMergeFields(subject ?? "", "line", values);
  const html = fillMergeFields(body_html ?? "", "html", values);
  const text = fillMergeFields(body_text ?? "", "text", values);
  return {
    subject: subject === null ? null : line.text,
    html: isBlank(body_html) ? null : html.text,
    text: isBlank(body_text) ? toPlainText(html.text) : text.text,
    missing: [...new Set([...line.missing, ...html.missing, ...text.missing])],
  };
}
