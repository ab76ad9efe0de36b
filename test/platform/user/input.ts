import { PASSWORD, type Tenant } from "../../support/app.ts";

let userCount = 0;

/** The input of a user with a new email address. */
export const userInput = ({ slug }: Tenant, more: Record<string, unknown> = {}) =>
  ({
    email: `person${++userCount}@${slug}.example`,
    first_name: "Grace",
    last_name: "Hopper",
    role: "SALES_REP",
    password: PASSWORD,
    ...more,
  }) as { email: string; first_name: string; last_name: string; role: "SALES_REP" };
