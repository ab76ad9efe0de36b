import { Records } from "../../storage/write/records.ts";
import { Leads } from "./lead.entity.ts";

/** Returns the id of the customer that a lead became, or undefined if the lead does not exist or is not converted. */
export const findConvertedCustomerId = async (leadId: string): Promise<string | undefined> =>
  (await Records.load(Leads, leadId))?.converted_customer_id ?? undefined;
