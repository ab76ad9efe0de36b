import { MemberCount } from "../campaign/member-count.ts";
import { countMembers } from "../segment/members.ts";
import type { SendRecord } from "./email-send.entity.ts";

/**
 * Returns how many members the audience of a send has, from counters that the stream maintains: customers of a segment, contacts of a list, or active
 * members of a campaign. No member is read. Excluded segments are not subtracted. Counters lag writes by seconds.
 */
export async function readAudienceSize(
  send: Pick<SendRecord, "to_members" | "campaign_id" | "member_status" | "segment_id" | "contact_list_id">,
): Promise<number> {
  if (send.to_members) return MemberCount.readActive(String(send.campaign_id), send.member_status);
  const set = String(send.contact_list_id ?? send.segment_id);
  return (await countMembers([set])).get(set) ?? 0;
}
