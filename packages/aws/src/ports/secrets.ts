import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import { readVariable } from "../environment.ts";
import { parameterSecrets } from "../secrets.ts";
import { createSsmClient } from "../ssm.ts";

export const secrets = (): Secrets =>
  parameterSecrets({
    client: createSsmClient(),
    stage: readVariable("CRM_STAGE"),
    groups: readVariable("CRM_KEY_GROUPS").split(" ") as KeyGroup[],
  });
