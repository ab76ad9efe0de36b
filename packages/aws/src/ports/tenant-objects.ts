import type { Objects } from "@crm/core/kernel/ports.ts";
import { lazyObjects } from "../lazy-objects.ts";
import { tenantClients } from "../tenant-client.ts";

/**
 * The bucket with credentials of one tenant, for requests. Its module is loaded at the first use of a file, because most requests
 * use none.
 */
export function tenantObjects(): Objects {
  let objectsFactory: Promise<() => Promise<Objects>> | undefined;
  return lazyObjects(async () => {
    objectsFactory ??= import("../files-bucket.ts").then(({ openFilesBucket: bucketOfFiles }) => tenantClients(bucketOfFiles));
    return (await objectsFactory)();
  });
}
