import { exports } from "@crm/functions/api/export.ts";
import { filingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve(exports, filingPorts);
