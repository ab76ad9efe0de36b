import { run } from "@crm/functions/schedule/recount.ts";
import { recordPorts } from "../../ports.ts";
import { onSchedule } from "../../work.ts";

export const handler = onSchedule(recordPorts, run);
