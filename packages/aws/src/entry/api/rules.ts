import { rules } from "@crm/functions/api/rule.ts";
import { serve } from "../../request.ts";

export const handler = serve(rules);
