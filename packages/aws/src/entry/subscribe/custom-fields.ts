import { handle } from "@crm/functions/subscribe/custom-fields.ts";
import { recordPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(recordPorts, handle);
