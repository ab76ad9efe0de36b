import { handle } from "@crm/functions/subscribe/absences.ts";
import { recordPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(recordPorts, handle);
