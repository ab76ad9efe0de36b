import { users } from "@crm/functions/api/user.ts";
import { serve } from "../../request.ts";

export const handler = serve(users);
