import { handle } from "@crm/functions/subscribe/scoring.ts";
import { openingPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(openingPorts, handle);
