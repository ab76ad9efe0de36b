import { run } from "@crm/functions/schedule/due.ts";
import { streamPorts } from "../../ports.ts";
import { onSchedule } from "../../work.ts";

export const handler = onSchedule(streamPorts, run);
