import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { collectionOwner } from "../../kernel/id.ts";
import * as Identity from "../../people/person/identity.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions, toIdBounds } from "../../storage/read/query-plan.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { applyToVariants, type MemberVariant } from "./ab-test-counters.rules.ts";
import { type MemberRecord, Members } from "./member.entity.ts";
import { computeFacts } from "./member-facts.rules.ts";
import { Membership } from "./membership.ts";
import { type ResponseRecord, Responses, type SalePart } from "./response.entity.ts";
import { applyResponse, type ResponseFact } from "./response.rules.ts";

/**
 * Writes responses, each once. A claim, which is named after the member, the kind and the source, is written in one transaction with the response and
 * the member.
 */

export const responseClaimKey = (memberId: string, { kind, source }: Pick<ResponseFact, "kind" | "source">): Key => ({
  pk: tenantKey(useTenant(), "CAMPAIGNRESPONSE", memberId),
  sk: hashTexts(kind, source),
});

/** Adds the claim of a new response, in place of the claim that was read. A concurrent report of the same response conflicts. */
export const addResponseClaim = (tx: Transaction, member: string, response: ResponseRecord, replaced?: string): Transaction =>
  tx.put(
    { ...responseClaimKey(member, response), response_id: response.id },
    {
      condition: replaced === undefined ? "attribute_not_exists(pk)" : "response_id = :replaced",
      ...(replaced === undefined ? {} : { values: { ":replaced": replaced } }),
      rejection: () => new WriteConflict(`The response ${response.kind} of ${member} was reported concurrently`),
    },
  );

/** Returns the id of the response that a member's claim names. */
export async function findResponseId(member: string, fact: Pick<ResponseFact, "kind" | "source">): Promise<string | undefined> {
  const item = await readItem(responseClaimKey(member, fact));
  return item && String(item.response_id);
}

/**
 * Records a response of a member, and returns it. The first report of a source stays; a repeated one can only add the order of a sale. Returns undefined
 * if the member was removed.
 */
export async function record(memberId: string, fact: ResponseFact): Promise<ResponseRecord | undefined> {
  let response: ResponseRecord | undefined;
  return Membership.change(
    memberId,
    async (member, tx) => {
      const existingId = await findResponseId(member.id, fact);
      response = existingId === undefined ? buildResponse(member, fact) : await Records.load(Responses, existingId);
      if (existingId === undefined && response) {
        tx.create(Responses, response);
        addResponseClaim(tx, member.id, response);
      }
      const reported = { ...fact, at: response?.occurred_at ?? fact.at };
      return { ...applyResponse(member, reported), ab_tests: applyToVariants(member.ab_tests, reported) };
    },
    () => response,
  );
}

const buildResponse = (
  { id: member_id, campaign_id, personal_key_id }: MemberRecord,
  { kind, source, at, link = null }: ResponseFact,
  sales: SalePart[] = [],
): ResponseRecord =>
  Records.init(
    Responses,
    { campaign_id, member_id, personal_key_id, kind, source, link, occurred_at: at, sales },
    { owner: collectionOwner(member_id), at: Date.parse(at) },
  );

/** Responses after a mail that are read: more of one person in the seconds before its event would be an error. */
const MAX_RESPONSES = 100;

/**
 * Returns the tests of a member with what followed the mail of one: responses may be reported before the event of the mail. `persons` are all ids of the
 * person, in whose collections the responses are. Strongly consistent.
 */
export async function applyResponsesAfter(
  member: MemberRecord,
  persons: readonly string[],
  sent_at: string,
): Promise<MemberVariant[]> {
  const bounds = toIdBounds(Responses.kind, { from: sent_at });
  const partitions = personPartitions(persons).map((partition) => ({ ...partition, ...bounds }));
  const rows: ResponseRecord[] = [];
  for await (const row of queryPartitions(Responses, partitions, { order: "asc", after: undefined, chunk: 25, consistent: true }))
    if (rows.push(Responses.fromRow(row)) >= MAX_RESPONSES) break;
  return rows
    .filter(({ member_id }) => member_id === member.id)
    .reduce((tests, { kind, occurred_at }) => applyToVariants(tests, { kind, at: occurred_at }), member.ab_tests);
}

/** Responses that one query reads. */
const CHUNK_SIZE = 100;

