import { leads } from "@crm/functions/api/lead.ts";
import { sealingAndFilingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve(leads, sealingAndFilingPorts);
