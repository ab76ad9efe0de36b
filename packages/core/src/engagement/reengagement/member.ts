import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import {
  IdInput,
  id,
  instant,
  master,
  oneLine,
  oneOf,
  patchSchema,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Batch, Batches } from "./batch.ts";
import { type LedgerEdit, ReengagementLedger } from "./contact-ledger.ts";
import { fields, type MemberRecord, Members, Stored } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import { buildDatedFact } from "./membership.ts";
import { REENGAGEMENT_BATCH } from "./reengagement.kind.ts";
import { MAX_STEPS } from "./sequence.rules.ts";

/** Members of batches, as users read and change them. */

const waitFields = {
  waits_until: instant()
    .nullable()
    .describe("End of the hold by another batch, unless that batch ends earlier; null without a hold"),
  waits_for_batch_id: id(REENGAGEMENT_BATCH).nullable().describe("The batch that holds the person, if the caller can see it"),
};

const internalFields = { window_days: true, failed: true, responded_day: true, converted_day: true, step_due_at: true } as const;

export const Info = Stored.omit(internalFields).extend(waitFields);
export const Row = rowSchema(Info, [...Members.definition.row, ...Object.keys(waitFields)]);

type WaitInfo = { [K in keyof typeof waitFields]: z.output<(typeof waitFields)[K]> };
type MemberKey = Pick<MemberRecord, "id" | "batch_id" | "personal_key_id" | "status" | "next_step_at">;

/** Adds the hold by another batch to members. No step is due while their own batch is not ACTIVE. `holds` are the holds of their persons, if already read. */
async function presentMembers<R extends MemberKey>(
  members: readonly R[],
  holds?: readonly (Rules.Hold | null)[],
): Promise<(R & WaitInfo)[]> {
  const resolvedHolds =
    holds ?? (await ReengagementLedger.loadLedgers(members.map((member) => member.personal_key_id))).map(({ hold }) => hold);
  const holdingIds = new Set(resolvedHolds.flatMap((hold) => hold?.batch_id ?? []));
  const ids = [...new Set([...holdingIds, ...members.map(({ batch_id }) => batch_id)])];
  const batches = new Map((await Records.loadMany(Batches, ids, { live: true })).map((batch, index) => [ids[index], batch]));
  const seen = await Visibility.filterVisibleIds(REENGAGEMENT_BATCH, [...holdingIds]);
  return members.map((member, index) => {
    const hold = resolvedHolds[index] ?? null;
    const waiting = Rules.isHeld(member, hold, Clock.now(), hold ? batches.get(hold.batch_id)?.status : undefined) ? hold : null;
    return {
      ...member,
      next_step_at: batches.get(member.batch_id)?.status === "ACTIVE" ? member.next_step_at : null,
      waits_until: waiting?.until ?? null,
      waits_for_batch_id: waiting && seen.has(waiting.batch_id) ? waiting.batch_id : null,
    };
  });
}

const omitInternal = ({
  window_days: _w,
  failed: _f,
  responded_day: _r,
  converted_day: _c,
  step_due_at: _s,
  ...member
}: MemberRecord) => member;

/** Presents complete records for the export. */
export const presentRecords = (members: readonly MemberRecord[]) => presentMembers(members.map(omitInternal));

async function presentMember(member: MemberRecord, holds?: readonly (Rules.Hold | null)[]) {
  const [presentedMember] = await presentMembers([omitInternal(member)], holds);
  return presentedMember as ReturnType<typeof omitInternal> & WaitInfo;
}

export const get = fn(IdInput, async ({ id: memberId }) => presentMember(await Records.read(Members, memberId)));

const filters = {
  person: id(PERSON).optional().describe("Matches all ids that the person has had"),
  status: oneOf(Rules.memberStatuses).optional(),
  priority: master(PRIORITIES, "code").optional(),
  assigned_to: text(64).optional().describe("Id of a user"),
};

const Query = listSchema(Members, { ...filters, batch: id(REENGAGEMENT_BATCH).optional() });

