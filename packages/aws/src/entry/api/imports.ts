import { imports } from "@crm/functions/api/import.ts";
import { filingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve(imports, filingPorts);
