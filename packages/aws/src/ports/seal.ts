import { KMSClient } from "@aws-sdk/client-kms";
import type { Keys } from "@crm/core/kernel/ports.ts";
import { environment } from "../environment.ts";
import { kmsKeys } from "../keys.ts";
import { TIMEOUTS } from "../timeouts.ts";

export const seal = (): Keys => kmsKeys(new KMSClient({ requestHandler: TIMEOUTS }), environment("CRM_KEY"));
