import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const QUOTE = kind("quote", "quo", {
  path: "/quotes",
  load: () => import("./quote.entity.ts"),
  display: { menu: "agreements", icon: "file-text", title: "{quote_number}" },
});

/** A line is stored inside its quote. It keeps its id in later versions. */
export const QUOTE_LINE = kind("quote_line", "qli");

export const PRICING_RULE = kind("pricing_rule", "prr", {
  path: "/quotes/pricing-rules",
  load: () => import("./pricing-rule.entity.ts"),
  display: { menu: "catalog", icon: "percent" },
});

/** The history of a pricing rule: one entry for each change. */
export const PRICING_RULE_REVISION = kind("pricing_rule_revision", "prv", {
  derived: true,
  load: () => import("./pricing-rule.entity.ts"),
});

export const QUOTE_TEMPLATE = kind("quote_template", "qtm", {
  path: "/quotes/templates",
  load: () => import("./template.entity.ts"),
  display: { menu: "settings", icon: "copy" },
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
