import * as z from "zod";
import { instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { mailBlocks } from "./mail-block.ts";
import { MESSAGE_TEMPLATE } from "./message-template.kind.ts";
import { MAX_HTML_BYTES, MAX_TEXT_LENGTH } from "./message-template.rules.ts";

export const channels = ["EMAIL", "SMS"] as const;

const language = () =>
  z
    .string()
    .trim()
    .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, "Must be a language such as en or pt-BR")
    .meta({ examples: ["en"] });

/** The fields of a message template that users write. */
export const fields = {
  name: name(255),
  channel: oneOf(channels).default("EMAIL"),
  category: oneLine(100).nullish(),
  subject: oneLine(255).nullish().describe("Mails only"),
  body_html: text(MAX_HTML_BYTES).nullish().describe("Mails only. With `blocks`, it is made of these"),
  body_text: text(MAX_TEXT_LENGTH)
    .nullish()
    .describe("A mail without it uses the text of its HTML. With `blocks`, it is made of these"),
  language: language().nullish(),
  is_active: z.boolean().default(true).describe("Only active templates can be sent"),
  description: text(1000).nullish(),
  blocks: mailBlocks().nullish().describe("The parts of a mail, in place of body_html and body_text"),
};

export const code = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Must be a code: lower case letters, digits and _")
  .meta({ examples: ["proposal_sent"] });

export const Stored = z.object({
  ...toStoredShape(fields),
  code: z.string(),
  merge_fields: z.array(z.string()).describe("Merge fields used in the texts"),
  revision: z.number().int().describe("Increases when the texts change; each message stores the revision that was sent"),
  revised_at: instant(),
});

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;

export const MessageTemplates = new Collection<TemplateRecord>({
  kind: MESSAGE_TEMPLATE,
  schema: Stored,
  personalData: { purpose: "Keep texts for messages." },
  row: ["name", "code", "channel", "category", "subject", "language", "is_active", "revision"],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("is_active"),
    by_class: indexBy("category", { sparse: true }),
    by_outcome: indexBy("channel"),
  },
  hashedTextFields: ["category"],
  filters: {
    is_active: { index: "by_status", field: "is_active" },
    category: { index: "by_class", field: "category", hasOwnCounters: true },
    channel: { index: "by_outcome", field: "channel" },
  },
  searchWords: ({ name, code, category, subject }) => [
    ...textSearchWords(name),
    ...textSearchWords(code.replaceAll("_", " ")),
    ...textSearchWords(category),
    ...textSearchWords(subject),
  ],
});
