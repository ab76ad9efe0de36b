import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext, useTenant } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Limits } from "../../kernel/limits.ts";
import { roles } from "../../kernel/permission.ts";
import { IdInput, instant, name, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { readItem, tableName } from "../../storage/table/database.ts";
import { hashTexts, type Key, recordKey, systemKey, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { API_KEY } from "./auth.kind.ts";
import { CredentialCache } from "./credential-cache.ts";

/** Keys for machines: sent as a bearer token, with one role. The secret is shown once and kept as a hash. */
export const SECRET_PREFIX = "crm_";

const fields = { name: name(100), role: oneOf(roles), expires_at: instant({ day: "end" }).nullish() };

export const Info = z.object({
  name: z.string(),
  role: oneOf(roles),
  expires_at: instant().nullable(),
  hint: z.string().describe("Last characters of the secret, to distinguish keys"),
});

/** The only answer that contains the secret. */
export const CreatedKey = Info.extend({ key: z.string().describe("Shown only once") });

export type ApiKeyRecord = z.output<typeof Info> & BaseRecord;

const ApiKeys = new Collection<ApiKeyRecord>({
  kind: API_KEY,
  schema: Info,
  personalData: { purpose: "Let programs of the tenant call the interface." },
  row: ["name", "role", "expires_at", "hint"],
  indexes: { by_time: indexBy() },
});

/** Returns the names of API keys by id, including revoked ones; unknown ids are omitted. */
export async function loadApiKeyNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const keys = await Records.loadMany(ApiKeys, ids);
  return new Map(keys.flatMap((key) => (key ? [[key.id, key.name] as const] : [])));
}

/**
 * The item at `lookupKey` maps a secret's hash to its API key. The item at `hashKey` stores the hash beside the key, so that `revoke` finds the
 * lookup item.
 */
const lookupKey = (hash: string): Key => ({ pk: systemKey("api_key", hash), sk: "api_key" });
const hashKey = (id: string): Key => ({ ...recordKey(useTenant(), id), sk: "~secret" });
const hashSecret = (secret: string): string => hashTexts("api_key", secret);

export const create = fn(z.strictObject(fields), async ({ name: label, role, expires_at = null }) => {
  if (expires_at !== null && expires_at <= Clock.now()) throw invalid("expires_at", "Must be in the future");
  const secret = SECRET_PREFIX + randomBytes(32).toString("base64url");
  const hash = hashSecret(secret);
  const key = Records.init(ApiKeys, { name: label, role, expires_at, hint: secret.slice(-4) });
  const tx = await addToCount(transaction());
  await tx
    .create(ApiKeys, key)
    .put({ ...hashKey(key.id), hash })
    .put({ ...lookupKey(hash), tenant_id: useTenant(), id: key.id })
    .commit(undefined);
  return { ...key, key: secret };
});

/** The item that counts the API keys of the tenant, so that concurrent creations cannot exceed its limit. */
const countKey = (): Key => ({ pk: tenantKey(useTenant(), "APIKEYS"), sk: "count" });

/** Adds one to the count, or fails if the tenant has as many keys as it may have. */
async function addToCount(tx: Transaction): Promise<Transaction> {
  const { api_keys } = useContext().limits ?? Limits.parse({});
  const buildRejection = () =>
    ruleViolation(
      `The tenant has ${api_keys} API keys, which is the maximum: revoke one, or ask the system operator for a higher limit`,
    );
  // Tenants older than the count item have keys that were never counted.
  const present = (await readItem(countKey()))
    ? 0
    : (await listRecords(ApiKeys, buildListQuery(ApiKeys, { limit: 100 }))).rows.length;
  if (present >= api_keys) throw buildRejection();
  return tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: countKey(),
        UpdateExpression: "SET #count = if_not_exists(#count, :present) + :one",
        ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: { ":present": present, ":one": 1, ":most": api_keys },
      },
    },
    buildRejection,
  );
}

export const list = fn(listSchema(ApiKeys, {}), (query) => listRecords(ApiKeys, buildListQuery(ApiKeys, query)));

export const get = fn(IdInput, ({ id }) => Records.read(ApiKeys, id));

/** Revokes a key. This process refuses it at once, other processes within a minute. */
export const revoke = fn(IdInput, async ({ id }) => {
  const revokedKey = await Records.remove(ApiKeys, id, async (current, tx) => {
    const item = await readItem(hashKey(id));
    tx.delete(hashKey(id));
    if (item) tx.delete(lookupKey(String(item.hash)));
    if (await readItem(countKey()))
      tx.add({
        Update: {
          TableName: tableName(),
          Key: countKey(),
          UpdateExpression: "ADD #count :back",
          ExpressionAttributeNames: { "#count": "count" },
          ExpressionAttributeValues: { ":back": -1 },
        },
      });
    return current;
  });
  CredentialCache.forget();
  return revokedKey;
});

/** Returns the tenant and id of the key with this secret; the lookup item is in the system keyspace. */
export async function lookup(secret: string): Promise<{ tenant_id: string; id: string } | undefined> {
  const item = await readItem(lookupKey(hashSecret(secret)));
  return item && { tenant_id: String(item.tenant_id), id: String(item.id) };
}

/** Returns the key with this id, unless it was revoked. */
export const load = (id: string): Promise<ApiKeyRecord | undefined> => Records.load(ApiKeys, id, { live: true });

/** The name under which a credential is cached: it contains the hash, so the secret itself does not outlive the request in memory. */
export const cacheKey = (secret: string): string => `key ${hashSecret(secret)}`;

export * as ApiKey from "./api-key.ts";
