import { handle } from "@crm/functions/subscribe/rules.ts";
import { openingPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(openingPorts, handle);
