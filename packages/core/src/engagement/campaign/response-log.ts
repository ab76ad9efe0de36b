import { useTenant } from "../../kernel/context.ts";
import { collectionOwner } from "../../kernel/id.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions, toIdBounds } from "../../storage/read/query-plan.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { applyToVariants, type MemberVariant } from "./ab-test-counters.rules.ts";
import type { MemberRecord } from "./member.entity.ts";
import { Membership } from "./membership.ts";
import { type ResponseRecord, Responses } from "./response.entity.ts";
import { applyResponse, type ResponseFact } from "./response.rules.ts";

/**
 * Writes responses, each once. A claim, which is named after the member, the kind and the source, is written in one transaction with the response and
 * the member.
 */

export const responseClaimKey = (memberId: string, { kind, source }: Pick<ResponseFact, "kind" | "source">): Key => ({
  pk: tenantKey(useTenant(), "CAMPAIGNRESPONSE", memberId),
  sk: hashTexts(kind, source),
});

/** Adds the claim of a new response. A concurrent report of the same response conflicts. */
export const addResponseClaim = (tx: Transaction, member: string, response: ResponseRecord): Transaction =>
  tx.put(
    { ...responseClaimKey(member, response), response_id: response.id },
    {
      condition: "attribute_not_exists(pk)",
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
): ResponseRecord =>
  Records.init(
    Responses,
    { campaign_id, member_id, personal_key_id, kind, source, link, occurred_at: at },
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

export * as ResponseLog from "./response-log.ts";
