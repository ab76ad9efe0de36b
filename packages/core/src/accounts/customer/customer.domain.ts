import { domain } from "../../kernel/domain.ts";
import { CUSTOMER, customerGrants } from "./customer.kind.ts";
import { CHURN_REASONS, CUSTOMER_STATUSES, CUSTOMER_TYPES } from "./customer.masters.ts";

export const customer = domain({
  name: "customer",
  kinds: [CUSTOMER],
  layouts: { customer: async () => (await import("./customer.layout.ts")).customer },
  grants: [customerGrants],
  masters: [CUSTOMER_TYPES, CUSTOMER_STATUSES, CHURN_REASONS],
  imports: { customers: async () => (await import("./customer.import.ts")).customers },
  exports: { customers: { read: customerGrants.read, load: async () => (await import("./customer.ts")).listDefinition } },
  rules: {
    customer_assignment: async () => (await import("./assignment.ts")).assignmentRule,
    customer_lifecycle: async () => (await import("./lifecycle.ts")).lifecycleRule,
    customer_rank: async () => (await import("./rank.ts")).rankRule,
  },
  subscribers: {
    "customer-levels": {
      basis: "release",
      events: ["customer.moved"],
      table: [{ actions: ["GetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related"] }],
      load: async () => (await import("./tree.ts")).onCustomerMoved,
    },
  },
  changeHandlers: {
    opportunity: async () => (await import("./figures.ts")).onSaleChanges,
    order: async () => (await import("./figures.ts")).onSaleChanges,
    lead: async () => (await import("./lead-status.ts")).onLeadChanges,
    potential: async () => (await import("./lead-status.ts")).onPotentialChanges,
    person: async () => (await import("./lead-status.ts")).onPersonChanges,
    customer: async () => (await import("./lead-status.ts")).onCustomerChanges,
  },
  bulk: {
    customer: {
      write: customerGrants.write,
      remove: customerGrants.delete,
      load: async () => (await import("./customer.ts")).Customer,
      decides: { territory: async () => (await import("./territory.ts")).decideTerritory },
    },
  },
  features: {
    custom_fields: [CUSTOMER],
    activities: [CUSTOMER],
    notes: [CUSTOMER],
    comments: [CUSTOMER],
    attachments: [CUSTOMER],
    tags: [CUSTOMER],
  },
});
