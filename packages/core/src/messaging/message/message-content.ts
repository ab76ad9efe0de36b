import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { read as readPerson } from "../../people/person/identity.ts";
import { findFaults, toPlainText } from "../template/html.rules.ts";
import { listMergeFields, parseMergeFields, type Values } from "../template/merge-fields.rules.ts";
import { buildPersonValues } from "../template/merge-values.ts";
import {
  findApprovedRevision,
  loadRecordValues,
  load as loadTemplate,
  loadTexts,
  renderTemplate,
  type Texts,
} from "../template/message-template.ts";
import type { Channel } from "./conversation.entity.ts";
import type { MessageRecord } from "./message.entity.ts";

/** The content of outbound messages: of a template, or as the caller wrote it. */

/** Ten segments for text messages, since carriers split longer ones. */
export const MAX_BODY_LENGTHS: Readonly<Record<Channel, number>> = { sms: 1530, email: 100_000 };

export type MessageContent = Pick<MessageRecord, "subject" | "body" | "body_html" | "template_id" | "template_revision">;

interface ContentInput {
  channel: Channel;
  person_id?: string | undefined;
  subject?: string | undefined;
  body?: string | undefined;
  body_html?: string | undefined;
  template_id?: string | undefined;
  template_revision_id?: string | undefined;
  related_to_id?: string | undefined;
  merge?: Values | undefined;
}

/** Builds the content. Refuses a merge field that has neither a value nor a default. */
export async function buildContent(input: ContentInput, knownValues: Values = {}): Promise<MessageContent> {
  const { channel, subject, body, body_html, template_id, template_revision_id } = input;
  const sources = [body, body_html, template_id].filter((source) => source !== undefined);
  if (sources.length !== 1) throw invalid("body", "Exactly one of body, body_html and template_id is required");
  if (channel === "sms" && subject !== undefined) throw invalid("subject", "Text messages have no subject");
  if (channel === "sms" && body_html !== undefined) throw invalid("body_html", "Text messages have no HTML");
  if (template_id === undefined) {
    if (channel === "email" && !subject?.trim()) throw invalid("subject", "Required for mails");
    if (body_html !== undefined) return buildHtmlContent({ ...input, subject: subject ?? "", body_html }, knownValues);
    const content = { subject: subject ?? null, body: validateBody(channel, body ?? "", "body") };
    return { ...content, body_html: null, template_id: null, template_revision: null };
  }
  const texts = await loadSendableTexts(channel, template_id, template_revision_id ?? findApprovedRevision(template_id));
  const rendered = renderTemplate(texts, await loadValues(texts, input, knownValues));
  requireMergeValues(rendered.missing);
  return {
    subject: subject ?? rendered.subject,
    body: validateBody(channel, rendered.text, "template_id"),
    body_html: rendered.html,
    ...{ template_id, template_revision: texts.revision },
  };
}

type HtmlInput = ContentInput & { subject: string; body_html: string };

/** Builds a mail of HTML that the caller wrote. Its merge fields, and those of its subject, are filled. */
async function buildHtmlContent(input: HtmlInput, knownValues: Values): Promise<MessageContent> {
  const { subject, body_html } = input;
  const faults = [
    ...findFaults(body_html).map((message) => ({ field: "body_html", message })),
    ...(["subject", "body_html"] as const).flatMap((field) =>
      parseMergeFields(input[field]).faults.map((message) => ({ field, message })),
    ),
  ];
  if (faults.length > 0) throw invalidAll(faults);
  const texts = { subject, body_html, body_text: null };
  const rendered = renderTemplate(texts, await loadValues(texts, input, knownValues));
  requireMergeValues(rendered.missing);
  const body = validateBody(input.channel, toPlainText(rendered.html ?? ""), "body_html");
  return { subject: rendered.subject, body, body_html: rendered.html, template_id: null, template_revision: null };
}

/** Loads the values of the merge fields of texts. A record is read only if a text has such a field. */
async function loadValues(
  texts: Texts,
  { person_id, related_to_id, merge = {} }: ContentInput,
  knownValues: Values,
): Promise<Values> {
  const mergeFields = listMergeFields(texts.subject, texts.body_html, texts.body_text);
  const isAboutRecord = related_to_id !== undefined && mergeFields.length > 0;
  const record = isAboutRecord ? await loadRecordValues(texts, related_to_id) : knownValues;
  const reader = await loadPersonValues(mergeFields, person_id, knownValues);
  return { ...record, ...reader, ...merge };
}

/** Loads the texts of a template that can be sent now, in a revision if one is named. */
async function loadSendableTexts(
  channel: Channel,
  id: string,
  revisionId: string | undefined,
): Promise<Texts & { readonly revision: number }> {
  const template = await loadTemplate(id);
  if (!template) throw invalid("template_id", "No such record");
  if (template.channel !== (channel === "sms" ? "SMS" : "EMAIL"))
    throw invalid("template_id", "The template is for another channel");
  if (!template.is_active) throw invalid("template_id", "The template is not active");
  const texts = await loadTexts(template, revisionId);
  if (!texts) throw invalid("template_id", "The template has no such revision");
  return texts;
}

/**
 * Returns the values of `person.*`: of the recipient, not of the person of the related record. Without `person_id` they stay empty,
 * because the caller may not be allowed to see the person with the address.
 */
async function loadPersonValues(
  merge_fields: readonly string[],
  person_id: string | undefined,
  knownValues: Values,
): Promise<Values> {
  if (!merge_fields.some((path) => path.startsWith("person."))) return {};
  if ("person.email" in knownValues) return {};
  return buildPersonValues(person_id === undefined ? undefined : await readPerson(person_id));
}

export function requireMergeValues(missing: readonly string[]): void {
  if (missing.length > 0)
    throw ruleViolation(`No value for ${missing.join(", ")}: pass it in merge, or set a fallback in the template`, [
      ...missing.map((path) => ({ field: `merge.${path}`, message: "No value" })),
    ]);
}

export function validateBody(channel: Channel, body: string, field: string): string {
  if (body.trim() === "") throw invalid(field, "Must not be empty");
  const maxLength = MAX_BODY_LENGTHS[channel];
  if (body.length > maxLength) throw invalid(field, `Must be at most ${maxLength} characters`);
  return body;
}
