import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";
import { MAX_LEVELS } from "./campaign.rules.ts";

/** The trees of campaigns: at most five levels, without cycles. */

/** The highest number of campaigns below one that a request reads. */
export const MAX_DESCENDANTS = 200;

/** Rows of each query. */
const CHUNK_SIZE = 50;

type Position = Pick<CampaignRecord, "id" | "parent_campaign_id">;

/** Loads a campaign and those above it, nearest first. Deleted campaigns keep their position. */
async function loadPathToRoot(campaignId: string): Promise<CampaignRecord[]> {
  const path: CampaignRecord[] = [];
  for (let next: string | null = campaignId; next && !path.some(({ id }) => id === next); ) {
    const campaign: CampaignRecord | undefined = await Records.load(Campaigns, next);
    if (!campaign) break;
    path.push(campaign);
    next = campaign.parent_campaign_id;
  }
  return path;
}

const childPartitions = (campaignId: string): Partition[] => [
  { index: "by_related", facets: { parent_campaign_id: campaignId } },
];

/**
 * Loads the campaigns below one, level by level, at most `MAX_DESCENDANTS`. `isComplete` is false if there are more. The caller may not see all of
 * them.
 */
export async function loadDescendants(campaignId: string): Promise<{ levels: CampaignRecord[][]; isComplete: boolean }> {
  const levels: CampaignRecord[][] = [];
  let [parents, count] = [[campaignId], 0];
  while (parents.length > 0 && levels.length < MAX_LEVELS) {
    const level: CampaignRecord[] = [];
    const partitions = parents.flatMap(childPartitions);
    for await (const row of queryPartitions(Campaigns, partitions, { order: "asc", after: undefined, chunk: CHUNK_SIZE })) {
      if (count === MAX_DESCENDANTS) return { levels: [...levels, level], isComplete: false };
      level.push(Campaigns.fromRow(row));
      count++;
    }
    if (level.length > 0) levels.push(level);
    parents = level.map(({ id }) => id);
  }
  return { levels, isComplete: true };
}

/**
 * Checks the position that the transaction gives a campaign: its parent must exist, must not be below it, and the tree must not become deeper than
 * five levels. All moves of a tenant bump one lock, so that concurrent moves cannot form a cycle. Moves are rare.
 */
export async function requirePosition(tx: Transaction, campaign: Position, before?: Position): Promise<void> {
  const { id, parent_campaign_id } = campaign;
  if ((before?.parent_campaign_id ?? null) === (parent_campaign_id ?? null) || !parent_campaign_id) return;
  const lock = await readLock();
  const path = await loadPathToRoot(parent_campaign_id);
  if (path.some((above) => above.id === id)) throw invalid("parent_campaign_id", "Must not be below this campaign");
  const depth = before ? (await loadDescendants(id)).levels.length : 0;
  if (path.length + 1 + depth > MAX_LEVELS)
    throw invalid("parent_campaign_id", `A tree has at most ${MAX_LEVELS} levels: choose a campaign further up`);
  tx.requireLive(parent_campaign_id, () => new WriteConflict(`The campaign ${parent_campaign_id} no longer exists`));
  bumpLock(tx, lock);
}

interface TreeLock {
  key: Key;
  /** Rises with each move; 0 if there was none. */
  revision: number;
}

async function readLock(): Promise<TreeLock> {
  const key = { pk: tenantKey(useTenant(), "TREE", "campaigns"), sk: "fence" };
  return { key, revision: Number((await readItem(key))?.revision ?? 0) };
}

function bumpLock(tx: Transaction, { key, revision }: TreeLock): void {
  const rejection = () => new WriteConflict("Another campaign was moved concurrently");
  const item = { ...key, revision: revision + 1 };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection });
}

const Node = z
  .object({
    id: z.string().nullable(),
    campaign_number: z.string().nullable(),
    name: z.string().nullable(),
    status: z.string().nullable(),
    parent_campaign_id: z.string().nullable(),
  })
  .meta({ id: "CampaignNode" });
type Node = z.output<typeof Node>;

export const Info = z.object({
  campaign: Node,
  ancestors: z.array(Node).describe("From the top; campaigns that the caller cannot see contain no details"),
  descendants: z.array(Node).describe(`Level by level, those that the caller sees; at most ${MAX_DESCENDANTS}`),
  descendants_complete: z.boolean().describe("false if there are more"),
});

const toNode = ({ id, campaign_number, name, status, parent_campaign_id }: CampaignRecord): Node => ({
  ...{ id, campaign_number, name, status, parent_campaign_id },
});
const hiddenNode: Node = { id: null, campaign_number: null, name: null, status: null, parent_campaign_id: null };

/** Reads the campaigns above and below one. */
export const get = fn(IdInput, async ({ id: campaignId }): Promise<z.output<typeof Info>> => {
  const campaign = await Records.read(Campaigns, campaignId);
  const [path, { levels, isComplete }] = await Promise.all([
    campaign.parent_campaign_id ? loadPathToRoot(campaign.parent_campaign_id) : [],
    loadDescendants(campaignId),
  ]);
  const above = path.reverse();
  const visible = new Set([
    ...(await Visibility.filterVisible(
      Campaigns,
      above.filter(({ deleted_at }) => !deleted_at),
    )),
    ...(await Visibility.filterVisible(Campaigns, levels.flat())),
  ]);
  return {
    campaign: toNode(campaign),
    ancestors: above.map((ancestor) => (visible.has(ancestor) ? toNode(ancestor) : hiddenNode)),
    descendants: levels
      .flat()
      .filter((descendant) => visible.has(descendant))
      .map(toNode),
    descendants_complete: isComplete,
  };
});

export * as CampaignHierarchy from "./hierarchy.ts";