/** Lists the live responses of a member in the collections of its person. Strongly consistent. */
async function listResponses(memberId: string, personIds: readonly string[]): Promise<ResponseRecord[]> {
  const reading = { order: "asc", after: undefined, chunk: CHUNK_SIZE, consistent: true } as const;
  const responses: ResponseRecord[] = [];
  for await (const row of queryPartitions(Responses, personPartitions(personIds), reading)) {
    const response = Responses.fromRow(row);
    if (response.member_id === memberId) responses.push(response);
  }
  return responses;
}

/** Returns a member as its responses and its other instants show it. A response that is being written is read in its new state. */
export async function withComputedFacts(
  member: MemberRecord,
  { removed, added }: { removed?: ResponseRecord | undefined; added?: ResponseRecord | undefined } = {},
): Promise<MemberRecord> {
  const person = await Identity.resolveMerged(collectionOwner(member.id));
  const ids = person ? Identity.listIds(person) : [collectionOwner(member.id)];
  const stored = (await listResponses(member.id, ids)).filter(({ id }) => id !== removed?.id);
  const responses = added ? [...stored, added] : stored;
  const facts = computeFacts(member.recorded_instants, responses, ids);
  const ab_tests = responses.reduce(
    (tests, { kind, occurred_at }) => applyToVariants(tests, { kind, at: occurred_at }),
    member.ab_tests.map((test): MemberVariant => ({ ...test, responded_at: null, converted_at: null })),
  );
  return Membership.withState({ ...member, ...facts, ab_tests, opted_out_at: member.opted_out_at });
}

/**
 * Changes which records of a sale a member's response PURCHASED is about, and computes the member's instants again. Without records, the response is
 * deleted. The response happened when the first of them was won or confirmed, so another first one replaces the response. Also changes a member that a
 * user removed, because the member can be restored.
 */
export const changeSales = (memberId: string, source: string, edit: (sales: readonly SalePart[]) => SalePart[]): Promise<void> =>
  retryOnConflict(async () => {
    const member = await Membership.loadMerged(memberId);
    if (!member) return;
    const claimed = await findResponseId(member.id, { kind: "PURCHASED", source });
    const stored = claimed === undefined ? undefined : await Records.load(Responses, claimed, { live: true });
    // The claim of a response that went back to a separated person stays.
    const current = stored?.member_id === member.id ? stored : undefined;
    const sales = edit(current?.sales ?? []).sort(compareParts);
    if (isDeepStrictEqual(sales, current?.sales ?? [])) return;
    const tx = transaction();
    const next = writeSales(tx, member, { source, sales, current, claimed });
    const edited = await withComputedFacts(member, { removed: current, added: next });
    if (isDeepStrictEqual(edited, member)) tx.requireUnchanged(member);
    else tx.replace(Members, member, Members.applyComputed(Records.nextVersion(member, edited)));
    await tx.commit(undefined);
  });

const compareParts = (a: SalePart, b: SalePart): number =>
  a.at === b.at ? (a.record_id < b.record_id ? -1 : 1) : a.at < b.at ? -1 : 1;

interface SalesChange {
  source: string;
  sales: SalePart[];
  current: ResponseRecord | undefined;
  /** The id in the claim, whether or not the response is still the member's. */
  claimed: string | undefined;
}

/** Adds the writes of a response with these records of its sale, and returns it; undefined if there are none. */
function writeSales(
  tx: Transaction,
  member: MemberRecord,
  { source, sales, current, claimed }: SalesChange,
): ResponseRecord | undefined {
  const [first] = sales;
  if (first && current?.occurred_at === first.at) {
    const next = { ...current, sales };
    tx.replace(Responses, current, Records.nextVersion(current, next));
    return next;
  }
  if (current) tx.replace(Responses, current, Records.nextVersion(current, { ...current, sales: [], deleted_at: Clock.now() }));
  if (!first) {
    tx.delete(responseClaimKey(member.id, { kind: "PURCHASED", source }));
    return undefined;
  }
  const response = buildResponse(member, { kind: "PURCHASED", source, at: first.at }, sales);
  tx.create(Responses, response);
  addResponseClaim(tx, member.id, response, claimed);
  return response;
}

export * as ResponseLog from "./response-log.ts";
