import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import { readVariable } from "../environment.ts";
import { type KeyGroupSecrets, managedSecrets } from "../secrets.ts";
import { TIMEOUTS } from "../timeouts.ts";

export const secrets = (): Secrets =>
  managedSecrets(
    new SecretsManagerClient({ requestHandler: TIMEOUTS }),
    JSON.parse(readVariable("CRM_KEY_GROUPS")) as KeyGroupSecrets,
  );
