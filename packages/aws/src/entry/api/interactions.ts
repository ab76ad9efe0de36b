import { interactions } from "@crm/functions/api/interaction.ts";
import { serve } from "../../request.ts";

export const handler = serve(interactions);
