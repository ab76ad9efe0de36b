import { domain } from "../kernel/domain.ts";

/** Who is given customers and opportunities; leads have more to it, and say it themselves. */
export const assignment = domain({
  name: "assignment",
  kinds: [],
  rules: {
    customer_assignment: async () => (await import("../customer/assignment.ts")).assignmentRule,
    opportunity_assignment: async () => (await import("../opportunity/assignment.ts")).assignmentRule,
  },
});
