import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { collectionOwner } from "../../kernel/id.ts";
import * as Identity from "../../people/person/identity.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { mergeMemberVariants } from "./ab-test-counters.rules.ts";
import { Campaigns } from "./campaign.entity.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import { joinInstants } from "./member-facts.rules.ts";
import { MemberPurchase } from "./member-purchase.ts";
import { Membership, type PersonRecord } from "./membership.ts";
import { type ResponseRecord, Responses } from "./response.entity.ts";
import { findOptOut, mergeFacts } from "./response.rules.ts";
import { addResponseClaim, findResponseId, ResponseLog } from "./response-log.ts";

/**
 * The members of persons who were merged, or separated again. All steps follow from the present state of the persons. So repeated, late and reordered
 * events lead to the same result, and a killed run continues.
 */

/** The memberships of a person that are loaded at a time. */
const MAX_MEMBERSHIPS = 1000;

/** Makes the members in the collections of all ids of a person those of this person, with one live member in each campaign. */
export async function reconcile(person: PersonRecord): Promise<void> {
  const ids = Identity.listIds(person);
  const mergedIds = await collect(Membership.listByPerson(ids, "deleted"));
  const merged = await Records.loadMany(Members, mergedIds);
  const others = merged.flatMap((member) => (member?.merged_into ? collectionOwner(member.merged_into) : []));
  const sales = await listSaleRecords([...new Set([...ids, ...others])]);
  for (const memberId of mergedIds) await restoreSeparated(memberId, ids);
  const members = await Records.loadMany(Members, await collect(Membership.listByPerson(ids)), { live: true });
  const byCampaign = Map.groupBy(
    members.filter((member) => member !== undefined),
    ({ campaign_id }) => campaign_id,
  );
  for (const [, memberships] of byCampaign) {
    const [survivor, ...duplicates] = memberships.toSorted(compareMembers);
    if (!survivor) continue;
    await assignPerson(survivor.id, person.id);
    for (const duplicate of duplicates) await mergeInto(survivor.id, duplicate.id);
  }
  for (const responseId of await listResponseIds(ids, ({ personal_key_id }) => personal_key_id !== person.id))
    await changeResponse(responseId, () => ({ personal_key_id: person.id }));
  // A sale may convert another member now.
  for (const recordId of sales) await MemberPurchase.reconcile(recordId);
}

/** Lists the opportunities and orders that convert persons in these collections, also those of a response that a merge deleted. */
async function listSaleRecords(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const recordIds = new Set<string>();
  const partitions = [...personPartitions(ids), ...personPartitions(ids, "deleted")];
  for await (const row of queryPartitions(Responses, partitions, reading))
    for (const { record_id } of Responses.fromRow(row).sales) recordIds.add(record_id);
  return recordIds;
}

/** The member that was added first survives. */
const compareMembers = (a: MemberRecord, b: MemberRecord): number =>
  a.added_at === b.added_at ? (a.id < b.id ? -1 : 1) : a.added_at < b.added_at ? -1 : 1;

async function collect(ids: AsyncGenerator<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const id of ids) if (list.push(id) >= MAX_MEMBERSHIPS) break;
  return list;
}

const assignPerson = (memberId: string, person: string): Promise<unknown> =>
  Membership.change(memberId, (member) => ({ ...member, personal_key_id: person }));

/** Gives a separated person the member back that was merged into one of the other person, with the responses from their own collection. */
async function restoreSeparated(memberId: string, ids: readonly [string, ...string[]]): Promise<void> {
  const member = await Records.load(Members, memberId);
  if (!member?.merged_into || ids.includes(collectionOwner(member.merged_into))) return;
  const { merged_into } = member;
  const isOwn = ({ member_id }: ResponseRecord): boolean => member_id === merged_into;
  for (const responseId of await listResponseIds([collectionOwner(memberId)], isOwn))
    await changeResponse(responseId, (response) => (isOwn(response) ? { member_id: memberId } : {}));
  const remaining = await Records.load(Members, merged_into);
  await Membership.change(merged_into, withoutOthers);
  await retryOnConflict(async () => {
    const current = await Records.load(Members, memberId);
    if (!current?.merged_into) return;
    // What was reported while the persons were one person.
    const recorded_instants = joinInstants(current.recorded_instants, remaining?.recorded_instants ?? []);
    const own = { ...current, recorded_instants, deleted_at: null, merged_into: null, personal_key_id: ids[0] };
    const restored = await ResponseLog.withComputedFacts(own);
    await transaction().replace(Members, current, Records.nextVersion(current, restored)).commit(undefined);
  });
}

