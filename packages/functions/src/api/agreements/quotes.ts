import { SubmissionPreview } from "@crm/core/agreements/approval/submission-preview.ts";
import { Acceptance } from "@crm/core/agreements/quote/acceptance.ts";
import { QuoteApprovals } from "@crm/core/agreements/quote/approval.ts";
import { QuotePdf } from "@crm/core/agreements/quote/pdf.ts";
import { PricingRules } from "@crm/core/agreements/quote/pricing-rule.entity.ts";
import { PricingRule } from "@crm/core/agreements/quote/pricing-rule.ts";
import { Quotes } from "@crm/core/agreements/quote/quote.entity.ts";
import { pricingRuleGrants, QUOTE, quoteGrants, quoteTemplateGrants } from "@crm/core/agreements/quote/quote.kind.ts";
import { Quote } from "@crm/core/agreements/quote/quote.ts";
import { QuoteSending } from "@crm/core/agreements/quote/sending.ts";
import { QuoteSigning } from "@crm/core/agreements/quote/signing.ts";
import { QuoteTemplates } from "@crm/core/agreements/quote/template.entity.ts";
import { QuoteTemplate } from "@crm/core/agreements/quote/template.ts";
import { QuoteVersions } from "@crm/core/agreements/quote/versions.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildRevisionOperation } from "../shared/revision-operation.ts";
import { buildAnswerOperations, buildVersionOperations } from "./offer-operations.ts";
import { signatureRequestLinks, signatureRequestOutput } from "./signature-request-output.ts";

const tag = "Quotes";
const output = recordSchema("Quote", Quote.Info);
const line = Quote.Line.meta({ id: "QuoteLine" });
const writeOptions = { tag, access: quoteGrants.write } as const;
const links = linksFor(Quotes);
const offerDeclaration = {
  noun: "Quote",
  path: "/quotes",
  tag,
  read: quoteGrants.read,
  write: quoteGrants.write,
  output,
  links,
} as const;
const record = { ...writeOptions, output, kind: "record", links } as const;

const lines = [
  operation({
    name: "listQuoteLines",
    method: "GET",
    path: "/quotes/{id}/line-items",
    tag,
    access: quoteGrants.read,
    summary: "List the lines of a quote",
    verb: Quote.listLines,
    output: z.array(line),
  }),
  operation({
    name: "addQuoteLine",
    method: "POST",
    path: "/quotes/{id}/line-items",
    summary: "Add a line to a quote",
    description: "Prices and totals are recalculated.",
    verb: Quote.addLine,
    status: 201,
    ...record,
  }),
  operation({
    name: "replaceQuoteLine",
    method: "PUT",
    path: "/quotes/{id}/line-items/{line_id}",
    summary: "Replace a line of a quote",
    description: "Omitted fields are cleared; the position does not change.",
    verb: Quote.replaceLine,
    output: line,
    ...writeOptions,
  }),
  operation({
    name: "removeQuoteLine",
    method: "DELETE",
    path: "/quotes/{id}/line-items/{line_id}",
    summary: "Remove a line from a quote",
    verb: Quote.removeLine,
    ...record,
  }),
  operation({
    name: "repriceQuote",
    method: "POST",
    path: "/quotes/{id}/reprice",
    summary: "Recalculate the prices of all lines",
    description: "Uses the present products, price books and pricing rules. Prices entered by hand do not change.",
    verb: Quote.reprice,
    ...record,
  }),
] as const;

/** Operations that take a quote from its draft to an agreement. */
const lifecycleOperations = [
  operation({
    name: "submitQuote",
    method: "POST",
    path: "/quotes/{id}/submit",
    summary: "Submit a quote for approval",
    description: "The quote is APPROVED at once if the rule `quote_approval` requires no approval, otherwise PENDING_APPROVAL.",
    verb: QuoteApprovals.submit,
    ...record,
  }),
  operation({
    name: "previewQuoteSubmission",
    method: "GET",
    path: "/quotes/{id}/submission-preview",
    summary: "Preview the submission of a quote",
    description: "Names the users who would be asked to approve the quote, and the reasons. Writes nothing.",
    verb: QuoteApprovals.preview,
    tag,
    access: quoteGrants.write,
    output: SubmissionPreview,
  }),
  ...buildAnswerOperations(
    offerDeclaration,
    { ...QuoteSending, ...Acceptance },
    {
      send: "Sends an approved quote by email with a private link. A repeat sends the same link.",
      accept: "Wins its opportunity with the net amount, creates the deal, and closes other quotes of the opportunity.",
    },
  ),
  operation({
    name: "requestQuoteSignature",
    method: "POST",
    path: "/quotes/{id}/request-signature",
    summary: "Request a signature of a quote",
    description:
      "Default signer: its contact. The quote is accepted after all have signed; the request also sends an approved quote.",
    verb: QuoteSigning.request,
    status: 201,
    ...writeOptions,
    output: signatureRequestOutput,
    kind: "record",
    links: signatureRequestLinks,
  }),
  operation({
    name: "convertQuote",
    method: "POST",
    path: "/quotes/{id}/convert",
    summary: "Convert an accepted quote",
    description:
      "Once for each target: to a contract or an order, created from the quote, or to a `reference`. An order that the reference names is linked. " +
      "The deal exists since the acceptance.",
    verb: fn(Acceptance.Convert, async (input) => (await import("@crm/core/commerce/order/conversion.ts")).convertQuote(input)),
    ...record,
  }),
  ...buildVersionOperations(offerDeclaration, QuoteVersions, toFileVerb(QuotePdf.render)),
] as const;

