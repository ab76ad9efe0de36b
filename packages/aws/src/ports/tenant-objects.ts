import type { Objects } from "@crm/core/kernel/ports.ts";
import { lazyObjects } from "../lazy-objects.ts";
import { tenantClients } from "../tenant-client.ts";

/** A link that is signed late in a session is valid for at least half an hour. */
const LINK_MARGIN_MS = 30 * 60 * 1000;

/**
 * The bucket with credentials of one tenant, for requests. Its module is loaded at the first use of a file, because most requests
 * use none.
 */
export function tenantObjects(): Objects {
  let objectsFactory: Promise<() => Promise<Objects>> | undefined;
  return lazyObjects(async () => {
    objectsFactory ??= import("../files-bucket.ts").then(({ openFilesBucket }) =>
      tenantClients(({ credentials, expiresAt }) => openFilesBucket(credentials, expiresAt), { marginMs: LINK_MARGIN_MS }),
    );
    return (await objectsFactory)();
  });
}
