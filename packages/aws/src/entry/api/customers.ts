import { contacts } from "@crm/functions/api/contact.ts";
import { customers } from "@crm/functions/api/customer.ts";
import { customerSales } from "@crm/functions/api/sales-views.ts";
import { serve } from "../../request.ts";

export const handler = serve([...customers, ...contacts, ...customerSales]);
