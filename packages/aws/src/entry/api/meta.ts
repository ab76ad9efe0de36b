import { meta } from "@crm/functions/api/meta.ts";
import { serve } from "../../request.ts";

export const handler = serve(meta);
