import { opportunities } from "@crm/functions/api/opportunity.ts";
import { serve } from "../../request.ts";

export const handler = serve(opportunities);
