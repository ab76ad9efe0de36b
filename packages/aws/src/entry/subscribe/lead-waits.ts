import { handle } from "@crm/functions/subscribe/lead-waits.ts";
import { recordPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(recordPorts, handle);
