import { uploads } from "@crm/functions/api/upload.ts";
import { filingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve(uploads, filingPorts);
