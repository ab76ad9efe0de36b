import { run } from "@crm/functions/schedule/due.ts";
import { duePorts } from "../../filing.ts";
import { onSchedule } from "../../work.ts";

export const handler = onSchedule(duePorts, run);
