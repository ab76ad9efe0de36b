import * as z from "zod";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { language } from "../../kernel/language.ts";
import { completeUrl, id, master, name, oneOf, outputInstant, reference, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { COMMUNICATION_CHANNELS } from "../../people/interaction/interaction.masters.ts";
import { GENERAL_TYPE, SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { formKinds, parseOrigin, targets } from "./form.rules.ts";
import { boxName, MAX_QUESTIONS, Question } from "./question.schema.ts";
import { FORM } from "./web-form.kind.ts";

/** Fields of a form that users write. A form receives data from a tenant's pages, mails and downloads. */
export const fields = {
  name: name(255),
  kind: oneOf(formKinds).default("web_form"),
  is_active: z.boolean().default(true).describe("An inactive form responds as if it did not exist"),
  allowed_origins: z
    .array(
      z
        .string()
        .max(255)
        .refine((value) => parseOrigin(value) !== undefined, "Must be the origin of a page, such as https://shop.example")
        .overwrite((value) => parseOrigin(value) ?? value),
    )
    .max(20)
    .default([])
    .describe("Such as https://shop.example. Leave it empty for all websites"),
  field_mapping: z
    .record(boxName(), oneOf(targets))
    .refine((mapping) => Object.keys(mapping).length <= 50, "Must have at most 50 fields")
    .default({})
    .describe("Name on the page → field of the lead or person. If empty, the usual fields under their own names"),
  makes_lead: z.boolean().default(false),
  lead_source_id: master(LEAD_SOURCES).nullish(),
  owner_id: id(USER).nullish().describe("Owner of the leads. Leave it empty for the owner of new leads in the settings"),
  campaign_id: reference(CAMPAIGN, { wasText: true }).nullish(),
  consent_text: text(5000).nullish().describe("The visitor ticks a box to agree to this text"),
  consent_channel: master(COMMUNICATION_CHANNELS, "code").nullish().describe("The visitor consents to messages by this channel"),
  subscription_type: master(SUBSCRIPTION_TYPES, "code")
    .default(GENERAL_TYPE)
    .describe("The visitor consents to these messages. Some types need a confirmation by mail"),
  honeypot_field: boxName().nullish().describe("A field that people cannot see; a submission that fills it in is spam"),
  minimum_seconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(0)
    .describe("A form that is submitted sooner after it was shown is spam"),
  rate_limit_per_minute: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(300)
    .describe("Requests per minute from all addresses together"),
  rate_limit_per_address: z.number().int().min(1).max(100_000).default(30).describe("Requests per minute from one address"),
  title: name(255).nullish().describe("Leave it empty for the name of the form"),
  introduction: text(2000).nullish().describe("Text above the questions"),
  questions: z
    .array(Question)
    .max(MAX_QUESTIONS)
    .nullish()
    .describe("Questions of the page, in this order; without any, the page asks for the fields of field_mapping"),
  language: language().nullish().describe("Leave it empty for the language of the visitor"),
  submit_label: name(100).nullish().describe("Leave it empty for “Send” in the language of the page"),
  thank_you_text: text(2000).nullish().describe("The visitor reads it after sending"),
  redirect_url: completeUrl(2000)
    .refine((value) => value.startsWith("https://"), "Must begin with https://")
    .meta({ examples: ["https://shop.example/thanks"] })
    .nullish()
    .describe("This page opens after sending, in place of the thank-you message"),
  assigns_by_rule: z
    .boolean()
    .nullish()
    .describe("Assignment rules give the leads to users. The owner gets the leads that fit no rule"),
  is_consent_required: z.boolean().nullish().describe("Visitors cannot send the form without consent"),
  confirms_by_mail: z.boolean().nullish().describe("The consent counts once the visitor has opened the link in a mail"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  consent_channel: z.string().nullable().describe("Code of the channel"),
  key: z.string().describe("Identifies the form in its public URLs; every visitor of the page can see it"),
  key_rotated_at: outputInstant().nullable(),
});

export type FormRecord = z.output<typeof Stored> & BaseRecord;

export const Forms = new Collection<FormRecord>({
  kind: FORM,
  schema: Stored,
  personalData: { purpose: "Let visitors of the tenant's pages send their data.", recipients: ["public"] },
  row: ["name", "kind", "is_active", "makes_lead", "key", "campaign_id"],
  links: { below: ["statistics"], more: { public: "/public/forms/{key}" } },
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("kind") },
  filters: { is_active: { index: "by_status", field: "is_active" }, kind: { index: "by_class", field: "kind" } },
  missingValues: { subscription_type: GENERAL_TYPE },
  // Forms of this shape have none of these fields.
  migrations: [(stored) => stored],
  searchWords: (form) => textSearchWords(form.name),
});
