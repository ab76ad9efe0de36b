import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { collectionOwner } from "../../kernel/id.ts";
import * as Identity from "../../people/person/identity.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { readItems, splitIntoChunks } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";
import { computeMemberState, isOpenCampaign } from "./campaign-status.rules.ts";
import { type MemberRecord, type MemberSource, Members } from "./member.entity.ts";
import { findOptOut } from "./response.rules.ts";

/**
 * Memberships of persons in campaigns, each once. A claim, which is an item that must not exist yet, is written in one transaction with the member. It
 * is kept under the id that the person had then. A read therefore looks under all ids of the person. The claim of a removed member stays, so fills do
 * not add that person again.
 */

export type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

const claimKey = (campaign: string, person: string): Key => ({
  pk: tenantKey(useTenant(), "CAMPAIGNMEMBER", campaign),
  sk: person,
});

/** Adds the claim of a new member. A concurrent request that adds the same person conflicts. */
const addClaim = (
  tx: Transaction,
  { id, campaign_id, personal_key_id }: MemberRecord,
  replaced: string | undefined,
): Transaction =>
  tx.put(
    { ...claimKey(campaign_id, personal_key_id), member_id: id },
    {
      condition: replaced === undefined ? "attribute_not_exists(pk)" : "member_id = :replaced",
      ...(replaced === undefined ? {} : { values: { ":replaced": replaced } }),
      rejection: () => new WriteConflict(`${personal_key_id} was added concurrently`),
    },
  );

/** Reads the ids of the members of these persons in a campaign, by person, whether live or removed. Strongly consistent. */
async function loadClaims(campaign: string, persons: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const items = await readItems(persons.map((person) => claimKey(campaign, person)));
  return new Map(persons.flatMap((person, index) => (items[index] ? [[person, String(items[index].member_id)] as const] : [])));
}

/** Loads the member that remains after merges, in any state. */
export async function loadMerged(memberId: string): Promise<MemberRecord | undefined> {
  let member = await Records.load(Members, memberId);
  while (member?.merged_into) member = await Records.load(Members, member.merged_into);
  return member;
}

/** Finds the member of a person in a campaign, under all ids of the person: the live one, or else a removed one. */
export async function find(campaign: string, persons: readonly string[]): Promise<MemberRecord | undefined> {
  const claims = await loadClaims(campaign, persons);
  const members = await Promise.all([...new Set(claims.values())].map(loadMerged));
  const found = members.filter((member) => member !== undefined);
  return found.find(({ deleted_at }) => !deleted_at) ?? found[0];
}

/** Reads a campaign that takes members. Throws RULE_VIOLATION if it has ended. */
export async function requireOpen(campaignId: string): Promise<CampaignRecord> {
  const campaign = await Records.read(Campaigns, campaignId);
  if (isOpenCampaign(campaign.status)) return campaign;
  throw ruleViolation(`A campaign that is ${campaign.status} takes no more members: clone it, or choose another campaign`);
}

/** How a person becomes a member. */
export interface Origin {
  source: MemberSource;
  lead_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  notes?: string | null | undefined;
}

function buildMember(campaign: CampaignRecord, person: PersonRecord, { source, ...origin }: Origin): MemberRecord {
  const now = Clock.now();
  // Campaigns of other types send no messages by themselves.
  const sent_at = campaign.type === "EMAIL" ? null : now;
  return withState(
    Records.init(
      Members,
      {
        ...{ campaign_id: campaign.id, personal_key_id: person.id, source, added_at: now },
        ...{ lead_id: origin.lead_id ?? null, contact_id: origin.contact_id ?? null, notes: origin.notes ?? null },
        sent_at,
        recorded_instants: sent_at === null ? [] : [{ person_id: person.id, field: "sent_at" as const, at: sent_at }],
        ...{
          tracked_at: null,
          opened_at: null,
          clicked_at: null,
          responded_at: null,
          response_date: null,
          converted_at: null,
          bounced_at: null,
        },
        opted_out_at: findOptOut(person.preferences, campaign.type),
        ...{ converted_opportunity_id: null, converted_order_id: null, merged_into: null, ab_tests: [] },
        ...{ status: "ADDED" as const, is_active: true, inactive_reason: null, inactive_campaign_id: null },
      },
      { owner: person.id },
    ),
  );
}

/** Derives the fields of a member that follow from its instants. */
export function withState(member: MemberRecord): MemberRecord {
  const state = computeMemberState(member);
  return { ...member, ...state, inactive_campaign_id: state.is_active ? null : member.campaign_id };
}

export interface MemberAddition {
  member: MemberRecord;
  /** `removed`: a user removed the member, who stays removed. */
  outcome: "created" | "restored" | "unchanged" | "removed";
}

/**
 * Adds a person to a campaign. A person who is a member stays as they are. A removed member is restored if `restores`, and stays
 * removed otherwise. `answer` builds the response, which is stored for retries of a keyed request.
 */
