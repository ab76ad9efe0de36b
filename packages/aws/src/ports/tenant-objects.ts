import type { Objects } from "@crm/core/kernel/ports.ts";
import { parseObjectKey } from "@crm/core/storage/table/object-key.ts";
import { COLUMN_ACCESS } from "../access.ts";
import { readVariable } from "../environment.ts";
import { lazyObjects } from "../lazy-objects.ts";
import { tenantClients } from "../tenant-client.ts";
import { SESSION_MARGIN_MS } from "../timeouts.ts";

/** A link that is signed late in a session is valid for at least half an hour. */
const LINK_MARGIN_MS = 30 * 60 * 1000;

/** Columns are read by the role with which the function reads the records that are in them. */
const readColumnRole = (): string => (JSON.parse(readVariable("CRM_ROLES")) as Record<string, string>)[COLUMN_ACCESS] ?? "";

/**
 * The bucket with credentials of one tenant, for requests. Its module is loaded at the first use of a file, because most requests
 * use none.
 */
export function tenantObjects(): Objects {
  const files = openLazily({ marginMs: LINK_MARGIN_MS });
  const columns = openLazily({ marginMs: SESSION_MARGIN_MS, readRole: readColumnRole });
  return { ...files, open: (key) => (parseObjectKey(key).kind === "columns" ? columns : files).open(key) };
}

function openLazily(options: Parameters<typeof tenantClients>[1]): Objects {
  let objectsFactory: Promise<() => Promise<Objects>> | undefined;
  return lazyObjects(async () => {
    objectsFactory ??= import("../files-bucket.ts").then(({ openFilesBucket }) =>
      tenantClients(({ credentials, expiresAt }) => openFilesBucket(credentials, expiresAt), options),
    );
    return (await objectsFactory)();
  });
}
