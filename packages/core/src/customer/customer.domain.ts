import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { CHURN_REASONS, CUSTOMER_STATUSES, CUSTOMER_TYPES } from "./customer.masters.ts";

export const CUSTOMER = kind("customer", "cus", {
  path: "/customers",
  followed: true,
  load: () => import("./customer.entity.ts"),
  shown: { icon: "building-2" },
});

export const customerGrants = grants(
  "customer",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    delete: leaders,
    assign: leaders,
  },
  { asked: ["assign"] },
);

export const customer = domain({
  name: "customer",
  kinds: [CUSTOMER],
  grants: [customerGrants],
  masters: [CUSTOMER_TYPES, CUSTOMER_STATUSES, CHURN_REASONS],
  imports: { customers: async () => (await import("./customer.import.ts")).customers },
  exports: { customers: async () => (await import("./customer.export.ts")).customers },
  rules: {
    customer_assignment: async () => (await import("./assignment.ts")).assignmentRule,
    customer_lifecycle: async () => (await import("./standing.ts")).lifecycleRule,
  },
  listens: {
    "customer-levels": {
      events: ["customer.moved"],
      table: [{ actions: ["GetItem", "PutItem"] }, { actions: ["Query"], on: ["by_related"] }],
      load: async () => (await import("./tree.ts")).follow,
    },
  },
  follows: {
    opportunity: async () => (await import("./figures.ts")).follow,
    lead: async () => (await import("./lead-status.ts")).followLeads,
    potential: async () => (await import("./lead-status.ts")).followPotentials,
    person: async () => (await import("./lead-status.ts")).followPersons,
    customer: async () => (await import("./lead-status.ts")).followCustomers,
  },
  bulk: {
    customer: {
      write: customerGrants.write,
      remove: customerGrants.delete,
      load: async () => (await import("./customer.ts")).Customer,
    },
  },
  takes: { custom_fields: [CUSTOMER], activities: [CUSTOMER], notes: [CUSTOMER], attachments: [CUSTOMER] },
});
