import { publics } from "@crm/functions/api/public.ts";
import { serve } from "../../request.ts";

export const handler = serve(publics);
