import { masters } from "@crm/functions/api/master.ts";
import { serve } from "../../request.ts";

export const handler = serve(masters);
