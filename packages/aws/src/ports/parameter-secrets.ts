import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import { listVariable, readVariable } from "../environment.ts";
import type { EdgeSecret } from "../key-parameters.ts";
import { type ParameterSecrets, parameterSecrets } from "../secrets.ts";
import { createSsmClient } from "../ssm.ts";

let opened: ParameterSecrets | undefined;

/** Returns the secrets of the process. The keys and the edge share them, so that a cold start takes one call for both. */
export function openParameterSecrets(): ParameterSecrets {
  opened ??= parameterSecrets({
    client: createSsmClient(),
    stage: readVariable("CRM_STAGE"),
    groups: listVariable("CRM_KEY_GROUPS") as KeyGroup[],
    edge: listVariable("CRM_EDGE") as EdgeSecret[],
  });
  return opened;
}
