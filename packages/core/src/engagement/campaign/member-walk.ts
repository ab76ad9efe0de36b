import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { MemberStep } from "./campaign-status.rules.ts";
import { type MemberRecord, Members } from "./member.entity.ts";

/** The walk over the members of a campaign for other domains, without a check of visibility. */

export interface MemberPage {
  members: readonly MemberRecord[];
  /** The id after which the next page begins; undefined at the end. */
  after: string | undefined;
}

/** Returns a page of the live members with one status, in order of their ids. Members whose status changed since the index was read are left out. */
export async function loadPage(
  campaign_id: string,
  status: MemberStep,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<MemberPage> {
  const partition = { index: "by_related" as const, facets: { campaign_id, status } };
  const ids = await listKeysAfter(Members, [partition], { order: "asc", after, most: limit });
  const members = (await Records.loadMany(Members, ids, { live: true })).filter((member) => member?.status === status);
  return { members: members as MemberRecord[], after: ids.length < limit ? undefined : ids.at(-1) };
}

export * as MemberWalk from "./member-walk.ts";
