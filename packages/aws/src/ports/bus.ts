import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Bus } from "@crm/core/kernel/ports.ts";
import { eventBridgeBus } from "../bus.ts";
import { readVariable } from "../environment.ts";
import { TIMEOUTS } from "../timeouts.ts";

export const bus = (): Bus => eventBridgeBus(new EventBridgeClient({ requestHandler: TIMEOUTS }), readVariable("CRM_BUS"));
