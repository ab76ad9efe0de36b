import { assigning, type Giving, rehearsing } from "../assignment/assign-all.ts";
import { factsOf } from "../assignment/of-customer.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Records } from "../storage/write/records.ts";
import { customers } from "./assignment.kind.ts";
import { CUSTOMER } from "./customer.domain.ts";
import { Customers } from "./customer.entity.ts";
import { Customer } from "./customer.ts";

/** Giving many customers to users at once. */

const giving: Giving = {
  kind: CUSTOMER,
  by: customers,
  async facts(ids) {
    const known = (await Records.loadMany(Customers, ids, { live: true })).filter((customer) => customer !== undefined);
    return Promise.all(known.map(async (each) => ({ id: each.id, title: each.name, facts: await factsOf(each) })));
  },
  newest: (most) => keysBehind(Customers, Customers.whole("live"), { order: "desc", after: undefined, most }),
  read: Customer.read,
  give: (id, owner_id) => Customer.update({ id, owner_id }),
};

export const assignAll = assigning("customer_ids", giving);

/** The kind of rule, with what it does on customers. */
export const assignmentRule = rehearsing(giving);
