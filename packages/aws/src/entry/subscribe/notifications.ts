import { handle } from "@crm/functions/subscribe/notifications.ts";
import { notificationPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(notificationPorts, handle);
