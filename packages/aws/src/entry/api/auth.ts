import { auth } from "@crm/functions/api/auth.ts";
import { serve } from "../../request.ts";

export const handler = serve(auth);
