import { leads } from "@crm/functions/api/lead.ts";
import { serve } from "../../request.ts";

export const handler = serve(leads);
