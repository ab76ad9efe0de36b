import { domain } from "../../kernel/domain.ts";
import {
  PRICING_RULE,
  PRICING_RULE_REVISION,
  pricingRuleGrants,
  QUOTE,
  QUOTE_LINE,
  QUOTE_TEMPLATE,
  QUOTE_TEMPLATE_REVISION,
  quoteGrants,
  quoteTemplateGrants,
} from "./quote.kind.ts";

export const quote = domain({
  name: "quote",
  kinds: [QUOTE, QUOTE_LINE, PRICING_RULE, PRICING_RULE_REVISION, QUOTE_TEMPLATE, QUOTE_TEMPLATE_REVISION],
  layouts: { quote: async () => (await import("./quote.layout.ts")).quote },
  grants: [quoteGrants, pricingRuleGrants, quoteTemplateGrants],
  rules: { quote_approval: async () => (await import("./approval-comparison.ts")).quoteApproval },
  exports: { quotes: { read: quoteGrants.read, load: async () => (await import("./quote.ts")).listDefinition } },
  bulk: {
    quote: { write: quoteGrants.write, remove: quoteGrants.delete, load: async () => (await import("./quote.ts")).Quote },
    pricing_rule: {
      write: pricingRuleGrants.write,
      remove: pricingRuleGrants.write,
      load: async () => (await import("./pricing-rule.ts")).PricingRule,
    },
    quote_template: {
      write: quoteTemplateGrants.write,
      remove: quoteTemplateGrants.write,
      load: async () => (await import("./template.ts")).QuoteTemplate,
    },
  },
  approvables: { quote: async () => (await import("./approval.ts")).approvable },
  shareables: { quote: async () => (await import("./offerable.ts")).quoteOfferable },
  signables: { quote: async () => (await import("./signing.ts")).quoteSignable },
  features: {
    custom_fields: [QUOTE],
    activities: [QUOTE],
    notes: [QUOTE],
    comments: [QUOTE],
    attachments: [QUOTE],
    tags: [QUOTE],
  },
  subscribers: {
    "quote-expiry": {
      basis: "release",
      events: ["quote.expiry_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./expiry.ts")).onExpiry,
    },
    "quote-approvals": {
      basis: "release",
      events: ["quote.approval_over", "quote.assigned", "quote.deleted"],
      uses: ["domains", "flows:answer"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related", "by_time"] }],
      load: async () => (await import("../approval/subject.listener.ts")).onSubjectChanged,
    },
    "quote-signatures": {
      basis: "release",
      events: ["quote.assigned", "quote.deleted", "quote.accepted", "quote.rejected", "quote.expired"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("../signature/subject.listener.ts")).onSubjectChanged,
    },
    "quote-siblings": {
      basis: "release",
      events: ["quote.accepted"],
      table: [{ actions: ["GetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_class"] }],
      load: async () => (await import("./siblings.ts")).onAccepted,
    },
  },
});
