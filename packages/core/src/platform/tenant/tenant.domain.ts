import { domain } from "../../kernel/domain.ts";
import { TENANT, tenantGrants } from "./tenant.kind.ts";

export const tenant = domain({
  name: "tenant",
  kinds: [TENANT],
  grants: [tenantGrants],
  authorities: {
    brand: { rights: "visitor", basis: "release" },
  },
});
