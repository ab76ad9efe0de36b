import type { Keys } from "@crm/core/kernel/ports.ts";
import type { Client } from "../client.ts";
import { environment } from "../environment.ts";
import { kmsKeys } from "../keys.ts";
import { ofTenant } from "../tenant.ts";

/** The master key under credentials of one tenant: for requests, of which most neither seal nor open anything. */
export function tenantSeal(): Keys {
  let made: Promise<() => Promise<Client>> | undefined;
  const client = async (): Promise<Client> => {
    made ??= import("../kms.ts").then(({ kms }) => ofTenant((credentials) => kms(credentials)));
    return (await made)();
  };
  return kmsKeys({ send: async (command) => (await client()).send(command) }, environment("CRM_KEY"));
}
