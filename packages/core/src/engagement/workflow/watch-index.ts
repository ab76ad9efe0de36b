import { deflateRawSync, inflateRawSync } from "node:zlib";
import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { cacheTenant, queryAll, readItem, tableName } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { buildWatchIndex, isLasting, type Watch, type WatchIndex } from "./watch.rules.ts";

/**
 * The watches of a tenant in the table: an item for each workflow, by kind, and one item that counts their changes. The stream reads the counting
 * item once for each batch. The watches of a kind are read again only after they have changed, so a published workflow takes effect at once.
 */

const partition = (): string => tenantKey(useTenant(), "WATCHES");
const revisionKey = (): Key => ({ pk: partition(), sk: "~revision" });
const watchKey = (kind: string, workflow: string): Key => ({ pk: partition(), sk: `${kind}#${workflow}` });

/** Versions whose enrollments a workflow watches. */
const MAX_VERSIONS = 20;
/** Bytes of packed watches, so that the item stays below the limit of DynamoDB. */
const MAX_BYTES = 300 * 1024;

/** Packs the watches of a workflow, with the exits and waits of as many versions as an item can have, the newest first. */
function packVersions(watches: readonly Watch[]): Uint8Array {
  const newest = Math.max(...watches.map(({ version }) => version));
  const packFrom = (oldest: number): Uint8Array =>
    deflateRawSync(JSON.stringify(watches.filter((watch) => watch.version >= oldest || !isLasting(watch))));
  let oldest = newest - MAX_VERSIONS + 1;
  let packed = packFrom(oldest);
  while (packed.length > MAX_BYTES && oldest < newest) packed = packFrom(++oldest);
  return packed;
}

/** The watches of one workflow. */
interface WorkflowWatches {
  readonly kind: string;
  readonly workflow: string;
  readonly watches: readonly Watch[];
}

/** Adds the change of a workflow's watches to a transaction; no watches remove them. */
export const putWatches = (tx: Transaction, kind: string, workflow: string, watches: readonly Watch[]): Transaction =>
  putAllWatches(tx, [{ kind, workflow, watches }]);

/** Adds the changes of several workflows' watches to a transaction, at least one. */
export function putAllWatches(tx: Transaction, changed: readonly WorkflowWatches[]): Transaction {
  for (const { kind, workflow, watches } of changed) {
    if (watches.length > 0) tx.put({ ...watchKey(kind, workflow), watches: packVersions(watches) });
    else tx.delete(watchKey(kind, workflow));
  }
  const kinds = [...new Set(changed.map(({ kind }) => kind))];
  return tx.add({
    Update: {
      TableName: tableName(),
      Key: revisionKey(),
      UpdateExpression: `ADD revision :one${kinds.map((_, index) => `, #kind${index} :one`).join("")}`,
      ExpressionAttributeNames: Object.fromEntries(kinds.map((kind, index) => [`#kind${index}`, KIND_PREFIX + kind])),
      ExpressionAttributeValues: { ":one": 1 },
    },
  });
}

/** The counting item has an attribute for each kind that has ever been watched. */
const KIND_PREFIX = "kind_";

/** The number of changes so far, and the kinds that have been watched. */
interface WatchRevision {
  readonly revision: number;
  readonly kinds: readonly string[];
}

/** Reads the revision: one read unit. */
export async function readWatchRevision(): Promise<WatchRevision> {
  const { revision = 0, ...item } = (await readItem(revisionKey())) ?? {};
  const kinds = Object.keys(item).flatMap((name) => (name.startsWith(KIND_PREFIX) ? [name.slice(KIND_PREFIX.length)] : []));
  return { revision: Number(revision), kinds };
}

const indexCache = new Cache<WatchIndex>(60, 200);

/** Loads the watches of a kind in the given revision. */
export const loadWatches = (kind: string, { revision }: WatchRevision): Promise<WatchIndex> =>
  indexCache.get(`${cacheTenant()}/${kind}/${revision}`, async () => buildWatchIndex(await readWatches(kind)));

async function readWatches(kind: string): Promise<Watch[]> {
  const items = await queryAll(partition(), { prefix: `${kind}#`, consistent: true });
  return items.flatMap(parseWatches);
}

const parseWatches = ({ watches }: Item): Watch[] => JSON.parse(inflateRawSync(watches as Uint8Array).toString());

/** Reads the watches of a workflow that concern enrollments of its earlier versions. */
export const readLastingWatches = async (kind: string, workflow: string): Promise<Watch[]> =>
  (await readWatchesOf(kind, workflow)).filter(isLasting);

/** Reads the watches of one workflow. */
export async function readWatchesOf(kind: string, workflow: string): Promise<Watch[]> {
  const item = await readItem(watchKey(kind, workflow));
  return item ? parseWatches(item) : [];
}
