import { query, queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/** Lists all tenants, oldest first. Needs the keyspace `tenants`. */
export const listTenants = async (): Promise<string[]> =>
  (await queryAll(systemKey("tenants", "all"))).map(({ sk }) => String(sk));

/** Lists the oldest tenants. Needs the keyspace `tenants`. */
export async function listFirstTenants(count: number): Promise<string[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :all",
    ExpressionAttributeValues: { ":all": systemKey("tenants", "all") },
    Limit: count,
  });
  return Items.map(({ sk }) => String(sk));
}
