import { SFNClient } from "@aws-sdk/client-sfn";
import type { Flows } from "@crm/core/kernel/ports.ts";
import { readVariable } from "../environment.ts";
import { stepFunctions } from "../flows.ts";
import { TIMEOUTS } from "../timeouts.ts";

export const flows = (): Flows => stepFunctions(new SFNClient({ requestHandler: TIMEOUTS }), readVariable("CRM_FLOWS"));
