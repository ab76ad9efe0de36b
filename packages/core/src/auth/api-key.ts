import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { roles } from "../kernel/permission.ts";
import { instant, name, oneOf, text } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/collection.ts";
import { get as getItem } from "../storage/database.ts";
import { hashed, type Key, systemKey } from "../storage/key.ts";
import { list as listRecords, listSchema, paging } from "../storage/list.ts";
import { Records } from "../storage/records.ts";
import { transaction } from "../storage/transaction.ts";
import { Principal } from "./principal.ts";

/** Keys for machines: sent as a bearer token, with one role. The secret is shown once and kept as a hash. */
export const PREFIX = "crm_";

const fields = { name: name(100), role: oneOf(roles), expires_at: instant().nullish() };

export const Info = z.object({
  name: z.string(),
  role: z.enum(roles),
  expires_at: instant().nullable(),
  hint: z.string().describe("The end of the secret, to tell keys apart"),
});

/** The answer at creation alone has the secret. */
export const Created = Info.extend({ key: z.string().describe("Shown this once") });

export const Stored = Info.extend({ secret_hash: z.string() });
export type ApiKeyRecord = z.output<typeof Stored> & BaseRecord;

const ApiKeys = new Collection<ApiKeyRecord>({
  kind: "api_key",
  schema: Stored,
  row: ["name", "role", "expires_at", "hint"],
  indexes: { by_time: by() },
  secret: ["secret_hash"],
});

const lookupKey = (hash: string): Key => ({ pk: systemKey("api_key", hash), sk: "api_key" });
const hashOf = (secret: string): string => hashed("api_key", secret);

export const create = fn(z.strictObject(fields), async (input) => {
  if (input.expires_at && input.expires_at <= Clock.now()) throw invalid("expires_at", "Already past");
  const secret = PREFIX + randomBytes(32).toString("base64url");
  const secret_hash = hashOf(secret);
  const key = Records.born(ApiKeys, {
    name: input.name,
    role: input.role,
    expires_at: input.expires_at ?? null,
    hint: secret.slice(-4),
    secret_hash,
  });
  await transaction()
    .create(ApiKeys, key)
    .put({ ...lookupKey(secret_hash), tenant_id: useTenant(), id: key.id })
    .commit(undefined);
  return { ...shown(key), key: secret };
});

export const list = fn(listSchema(ApiKeys, {}), (query) => listRecords(ApiKeys, { ...paging(query), filters: {}, ranges: {} }));

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => shown(await Records.read(ApiKeys, id)));

/** The key works no more: in this process at once, elsewhere within a minute. */
export const revoke = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const gone = await Records.remove(ApiKeys, id, (current, tx) => {
    tx.delete(lookupKey(current.secret_hash));
    return current;
  });
  Principal.forget();
  return shown(gone);
});

/** Where a secret leads, in the system keyspace. */
export async function lookup(secret: string): Promise<{ tenant_id: string; id: string } | undefined> {
  const item = await getItem(lookupKey(hashOf(secret)));
  return item && { tenant_id: String(item.tenant_id), id: String(item.id) };
}

export async function usable(id: string): Promise<ApiKeyRecord | undefined> {
  const key = await Records.find(ApiKeys, id);
  const expired = key?.expires_at && key.expires_at <= Clock.now();
  return key && !key.deleted_at && !expired ? key : undefined;
}

/** A secret is not kept in memory longer than the request: its hash stands for it. */
export const cacheKey = (secret: string): string => `key ${hashOf(secret)}`;

function shown(key: ApiKeyRecord): Omit<ApiKeyRecord, "secret_hash"> {
  const { secret_hash: _secret, ...open } = key;
  return open;
}

export * as ApiKey from "./api-key.ts";
