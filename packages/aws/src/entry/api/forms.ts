import { forms } from "@crm/functions/api/form.ts";
import { serve } from "../../request.ts";

export const handler = serve(forms);
