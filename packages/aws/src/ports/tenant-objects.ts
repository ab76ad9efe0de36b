import type { Objects } from "@crm/core/kernel/ports.ts";
import { lazyObjects } from "../lazy-objects.ts";
import { tenantClients } from "../tenant-client.ts";

/** The bucket under credentials of one tenant: for requests. Read when the first file is asked for, as most have none. */
export function tenantObjects(): Objects {
  let made: Promise<() => Promise<Objects>> | undefined;
  return lazyObjects(async () => {
    made ??= import("../files-bucket.ts").then(({ openFilesBucket: bucketOfFiles }) => tenantClients(bucketOfFiles));
    return (await made)();
  });
}
