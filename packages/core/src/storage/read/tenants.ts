import { queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/** Every tenant, in the order of age: within the keyspace `tenants`. */
export const listTenants = async (): Promise<string[]> =>
  (await queryAll(systemKey("tenants", "all"))).map(({ sk }) => String(sk));
