import { audit } from "@crm/functions/api/audit.ts";
import { serve } from "../../request.ts";

export const handler = serve(audit);
