import { run } from "@crm/functions/schedule/rotate-signing-key.ts";
import { keyPorts } from "../../ports.ts";
import { onSchedule } from "../../work.ts";

export const handler = onSchedule(keyPorts, run);
