import { Customer } from "@crm/core/customer/customer.ts";
import { recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { customerLinks } from "./links.ts";

export const customers = [
  ...crud({
    noun: "Customer",
    plural: "Customers",
    tag: "Customers",
    path: "/customers",
    read: "customer:read",
    write: "customer:write",
    remove: "customer:delete",
    domain: Customer,
    output: recordOf("Customer", Customer.Info),
    row: recordOf("CustomerRow", Customer.Row),
    links: customerLinks,
  }),
];
