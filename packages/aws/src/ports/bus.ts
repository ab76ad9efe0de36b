import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Bus } from "@crm/core/kernel/ports.ts";
import { eventBridgeBus } from "../bus.ts";
import { environment } from "../environment.ts";
import { TIMEOUTS } from "../timeouts.ts";

export const bus = (): Bus => eventBridgeBus(new EventBridgeClient({ requestHandler: TIMEOUTS }), environment("CRM_BUS"));
