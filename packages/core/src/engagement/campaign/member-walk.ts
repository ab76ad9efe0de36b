import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { MemberStep } from "./campaign-status.rules.ts";
import { type MemberRecord, Members } from "./member.entity.ts";

/** The walk over the members of a campaign for other domains, without a check of visibility. */

/** Lists up to `limit` ids of the live members with one status, in order. */
export const listIds = (
  campaign_id: string,
  status: MemberStep,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<string[]> =>
  listKeysAfter(Members, [{ index: "by_related", facets: { campaign_id, status } }], { order: "asc", after, limit });

/** Loads those of these members who are live, in any status. */
export const loadLive = async (ids: readonly string[]): Promise<MemberRecord[]> =>
  (await Records.loadMany(Members, ids, { live: true })).filter((member) => member !== undefined);

export * as MemberWalk from "./member-walk.ts";
