import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { PricingRuleRecord, RevisionRecord } from "./pricing-rule.entity.ts";

export const pricingRule: PersonalData<PricingRuleRecord> = {
  purpose: "Compute discounts by rules.",
  subject: aboutPerson(reach("customer_ids[]", CUSTOMER)),
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    priority: "none",
    stacks: "none",
    effect: "none",
    percent: "none",
    amount: "none",
    currency: "none",
    min_quantity: "none",
    valid_from: "none",
    valid_to: "none",
    customer_ids: "reference",
    customer_type_ids: "none",
    tiers: "none",
    customer_tags: "none",
    product_ids: "none",
    category_ids: "none",
    together_with: "none",
    revision: "none",
    revised_at: "none",
  },
};

export const pricingRuleRevision: PersonalData<RevisionRecord> = {
  purpose: "Explain prices by the rules that applied.",
  subject: aboutPerson(reach("customer_ids[]", CUSTOMER)),
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    priority: "none",
    stacks: "none",
    effect: "none",
    percent: "none",
    amount: "none",
    currency: "none",
    min_quantity: "none",
    valid_from: "none",
    valid_to: "none",
    customer_ids: "reference",
    customer_type_ids: "none",
    tiers: "none",
    customer_tags: "none",
    product_ids: "none",
    category_ids: "none",
    together_with: "none",
    revision: "none",
    pricing_rule_id: "none",
  },
};
