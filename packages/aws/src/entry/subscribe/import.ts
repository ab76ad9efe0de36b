import { handle } from "@crm/functions/subscribe/import.ts";
import { importPorts } from "../../filing.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(importPorts, handle);
