import type { Keys } from "@crm/core/kernel/ports.ts";
import type { Client } from "../client.ts";
import { readVariable } from "../environment.ts";
import { kmsKeys } from "../keys.ts";

export function seal(): Keys {
  let clientPromise: Promise<Client> | undefined;
  const client = (): Promise<Client> => {
    clientPromise ??= import("../kms.ts").then(({ createKmsClient }) => createKmsClient());
    return clientPromise;
  };
  return kmsKeys({ send: async (command) => (await client()).send(command) }, readVariable("CRM_KEY"));
}