const pricingRuleOptions = { tag: "Pricing rules", access: pricingRuleGrants.read } as const;

const pricingRules = [
  ...crud({
    noun: "PricingRule",
    plural: "PricingRules",
    tag: "Pricing rules",
    path: "/quotes/pricing-rules",
    read: pricingRuleGrants.read,
    write: pricingRuleGrants.write,
    remove: pricingRuleGrants.write,
    domain: PricingRule,
    output: recordSchema("PricingRule", PricingRule.Info),
    row: recordSchema("PricingRuleRow", PricingRule.Row),
    links: linksFor(PricingRules),
  }),
  operation({
    name: "previewPrices",
    method: "POST",
    path: "/quotes/pricing-rules/preview",
    summary: "Preview the prices of products in a quote, with explanations",
    description: "`rule` is evaluated as if it were active. Nothing is stored.",
    verb: PricingRule.preview,
    output: PricingRule.Preview,
    onlyReads: true,
    keyed: false,
    ...pricingRuleOptions,
  }),
  buildRevisionOperation("PricingRule", PricingRule, {
    path: "/quotes/pricing-rules",
    links: linksFrom({
      self: "/quotes/pricing-rules/{pricing_rule_id}/revisions",
      pricing_rule: "/quotes/pricing-rules/{pricing_rule_id}",
    }),
    ...pricingRuleOptions,
  }),
] as const;

const templateOptions = { tag: "Quote templates", access: quoteTemplateGrants.read } as const;

const templates = [
  ...crud({
    noun: "QuoteTemplate",
    plural: "QuoteTemplates",
    tag: "Quote templates",
    path: "/quotes/templates",
    read: quoteTemplateGrants.read,
    write: quoteTemplateGrants.write,
    remove: quoteTemplateGrants.write,
    domain: QuoteTemplate,
    output: recordSchema("QuoteTemplate", QuoteTemplate.Info),
    row: recordSchema("QuoteTemplateRow", QuoteTemplate.Row),
    links: linksFor(QuoteTemplates),
  }),
  operation({
    name: "previewQuoteTemplate",
    method: "POST",
    path: "/quotes/templates/{id}/preview",
    summary: "Preview a quote of a template",
    description: "Nothing is stored.",
    dialog: {
      done: "A quote of {record} would have these amounts.",
      answer: {
        ...{ subtotal: "Subtotal", discount_amount: "Discount", net_amount: "Net amount" },
        ...{ tax_amount: "Tax", total_amount: "Total" },
      },
    },
    verb: QuoteTemplate.preview,
    output: QuoteTemplate.Preview,
    onlyReads: true,
    keyed: false,
    ...templateOptions,
  }),
  buildRevisionOperation("QuoteTemplate", QuoteTemplate, {
    path: "/quotes/templates",
    links: linksFrom({
      self: "/quotes/templates/{quote_template_id}/revisions",
      template: "/quotes/templates/{quote_template_id}",
    }),
    ...templateOptions,
  }),
] as const;

const operations = [
  ...buildFollowOperations("Quote", QUOTE),
  ...crud({
    noun: "Quote",
    plural: "Quotes",
    tag,
    path: "/quotes",
    read: quoteGrants.read,
    write: quoteGrants.write,
    remove: quoteGrants.delete,
    domain: Quote,
    output,
    row: recordSchema("QuoteRow", Quote.Row),
    links: linksFor(Quotes),
  }),
  ...lines,
  ...lifecycleOperations,
  ...pricingRules,
  ...templates,
  buildExportOperation("exportQuotes", "quotes", tag, quoteGrants.read, Quote.listDefinition),
  ...buildActivityOperations("Quote", "/quotes", createRecordActivities(Quotes)),
] as const;

export const quotes = defineApiFunction(operations, {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "domains",
    "fonts",
    "sms_sender",
    "objects:documents:put",
    "objects:documents:get",
    "objects:attachments:get",
  ],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});
