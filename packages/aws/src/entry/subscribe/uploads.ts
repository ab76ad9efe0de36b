import { handle } from "@crm/functions/subscribe/uploads.ts";
import { exportPorts } from "../../filing.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(exportPorts, handle);
