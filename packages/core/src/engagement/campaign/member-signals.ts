import { isDeepStrictEqual } from "node:util";
import { mayProcess } from "../../kernel/processing.ts";
import * as Identity from "../../people/person/identity.ts";
import { Records } from "../../storage/write/records.ts";
import { addMemberVariant } from "./ab-test-counters.rules.ts";
import { Campaigns } from "./campaign.entity.ts";
import { isOpenCampaign } from "./campaign-status.rules.ts";
import { type MemberSource, Members } from "./member.entity.ts";
import { recordInstant } from "./member-facts.rules.ts";
import { Membership, type PersonRecord } from "./membership.ts";
import { earlierInstant, findOptOut } from "./response.rules.ts";
import { ResponseLog } from "./response-log.ts";

/** What events tell of members. Every function can be called repeatedly, late and in any order. */

/** Finds the id of a person's live member in a campaign. */
export async function findMemberId(campaign: string, person: PersonRecord): Promise<string | undefined> {
  const member = await Membership.find(campaign, Identity.listIds(person));
  return member && !member.deleted_at ? member.id : undefined;
}

/** The instants that a message of a campaign reports. */
export interface MessageFacts {
  sent_at: string | null;
  bounced_at: string | null;
  is_tracked: boolean | null;
  ab_test_id?: string | null;
  ab_variant?: string | null;
}

/**
 * Records that a message of the campaign to a person, by the id at that time, left or came back. A message of a variant puts the member into the sample of
 * its test.
 */
export const recordMessage = (
  memberId: string,
  { person, person_id }: { person: PersonRecord; person_id: string },
  { sent_at, bounced_at, is_tracked, ab_test_id, ab_variant }: MessageFacts,
) =>
  Membership.change(memberId, async (member) => {
    const next = recordInstant(member, person_id, { sent_at, bounced_at, tracked_at: is_tracked ? sent_at : null });
    if (!ab_test_id || !ab_variant || !sent_at) return next;
    const ab_tests = addMemberVariant(member.ab_tests, { ab_test_id, variant: ab_variant, sent_at });
    if (isDeepStrictEqual(ab_tests, member.ab_tests)) return next;
    return { ...next, ab_tests: await ResponseLog.applyResponsesAfter({ ...next, ab_tests }, Identity.listIds(person), sent_at) };
  });

/** Adds a person who came by a form or a link of an open campaign, or whom a message of it reached, unless their data are restricted or a user removed them. */
export async function addArriving(
  campaignId: string,
  person: PersonRecord,
  { source, lead_id }: { source: MemberSource; lead_id: string | null },
): Promise<string | undefined> {
  const campaign = await Records.load(Campaigns, campaignId, { live: true });
  if (!campaign || !isOpenCampaign(campaign.status) || !(await mayProcess(person.id, "automate"))) return undefined;
  return Membership.add(
    campaign,
    person,
    { source, lead_id },
    { answer: ({ member, outcome }) => (outcome === "removed" ? undefined : member.id) },
  );
}

/** Records the refusals of a person for their memberships of open campaigns. */
export async function recordOptOuts(person: PersonRecord): Promise<void> {
  if (findOptOut(person.preferences, "EVENT") === null) return;
  for await (const memberId of Membership.listByPerson(Identity.listIds(person))) {
    const member = await Records.load(Members, memberId, { live: true });
    const campaign = member && !member.opted_out_at && (await Records.load(Campaigns, member.campaign_id, { live: true }));
    if (!campaign || !isOpenCampaign(campaign.status)) continue;
    const refusedAt = findOptOut(person.preferences, campaign.type);
    await Membership.change(memberId, (current) => ({
      ...current,
      opted_out_at: earlierInstant(current.opted_out_at, refusedAt),
    }));
  }
}

export * as MemberSignals from "./member-signals.ts";
