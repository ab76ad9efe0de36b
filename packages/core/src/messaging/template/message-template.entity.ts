import * as z from "zod";
import { instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { MESSAGE_TEMPLATE } from "./message-template.kind.ts";

export const channels = ["EMAIL", "SMS"] as const;

const language = () =>
  z
    .string()
    .trim()
    .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, "Not a language such as en or pt-BR")
    .meta({ examples: ["en"] });

/** The fields of a message template that users write. */
export const fields = {
  name: name(255),
  channel: oneOf(channels).default("EMAIL"),
  category: oneLine(100).nullish(),
  subject: oneLine(255).nullish().describe("Of a mail"),
  body_html: text(50_000).nullish().describe("Of a mail"),
  body_text: text(20_000).nullish().describe("Of a mail without one, what its HTML says"),
  language: language().nullish(),
  is_active: z.boolean().default(true).describe("Only what is active is sent"),
  description: text(1000).nullish(),
};

export const code = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Not a code: lower case letters, digits and _")
  .meta({ examples: ["proposal_sent"] });

export const Stored = z.object({
  ...toStoredShape(fields),
  code: z.string(),
  merge_fields: z.array(z.string()).describe("That its texts name"),
  revision: z.number().int().describe("Rises when its texts change: what was sent names it"),
  revised_at: instant(),
});

export type TemplateRecord = z.output<typeof Stored> & BaseRecord;

export const MessageTemplates = new Collection<TemplateRecord>({
  kind: MESSAGE_TEMPLATE,
  schema: Stored,
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