export const add = <A>(
  campaign: CampaignRecord,
  person: PersonRecord,
  origin: Origin,
  { restores = false, answer }: { restores?: boolean; answer: (addition: MemberAddition) => A },
): Promise<A> =>
  retryOnConflict(async () => {
    const [claims, current] = await Promise.all([
      loadClaims(campaign.id, Identity.listIds(person)),
      find(campaign.id, Identity.listIds(person)),
    ]);
    if (current && !current.deleted_at) return answer({ member: current, outcome: "unchanged" });
    if (current && !restores) return answer({ member: current, outcome: "removed" });
    const tx = transaction()
      .requireLive(campaign.id, () => new WriteConflict(`${campaign.id} no longer exists`))
      .requireLive(person.id, () => new WriteConflict(`${person.id} no longer exists`));
    if (current) {
      const next = withState({
        ...current,
        deleted_at: null,
        opted_out_at: current.opted_out_at ?? findOptOut(person.preferences, campaign.type),
      });
      const member = Members.applyComputed(Records.nextVersion(current, next));
      return tx.replace(Members, current, member).commit(answer({ member, outcome: "restored" }));
    }
    const member = buildMember(campaign, person, origin);
    tx.create(Members, member);
    return addClaim(tx, member, claims.get(person.id)).commit(answer({ member, outcome: "created" }));
  });

/** Removes a member whose import is undone. Without the claim, the person can be added as if they had never been a member. */
export const withdraw = (memberId: string): Promise<MemberRecord> =>
  Records.remove(Members, memberId, (member, tx) => {
    tx.delete(claimKey(member.campaign_id, collectionOwner(member.id)));
    return member;
  });

export interface Candidate {
  person: PersonRecord;
  origin: Origin;
}

/** Number of persons that one transaction adds: each takes a member, a claim and a check. */
const TRANSACTION_PERSONS = 30;

/** Adds persons in bulk, each once. Returns the number of new members. Persons who are, or were, members are left out. */
export async function addAll(campaign: CampaignRecord, candidates: readonly Candidate[]): Promise<number> {
  const claims = await loadClaims(
    campaign.id,
    candidates.flatMap(({ person }) => Identity.listIds(person)),
  );
  const unclaimed = candidates.filter(({ person }) => !Identity.listIds(person).some((id) => claims.has(id)));
  let added = 0;
  for (const chunk of splitIntoChunks(unclaimed, TRANSACTION_PERSONS)) {
    const tx = transaction().requireLive(campaign.id, () => new WriteConflict(`${campaign.id} no longer exists`));
    for (const { person, origin } of chunk) {
      const member = buildMember(campaign, person, origin);
      tx.create(Members, member).requireLive(person.id, () => new WriteConflict(`${person.id} no longer exists`));
      addClaim(tx, member, undefined);
    }
    try {
      await tx.commit(undefined);
      added += chunk.length;
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      added += await addEach(campaign, chunk);
    }
  }
  return added;
}

/** Adds the persons of a refused transaction one by one, as they are now. */
async function addEach({ id: campaignId }: CampaignRecord, candidates: readonly Candidate[]): Promise<number> {
  let added = 0;
  for (const { person, origin } of candidates) {
    const [campaign, current] = await Promise.all([
      Records.load(Campaigns, campaignId, { live: true }),
      Identity.resolveMerged(person.id),
    ]);
    if (!campaign || !current || current.deleted_at) continue;
    added += await add(campaign, current, origin, { answer: ({ outcome }) => (outcome === "created" ? 1 : 0) });
  }
  return added;
}

/**
 * Changes a member as events report it. Events may come twice, late and in any order: `edit` must give the same result then. A member that was removed
 * does not change, and the result is undefined. `answer` builds the response, which is stored for retries of a keyed request.
 */
export const change = <A = MemberRecord>(
  memberId: string,
  edit: (member: MemberRecord, tx: Transaction) => MemberRecord | Promise<MemberRecord>,
  answer: (member: MemberRecord) => A = (member) => member as A,
): Promise<A | undefined> =>
  retryOnConflict(async () => {
    const member = await loadMerged(memberId);
    if (!member || member.deleted_at) return undefined;
    const tx = transaction();
    const edited = withState(await edit(member, tx));
    if (isDeepStrictEqual(edited, member))
      return tx.size === 0 ? answer(member) : tx.requireUnchanged(member).commit(answer(member));
    const next = Members.applyComputed(Records.nextVersion(member, edited));
    return tx.replace(Members, member, next).commit(answer(next));
  });

/** Memberships of a person that one query reads. */
const CHUNK_SIZE = 50;

/** Reads the memberships of a person, under all their ids, oldest first. Strongly consistent. */
export async function* listByPerson(persons: readonly string[], life: "live" | "deleted" = "live"): AsyncGenerator<string> {
  const reading = { order: "asc", after: undefined, chunk: CHUNK_SIZE, consistent: true } as const;
  for await (const { key } of queryPartitions(Members, personPartitions(persons, life), reading)) yield key;
}

export * as Membership from "./membership.ts";
