import { SUBSCRIPTION_TYPES } from "@crm/core/people/suppression/subscription-type.masters.ts";
import { masterGrants } from "@crm/core/platform/master-data/master-data.kind.ts";
import { buildMasterDataOperations, buildMasterValueOperations } from "../shared/master-data-operations.ts";

const declaration = {
  kind: SUBSCRIPTION_TYPES,
  noun: "SubscriptionType",
  plural: "SubscriptionTypes",
  path: "/subscription-types",
  tag: "Suppressions",
  read: masterGrants.read,
  write: masterGrants.manage,
} as const;

/** Operations on subscription types, in the `masters` function. */
export const subscriptionTypes = [...buildMasterDataOperations(declaration), ...buildMasterValueOperations(declaration)] as const;
