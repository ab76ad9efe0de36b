import { declared } from "../jobs/export/exportable.ts";
import { customerGrants } from "./customer.domain.ts";
import { Customer } from "./customer.ts";

export const customers = declared(Customer.listed, { entity: "customers", read: customerGrants.read });
