import { notifications } from "@crm/functions/api/notification.ts";
import { serve } from "../../request.ts";

export const handler = serve(notifications);