/** Returns a member without the instants of a person who was separated from its own. */
async function withoutOthers(member: MemberRecord): Promise<MemberRecord> {
  const [person, campaign] = await Promise.all([
    Identity.resolveMerged(collectionOwner(member.id)),
    Records.load(Campaigns, member.campaign_id),
  ]);
  if (!person || !campaign) return member;
  const own = await ResponseLog.withComputedFacts(member);
  const ids = Identity.listIds(person);
  const byHand = member.recorded_instants.find(({ person_id, field }) => field === "opted_out_at" && ids.includes(person_id));
  const opted_out_at = member.opted_out_at === null ? null : (byHand?.at ?? findOptOut(person.preferences, campaign.type));
  return { ...own, opted_out_at };
}

const changeResponse = (responseId: string, edit: (response: ResponseRecord) => Partial<ResponseRecord>): Promise<void> =>
  retryOnConflict(async () => {
    const response = await Records.load(Responses, responseId, { live: true });
    if (!response) return;
    const next = { ...response, ...edit(response) };
    if (isDeepStrictEqual(next, response)) return;
    await transaction().replace(Responses, response, Records.nextVersion(response, next)).commit(undefined);
  });

/** Merges two members of one campaign: the survivor gets the earliest instants and all references, and responses of the other name the survivor. */
async function mergeInto(survivorId: string, duplicateId: string): Promise<void> {
  await moveResponses(survivorId, duplicateId);
  await Membership.change(survivorId, async (survivor, tx) => {
    const duplicate = await Records.load(Members, duplicateId, { live: true });
    if (!duplicate || duplicate.id === survivor.id) return survivor;
    const merged = { ...duplicate, deleted_at: Clock.now(), merged_into: survivor.id };
    tx.replace(Members, duplicate, Records.nextVersion(duplicate, merged));
    return {
      ...mergeFacts(survivor, duplicate),
      ab_tests: mergeMemberVariants(survivor.ab_tests, duplicate.ab_tests),
      recorded_instants: joinInstants(survivor.recorded_instants, duplicate.recorded_instants),
      lead_id: survivor.lead_id ?? duplicate.lead_id,
      contact_id: survivor.contact_id ?? duplicate.contact_id,
      notes: survivor.notes ?? duplicate.notes,
    };
  });
  // A response that was recorded for the duplicate meanwhile.
  await moveResponses(survivorId, duplicateId);
}

/** Responses that one query reads. */
const CHUNK_SIZE = 100;
const reading = { order: "asc", after: undefined, chunk: CHUNK_SIZE, consistent: true } as const;

/** Lists the responses in the collections of these persons that match. Strongly consistent. */
async function listResponseIds(persons: readonly string[], matches: (response: ResponseRecord) => boolean): Promise<string[]> {
  const ids: string[] = [];
  for await (const row of queryPartitions(Responses, personPartitions(persons), reading))
    if (matches(Responses.fromRow(row))) ids.push(row.key);
  return ids;
}

/** Moves the responses of a member to the survivor. Of two with the same kind and source, the survivor's stays. */
async function moveResponses(survivorId: string, duplicateId: string): Promise<void> {
  const isOfDuplicate = ({ member_id }: ResponseRecord): boolean => member_id === duplicateId;
  for (const responseId of await listResponseIds([collectionOwner(duplicateId)], isOfDuplicate))
    await moveResponse(responseId, survivorId, duplicateId);
}

const moveResponse = (responseId: string, survivorId: string, duplicateId: string): Promise<void> =>
  retryOnConflict(async () => {
    const [response, survivor] = await Promise.all([
      Records.load(Responses, responseId, { live: true }),
      Records.load(Members, survivorId),
    ]);
    if (!response || !survivor || response.member_id !== duplicateId) return;
    const existing = await findResponseId(survivorId, response);
    const tx = transaction();
    const next =
      existing === undefined || existing === response.id
        ? { ...response, member_id: survivorId, personal_key_id: survivor.personal_key_id }
        : { ...response, deleted_at: Clock.now() };
    if (existing === undefined) addResponseClaim(tx, survivorId, response);
    await tx.replace(Responses, response, Records.nextVersion(response, next)).commit(undefined);
  });

export * as MemberMerge from "./member-merge.ts";
