import { searchPaths } from "@crm/functions/api/search-path.ts";
import { serve } from "../../request.ts";

export const handler = serve(searchPaths);
