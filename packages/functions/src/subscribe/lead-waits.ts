import { Waiting } from "@crm/core/lead/waiting.ts";
import { onClock } from "./clock.ts";

export const handle = onClock("lead-waits", Waiting.askAgain);
