import { PASSWORD, type Tenant } from "../../support/app.ts";

let userCount = 0;

/** What a user of the tenant is made of, with an email that nobody has yet. */
export const userInput = ({ slug }: Tenant, more: Record<string, unknown> = {}) =>
  ({
    email: `person${++userCount}@${slug}.example`,
    first_name: "Grace",
    last_name: "Hopper",
    role: "SALES_REP",
    password: PASSWORD,
    ...more,
  }) as { email: string; first_name: string; last_name: string; role: "SALES_REP" };