export async function listQuery({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  const [resolvedFilters, living] = await Promise.all([
    Master.resolveAll(Query.shape, rest, rest),
    person && Identity.resolveMerged(person),
  ]);
  const knownIds = person && (living ? Identity.listIds(living) : [person]);
  return { ...buildListQuery(Members, resolvedFilters), ...(knownIds ? { personIds: knownIds } : {}) };
}

export const list = fn(Query, async (input) => {
  const { rows, meta } = await listRecords(Members, await listQuery(input));
  return new Page(await presentMembers(rows), meta);
});

/** The list definition that the export uses. */
export const listDefinition = {
  collection: Members,
  query: Query,
  listQuery,
  info: Info,
  fields,
  present: presentRecords,
};

/** Lists the members of a batch that the caller can see. */
export const listByBatch = fn(listSchema(Members, filters).extend(IdInput.shape), async ({ id: batch, ...input }) => {
  const { id: batchId } = await Records.read(Batches, batch);
  const { rows, meta } = await listRecords(Members, await listQuery({ ...input, batch: batchId }));
  return new Page(await presentMembers(rows), meta);
});

export const add = fn(
  z.strictObject({ ...IdInput.shape, person_id: id(PERSON), ...fields }),
  async ({ id: batchId, person_id, ...input }) => {
    const open = () => Batch.requireOpen(batchId);
    const [batch, person] = await Promise.all([open(), Identity.find(person_id)]);
    if (!person) throw invalid("person_id", "No such person");
    await requireProcessable("person_id", person.id, "automate");
    const memberFields = await validateMember(
      toStoredFields(fields, { ...input, assigned_to: input.assigned_to ?? batch.assigned_to }),
    );
    return ReengagementLedger.add(person, open, memberFields, (member, hold) => presentMember(member, [hold]));
  },
);

export const update = fn(patchSchema(fields).extend(IdInput.shape), async ({ id: memberId, ...patch }) => {
  const { next_step_at, waits_until, waits_for_batch_id } = await get({ id: memberId });
  return Records.change(
    Members,
    memberId,
    async (current) => validateMember({ ...current, ...toStoredPatch(fields, patch) }, current),
    {
      answer: (member) => ({ ...omitInternal(member), next_step_at, waits_until, waits_for_batch_id }),
    },
  );
});

/** Checks the assigned user and resolves master data. The assigned user must exist but need not be able to see the person. */
async function validateMember<M extends Pick<MemberRecord, keyof typeof fields>>(next: M, current?: MemberRecord): Promise<M> {
  const { assigned_to } = next;
  if (assigned_to && assigned_to !== current?.assigned_to) await User.requireOwner(assigned_to, "assigned_to");
  return Master.resolveAll(fields, next, current);
}

/** Deletes a member. It no longer holds the person and no longer counts. */
export const remove = fn(IdInput, ({ id: memberId }) =>
  changeMember(memberId, ({ members, person }) => ({
    members: members.map((member) => (member.id === memberId ? { ...member, deleted_at: Clock.now() } : member)),
    person,
  })),
);

const TimeFields = {
  at: instant().optional().describe("Default: now. Must not be before the member was added"),
  source_id: oneLine(200)
    .optional()
    .describe("Identifies the fact: reporting the same id again has no effect. Default: the id of the request"),
};

type TimeInput = { time?: string | undefined; source_id?: string | undefined };

/** Records that a user contacted the member for this batch. */
export const recordContact = fn(
  z.strictObject({ ...IdInput.shape, method: oneOf(Rules.contactMethods), ...TimeFields }),
  ({ id: memberId, method, ...input }) =>
    changeMember(memberId, async ({ members, person }, member) => {
      const contact = { ...buildFact(input, member), method };
      if (members.some(({ contacts }) => contacts.some(({ source_id }) => source_id === contact.source_id))) return undefined;
      await requireContactable(member, Rules.findHold(ReengagementLedger.toMemberships(members), person), contact.at);
      return {
        members: editMembership(members, memberId, (membership) => Rules.withContact(membership, contact)),
        person,
      };
    }),
);

/** Refuses a contact if the batch is not ACTIVE, the member has ended or has too many contacts, or another batch holds the person. */
async function requireContactable(member: MemberRecord, hold: Rules.Hold | null, time: string): Promise<void> {
  const [batch, holding] = await Records.loadMany(Batches, [member.batch_id, hold?.batch_id ?? member.batch_id], { live: true });
  if (batch?.status !== "ACTIVE")
    throw ruleViolation(`The batch is ${batch?.status ?? "deleted"}; members can only be contacted while it is ACTIVE`);
  if (Rules.hasEnded(member.status)) throw ruleViolation(`A member that is ${member.status} can no longer be contacted`);
  if (member.contacts.length >= Rules.MAX_CONTACTS)
    throw ruleViolation(`The member has been contacted ${Rules.MAX_CONTACTS} times, which is the maximum`);
  if (!Rules.isHeld(member, hold, time, holding?.status)) return;
  const isSeen = holding && (await Records.canSee(Batches, holding));
  throw conflict(`Another batch holds this person until ${hold.until}, unless it ends earlier`, [
    { field: "batch_id", message: isSeen ? holding.id : "A batch that you may not see" },
  ]);
}

/** Records a response of the person. */
export const recordResponse = fn(z.strictObject({ ...IdInput.shape, ...TimeFields }), ({ id: memberId, ...input }) =>
  changeMember(memberId, ({ members, person }, member) => {
    const response = buildFact(input, member);
    if (Rules.findLastContacted(ReengagementLedger.toMemberships(members), response.at)?.id !== memberId)
      throw ruleViolation(
        `The response must follow a contact of this batch within ${member.window_days} days, with no later contact of another batch`,
      );
    return { members, person: Rules.withFact(person, "responses", response) };
  }),
);

/** Records that the person opts out, of all batches. */
export const recordOptOut = fn(z.strictObject({ ...IdInput.shape, ...TimeFields }), ({ id: memberId, ...input }) =>
  changeMember(memberId, ({ members, person }, member) => ({
    members,
    person: Rules.withFact(person, "refusals", buildFact(input, member)),
  })),
);

/** Records why the person cannot be won back. */
export const recordFailure = fn(
  z.strictObject({ ...IdInput.shape, reason: oneLine(500).min(1), at: TimeFields.at }),
  ({ id: memberId, reason, at }) =>
    changeMember(memberId, ({ members, person }, member) => ({
      members: editMembership(members, memberId, (membership) =>
        Rules.withFailure(membership, { at: buildFact({ time: at }, member).at, reason }),
      ),
      person,
    })),
);

function buildFact({ time = Clock.now(), source_id = useRequest().id }: TimeInput, member: MemberRecord): Rules.DatedFact {
  if (Date.parse(time) > Clock.ms()) throw invalid("at", "Must not be in the future");
  if (time < member.added_to_batch_at)
    throw invalid("at", `Must not be before the member was added, at ${member.added_to_batch_at}`);
  return buildDatedFact(source_id, time);
}

const editMembership = (
  members: readonly MemberRecord[],
  memberId: string,
  edit: (membership: Rules.Membership) => Rules.Membership,
): MemberRecord[] =>
  members.map((member) =>
    member.id === memberId
      ? { ...member, ...ReengagementLedger.toMemberFields(edit(ReengagementLedger.toMembership(member))) }
      : member,
  );

/** Sends the message of a step of the sequence, if it is due. Other requests load none of the code of messages. */
export const sendStep = fn(
  IdInput.extend({ step: z.number().int().min(1).max(MAX_STEPS).describe("The number of the message in the sequence") }),
  async ({ id: memberId, step }) => (await import("./step-execution.ts")).runStep(memberId, step),
);

type MemberEdit = (state: Parameters<LedgerEdit>[0], member: MemberRecord) => ReturnType<LedgerEdit>;

/** Changes the ledger of a member that the caller can see. Returns the changed member. */
async function changeMember(memberId: string, edit: MemberEdit) {
  const { personal_key_id } = await Records.read(Members, memberId);
  return ReengagementLedger.change(
    personal_key_id,
    async (state) => {
      const member = state.members.find((each) => each.id === memberId);
      if (!member) throw notFound();
      Records.requireVersion(member);
      return edit(state, member);
    },
    (members, hold) => {
      const member = members.find((each) => each.id === memberId);
      if (!member) throw notFound();
      return presentMember(member, [hold]);
    },
  );
}

export { SentStep } from "./member.entity.ts";
export * as Member from "./member.ts";
