import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const QUOTE = kind("quote", "quo", {
  path: "/quotes",
  load: () => import("./quote.entity.ts"),
  display: { icon: "file-text", board: "status", title: "{quote_number}" },
});

/** A line is stored inside its quote. It keeps its id in later versions. */
export const QUOTE_LINE = kind("quote_line", "qli");

export const PRICING_RULE = kind("pricing_rule", "prr", {
  path: "/quotes/pricing-rules",
  load: () => import("./pricing-rule.entity.ts"),
  display: { icon: "percent" },
});

/** The history of a pricing rule: one entry for each change. */
export const PRICING_RULE_REVISION = kind("pricing_rule_revision", "prv", {
  derived: true,
  load: () => import("./pricing-rule.entity.ts"),
});

export const QUOTE_TEMPLATE = kind("quote_template", "qtm", {
  path: "/quotes/templates",
  load: () => import("./template.entity.ts"),
  display: { icon: "copy" },
});

export const QUOTE_TEMPLATE_REVISION = kind("quote_template_revision", "qtr", {
  derived: true,
  load: () => import("./template.entity.ts"),
});

export const quoteGrants = declarePermissions(
  "quote",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);

/** Every user reads pricing rules and templates, because every quote can use them. */
export const pricingRuleGrants = declarePermissions("pricing_rule", { read: everyone, write: leaders });
export const quoteTemplateGrants = declarePermissions("quote_template", { read: everyone, write: leaders });

export const quote = domain({
  name: "quote",
  kinds: [QUOTE, QUOTE_LINE, PRICING_RULE, PRICING_RULE_REVISION, QUOTE_TEMPLATE, QUOTE_TEMPLATE_REVISION],
  grants: [quoteGrants, pricingRuleGrants, quoteTemplateGrants],
  rules: { quote_approval: async () => (await import("./approval.rule-kind.ts")).QuoteApproval },
  exports: { quotes: async () => (await import("./quote.export.ts")).quotes },
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
  features: { custom_fields: [QUOTE], activities: [QUOTE], notes: [QUOTE], attachments: [QUOTE] },
  subscribers: {
    "quote-expiry": {
      events: ["quote.expiry_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./expiry.ts")).onExpiry,
    },
    "quote-approvals": {
      events: ["quote.approval_over", "quote.assigned", "quote.deleted"],
      uses: ["domains", "flows:answer"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related", "by_time"] }],
      load: async () => (await import("../approval/subject.listener.ts")).onSubjectChanged,
    },
    "quote-signatures": {
      events: ["quote.assigned", "quote.deleted", "quote.accepted", "quote.rejected", "quote.expired"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("../signature/subject.listener.ts")).onSubjectChanged,
    },
    "quote-siblings": {
      events: ["quote.accepted"],
      table: [{ actions: ["GetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_class"] }],
      load: async () => (await import("./siblings.ts")).onAccepted,
    },
  },
});
