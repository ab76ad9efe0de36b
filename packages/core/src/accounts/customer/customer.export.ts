import { declareExport } from "../../platform/export/exportable.ts";
import { customerGrants } from "./customer.kind.ts";
import { Customer } from "./customer.ts";

export const customers = declareExport(Customer.listDefinition, { entity: "customers", read: customerGrants.read });
