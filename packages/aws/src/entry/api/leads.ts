import { leads } from "@crm/functions/api/lead.ts";
import { filingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve(leads, filingPorts);
