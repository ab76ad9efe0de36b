import { handle } from "@crm/functions/subscribe/conversion.ts";
import { recordPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(recordPorts, handle);
