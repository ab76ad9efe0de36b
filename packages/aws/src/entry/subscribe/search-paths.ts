import { handle } from "@crm/functions/subscribe/search-paths.ts";
import { recordPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(recordPorts, handle);
