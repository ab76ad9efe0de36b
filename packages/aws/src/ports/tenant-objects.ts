import type { Objects } from "@crm/core/kernel/ports.ts";
import { forwarded } from "../forwarded.ts";
import { ofTenant } from "../tenant.ts";

/** The bucket under credentials of one tenant: for requests. Read when the first file is asked for, as most have none. */
export function tenantObjects(): Objects {
  let made: Promise<() => Promise<Objects>> | undefined;
  return forwarded(async () => {
    made ??= import("../s3.ts").then(({ bucketOfFiles }) => ofTenant(bucketOfFiles));
    return (await made)();
  });
}
