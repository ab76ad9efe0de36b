import type { Secrets } from "@crm/core/kernel/ports.ts";
import { openParameterSecrets } from "./parameter-secrets.ts";

export const secrets = (): Secrets => openParameterSecrets().secrets;
