import { queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/** Lists all tenants, oldest first. Needs the keyspace `tenants`. */
export const listTenants = async (): Promise<string[]> =>
  (await queryAll(systemKey("tenants", "all"))).map(({ sk }) => String(sk));
