import { customFields } from "@crm/functions/api/custom-field.ts";
import { masters } from "@crm/functions/api/master.ts";
import { serve } from "../../request.ts";

export const handler = serve([...masters, ...customFields]);
