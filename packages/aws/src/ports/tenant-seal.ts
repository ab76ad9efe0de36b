import type { Keys } from "@crm/core/kernel/ports.ts";
import type { Client } from "../client.ts";
import { readVariable } from "../environment.ts";
import { kmsKeys } from "../keys.ts";
import { tenantClients } from "../tenant-client.ts";
import { SESSION_MARGIN_MS } from "../timeouts.ts";

/**
 * The master key with credentials of one tenant, for requests. KMS is loaded on demand, because most requests neither seal nor
 * open a value.
 */
export function tenantSeal(): Keys {
  let clientFactory: Promise<() => Promise<Client>> | undefined;
  const client = async (): Promise<Client> => {
    clientFactory ??= import("../kms.ts").then(({ createKmsClient }) =>
      tenantClients(({ credentials }) => createKmsClient(credentials), { marginMs: SESSION_MARGIN_MS }),
    );
    return (await clientFactory)();
  };
  return kmsKeys({ send: async (command) => (await client()).send(command) }, readVariable("CRM_KEY"));
}
