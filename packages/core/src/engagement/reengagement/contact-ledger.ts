import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { conflict, isFailure, ruleViolation } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { StoredFields } from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import { Rates } from "../../sales/exchange-rate/rates.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { readItem, readItems, splitIntoChunks } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import {
  retryOnConflict,
  type Transaction,
  transaction,
  WriteConflict,
  withExtraSteps,
} from "../../storage/write/transaction.ts";
import type { BatchRecord } from "./batch.entity.ts";
import { type MemberRecord, Members, type fields as memberFields } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import * as Sequence from "./sequence.rules.ts";

/**
 * The contact ledger of a person: all memberships and facts, over all batches. Each person has one ledger item, with the memberships, the known
 * facts, the current hold and a revision (the attribute `turn`). Updates are conditional on that revision and run in one transaction with the
 * members that they change. So if two batches contact a person at the same moment, the second fails, retries and sees the first.
 */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

/** The content of the ledger item. */
export interface ContactLedger {
  revision: number;
  /** Member id by batch id, including deleted members. */
  members: Readonly<Record<string, string>>;
  person: Rules.Person;
  hold: Rules.Hold | null;
}

const emptyLedger: ContactLedger = { revision: 0, members: {}, person: Rules.emptyPerson, hold: null };

const ledgerKey = (person: string): Key => ({ pk: tenantKey(useTenant(), "REENGAGED", person), sk: "standing" });

const parseLedger = (item: Item | undefined): ContactLedger =>
  item ? { ...(JSON.parse(String(item.kept)) as Omit<ContactLedger, "turn">), revision: Number(item.turn) } : emptyLedger;

/** Reads the ledgers of these persons, strongly consistent. Most persons have none, which gives an empty ledger. */
export const loadLedgers = async (persons: readonly string[]): Promise<ContactLedger[]> =>
  (await readItems(persons.map(ledgerKey))).map(parseLedger);

/** Returns the current hold on a person. */
export const readHold = async (person: string): Promise<Rules.Hold | null> => parseLedger(await readItem(ledgerKey(person))).hold;

/** Adds the ledger to a transaction. The transaction fails if another request changed the ledger since it was read. */
export function save(tx: Transaction, person: string, before: ContactLedger, { revision: _, ...next }: ContactLedger): void {
  const item = { ...ledgerKey(person), turn: before.revision + 1, kept: JSON.stringify(next) };
  const createConflict = () => new WriteConflict(`Another request changed the ledger of ${person}`);
  if (before.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: createConflict });
  else tx.put(item, { condition: "turn = :turn", values: { ":turn": before.revision }, rejection: createConflict });
}

/** The facts about a person and their live memberships, as an edit reads and returns them. */
export interface LedgerState {
  members: readonly MemberRecord[];
  person: Rules.Person;
}

export type LedgerEdit = (
  state: LedgerState,
  tx: Transaction,
  person: PersonRecord,
) => LedgerState | undefined | Promise<LedgerState | undefined>;

export type AnswerBuilder<A> = (members: readonly MemberRecord[], hold: Rules.Hold | null) => A | Promise<A>;

/**
 * Edits the ledger of a person who is in a batch, and recomputes all their memberships. Writes nothing if nothing changes. `answer` builds the
 * response, which is stored for retries of an idempotent request.
 */
export const change = <A>(personId: string, edit: LedgerEdit, answer: AnswerBuilder<A>): Promise<A> =>
  retryOnConflict(async () => {
    const person = await Identity.resolveMerged(personId);
    const mergedLedger = person && !person.deleted_at ? await loadMerged(person) : undefined;
    if (!person || !mergedLedger || Object.keys(mergedLedger.ledger.members).length === 0) return answer([], null);
    const { ledger, members } = mergedLedger;
    const tx = transaction();
    const edited = await edit({ members, person: ledger.person }, tx, person);
    if (!edited) return answer(members, ledger.hold);
    const standing = await recomputeMembers(edited, ledger.person.wins);
    const hold = findHold(standing, edited.person);
    const next = standing.map((member) => releaseMember(member, hold));
    const isSame = tx.size === 0 && isDeepStrictEqual([next, edited.person, hold], [members, ledger.person, ledger.hold]);
    if (isSame) return answer(members, ledger.hold);
    const savedMembers = next.map((member, index) => putMember(tx, members[index], member));
    save(tx, person.id, ledger, { ...ledger, person: edited.person, hold });
    return tx.commit(await answer(savedMembers, hold));
  });

/** Makes a step that waited for another batch due now, as soon as the hold of that batch ends. */
const releaseMember = (member: MemberRecord, hold: Rules.Hold | null): MemberRecord =>
  member.step_waits === "other_batch" && (hold === null || hold.member_id === member.id)
    ? withStepFields({ ...member, step_due_at: Clock.now(), step_waits: null })
    : member;

/** Adds a changed member to the transaction. Returns the member as written. */
function putMember(tx: Transaction, before: MemberRecord | undefined, next: MemberRecord): MemberRecord {
  if (!before || isDeepStrictEqual(before, next)) return next;
  const after = Records.nextVersion(before, next);
  tx.replace(Members, before, after);
  return after;
}

/** Maximum number of batches in the ledger of one person, deleted memberships included. */
const MAX_BATCHES = 80;

/** Reads the current batch. Fails if the batch accepts no new members. */
type OpenBatch = () => Promise<BatchRecord>;

/** Adds a person to a batch. A deleted membership is restored with its recorded facts. */
export const add = <A>(
  person: PersonRecord,
  open: OpenBatch,
  fields: StoredFields<typeof memberFields>,
  answer: (member: MemberRecord, hold: Rules.Hold | null) => A | Promise<A>,
): Promise<A> =>
  retryOnConflict(async () => {
    const [batch, { ledger, members }] = await Promise.all([open(), loadMerged(person)]);
    const existingMember = members.find(({ batch_id }) => batch_id === batch.id);
    if (existingMember) throw conflict("This person is already a member", [{ field: "person_id", message: existingMember.id }]);
    if (Object.keys(ledger.members).length >= MAX_BATCHES)
      throw ruleViolation(`This person has been in ${MAX_BATCHES} batches, which is the maximum`);
    const tx = transaction()
      .requireUnchanged(batch)
      .requireLive(person.id, () => new WriteConflict(`${person.id} no longer exists`));
    const before = ledger.members[batch.id];
    const deletedMember = before === undefined ? undefined : await Records.load(Members, before);
    const member = deletedMember ? restoreMember(deletedMember, batch, fields) : buildMember(person.id, batch, fields);
    const all = await recomputeMembers({ members: [...members, member], person: ledger.person });
    const savedMembers = all.map((nextMember, index) =>
      putMember(tx, index < members.length ? members[index] : deletedMember, nextMember),
    );
    const added = savedMembers.at(-1) as MemberRecord;
    if (!deletedMember) tx.create(Members, added);
    const hold = findHold(savedMembers, ledger.person);
    save(tx, person.id, ledger, { ...ledger, members: { ...ledger.members, [batch.id]: added.id }, hold });
    return tx.commit(await answer(added, hold));
  });

/** Restores a deleted member. Its sequence continues after the steps that it had. */
const restoreMember = (
  deletedMember: MemberRecord,
  batch: BatchRecord,
  fields: StoredFields<typeof memberFields>,
): MemberRecord => ({
  ...{ ...deletedMember, ...fields, deleted_at: null },
  step_due_at: computeStepDue(deletedMember, batch),
});

/** Returns when the next step of a member is due, according to the current batch; null unless the batch is ACTIVE. */
export function computeStepDue(member: Pick<MemberRecord, "steps" | "added_to_batch_at" | "step_due_at">, batch: BatchRecord) {
  const { status, activated_at, sequence } = batch;
  if (status !== "ACTIVE") return null;
  if (Sequence.findWaiting(member.steps)) return member.step_due_at ?? Clock.now();
  return clampToNow(
    Sequence.computeDueTime(sequence, member.steps, Sequence.computeStart(activated_at ?? "", member.added_to_batch_at)),
  );
}

/** Returns now for a past due time, because the clock may have delivered that instant already. */
export const clampToNow = (due: string | null): string | null => (due === null ? null : laterInstant(due, Clock.now()));

/** Number of persons that one transaction adds. */
const BATCH_SIZE = 40;

/**
 * Adds persons in bulk, each once. Returns the number of new members. Persons with a ledger, with merged ids or with a write conflict are added
 * one by one.
 */
export async function addAll(persons: readonly PersonRecord[], open: OpenBatch): Promise<number> {
  const batch = await open();
  const fields = { assigned_to: batch.assigned_to, priority: null, notes: null };
  const ledgers = await loadLedgers(persons.map(({ id }) => id));
  const alone: PersonRecord[] = persons.filter((person, index) => ledgers[index]?.revision || person.merged_ids.length > 0);
  let added = 0;
  for (const chunk of splitIntoChunks(
    persons.filter((person) => !alone.includes(person)),
    BATCH_SIZE,
  )) {
    const tx = transaction().requireUnchanged(batch);
    for (const { id } of chunk) {
      const member = buildMember(id, batch, fields);
      tx.create(Members, member);
      save(tx, id, emptyLedger, { ...emptyLedger, members: { [batch.id]: member.id } });
    }
    try {
      await tx.commit(undefined);
      added += chunk.length;
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      alone.push(...chunk);
    }
  }
  for (const person of alone)
    try {
      await add(person, open, fields, () => undefined);
      added += 1;
    } catch (error) {
      if (!isFailure(error, "CONFLICT") && !isFailure(error, "RULE_VIOLATION")) throw error;
    }
  return added;
}

const buildMember = (person: string, batch: BatchRecord, fields: StoredFields<typeof memberFields>): MemberRecord => {
  const now = Clock.now();
  const step_due_at = batch.status === "ACTIVE" ? Sequence.computeDueTime(batch.sequence, [], now) : null;
  return Records.init(
    Members,
    {
      ...fields,
      ...{ batch_id: batch.id, personal_key_id: person, added_to_batch_at: now },
      ...{ sequence_step: 0, step_due_at, next_step_at: step_due_at, step_waits: null, steps: [] },
      ...{ currency: batch.currency, window_days: batch.window_days },
      ...{
        status: "ADDED" as const,
        contact_attempts: 0,
        last_contact_method: null,
        contacts: [],
        failed: null,
        failure_reason: null,
      },
      ...{ contacted_at: null, last_contacted_at: null, responded_at: null, responded_day: null, opted_out_at: null },
      ...noConversion,
    },
    { owner: person },
  );
};

const noConversion = {
  converted_at: null,
  converted_day: null,
  converted_order_id: null,
  converted_opportunity_id: null,
  conversion_value: null,
};

/** Reads the ledger of a person, after moving the ledgers of merged persons into it. */
async function loadMerged(person: PersonRecord): Promise<{ ledger: ContactLedger; members: MemberRecord[] }> {
  const [personLedger = emptyLedger, ...mergedLedgers] = await loadLedgers([person.id, ...person.merged_ids]);
  const joining = person.merged_ids.filter((_, index) => mergedLedgers[index]?.revision);
  // A step of a workflow is done with the change that follows, and not with this one.
  if (joining.length > 0)
    await withExtraSteps(
      () => [],
      async () => {
        for (const merged of joining) await mergeLedgers(person.id, merged);
      },
    );
  const [ledger = emptyLedger] = joining.length > 0 ? await loadLedgers([person.id]) : [personLedger];
  return { ledger, members: await loadLiveMembers(ledger) };
}

const loadLiveMembers = async (ledger: ContactLedger): Promise<MemberRecord[]> =>
  (await Records.loadMany(Members, Object.values(ledger.members), { live: true })).filter((member) => member !== undefined);

/** Returns the live memberships of a person from the ledgers of all their ids, merged or not. */
export const loadMembers = async (persons: readonly string[]): Promise<MemberRecord[]> =>
  (await Promise.all((await loadLedgers(persons)).map(loadLiveMembers))).flat();

/** Moves the ledger of a merged person to the surviving person. If both are members of the same batch, the survivor's membership stays. */
const mergeLedgers = (to: string, from: string): Promise<void> =>
  retryOnConflict(async () => {
    const [into = emptyLedger, mergedLedger = emptyLedger] = await loadLedgers([to, from]);
    if (mergedLedger.revision === 0) return;
    const [survivorMembers, mergedMembers] = await Promise.all([loadLiveMembers(into), loadLiveMembers(mergedLedger)]);
    const person = Rules.mergePersons(into.person, mergedLedger.person);
    const tx = transaction();
    const doubled = new Map(mergedMembers.map((member) => [member.batch_id, member]));
    const grown = survivorMembers.map((member) => {
      const double = doubled.get(member.batch_id);
      if (!double) return member;
      const steps = [...Sequence.mergeSteps(member.steps, double.steps)];
      // If the merged person's sequence was further, it continues at its own due time.
      const step_due_at =
        member.steps.length === steps.length ? member.step_due_at : clampToNow(double.step_due_at ?? Clock.now());
      return {
        ...member,
        ...toMemberFields(Rules.mergeMemberships(toMembership(member), toMembership(double))),
        steps,
        step_due_at,
      };
    });
    const survivorBatchIds = new Set(survivorMembers.map(({ batch_id }) => batch_id));
    const moving = mergedMembers.filter(({ batch_id }) => !survivorBatchIds.has(batch_id));
    const all = await recomputeMembers({
      members: [...grown, ...moving.map((member) => ({ ...member, personal_key_id: to }))],
      person,
    });
    const before = [...survivorMembers, ...moving];
    for (const [index, member] of all.entries()) putMember(tx, before[index], member);
    for (const member of mergedMembers)
      if (survivorBatchIds.has(member.batch_id))
        tx.replace(Members, member, Records.nextVersion(member, { ...member, deleted_at: Clock.now() }));
    const members = {
      ...mergedLedger.members,
      ...into.members,
      ...Object.fromEntries(all.map(({ id, batch_id }) => [batch_id, id])),
    };
    save(tx, to, into, { revision: into.revision, members, person, hold: findHold(all, person) });
    tx.delete(ledgerKey(from), {
      condition: "turn = :turn",
      values: { ":turn": mergedLedger.revision },
      rejection: () => new WriteConflict(`Another request changed the ledger of ${from}`),
    });
    await tx.commit(undefined);
  });

/** Converts a member record to a membership of the rules. */
export const toMembership = ({
  id,
  batch_id,
  added_to_batch_at,
  window_days,
  contacts,
  failed,
  steps,
}: MemberRecord): Rules.Membership => ({
  ...{ id, batch_id, window_days, contacts, failed },
  pending_at: Sequence.findWaiting(steps)?.at ?? null,
  added_at: added_to_batch_at,
});

/** Converts a membership of the rules back to member fields. */
export const toMemberFields = ({ contacts, failed, added_at }: Rules.Membership) => ({
  ...{ contacts: [...contacts], failed },
  added_to_batch_at: added_at,
});

/** Converts all members that are not deleted. */
export const toMemberships = (members: readonly MemberRecord[]): Rules.Membership[] =>
  members.filter(({ deleted_at }) => !deleted_at).map(toMembership);

const findHold = (members: readonly MemberRecord[], person: Rules.Person): Rules.Hold | null =>
  Rules.findHold(toMemberships(members), person);

/** Recomputes the state of all memberships from the known facts. `formerWins` are the purchases as they were before. */
async function recomputeMembers(
  { members, person }: LedgerState,
  formerWins: readonly Rules.Win[] = person.wins,
): Promise<MemberRecord[]> {
  const memberships = toMemberships(members);
  return Promise.all(
    members.map(async (member) => {
      if (member.deleted_at) return member;
      const { win, ...standing } = Rules.computeMemberState(toMembership(member), memberships, person);
      return withStepFields({ ...member, ...standing, ...(await buildConversion(member, win, formerWins)) });
    }),
  );
}

/** Derives the sequence fields of a member from its steps. */
export const withStepFields = (member: MemberRecord): MemberRecord => ({
  ...member,
  sequence_step: Sequence.countFinishedSteps(member.steps),
  next_step_at: Sequence.isSequenceActive(member.status) && !Sequence.findWaiting(member.steps) ? member.step_due_at : null,
});

type ConversionFields = Pick<
  MemberRecord,
  "converted_at" | "converted_day" | "converted_order_id" | "converted_opportunity_id" | "conversion_value"
>;

async function buildConversion(
  member: MemberRecord,
  win: Rules.Win | null,
  formerWins: readonly Rules.Win[],
): Promise<ConversionFields> {
  if (win === null) return noConversion;
  const isOpportunity = isId(win.source_id, OPPORTUNITY);
  const previousSourceId = member.converted_opportunity_id ?? member.converted_order_id;
  const former = formerWins.find(({ source_id }) => source_id === win.source_id);
  const isSame = previousSourceId === win.source_id && former?.amount === win.amount && former.currency === win.currency;
  return {
    converted_at: win.at,
    converted_day: win.day,
    converted_order_id: isOpportunity ? (win.order_id ?? null) : win.source_id,
    converted_opportunity_id: isOpportunity ? win.source_id : null,
    // The value converted at the rate of the day of the purchase stays until its amount changes, even if rates change later.
    conversion_value: isSame ? member.conversion_value : await convertValue(member.currency, win),
  };
}

/** Converts a purchase amount at the rate of its day; null if there is no rate. */
async function convertValue(currency: string, { amount, currency: from, day }: Rules.Win): Promise<string | null> {
  if (amount === null) return null;
  const [rate] = await Rates.findRates([{ from, to: currency, day }]);
  return rate ? Rates.convert(amount, from, currency, rate) : null;
}

const claimKey = (source: string): Key => ({ pk: tenantKey(useTenant(), "REENGAGEDBY", source), sk: "claim" });

/** Thrown when a purchase is already recorded for another person. */
export class ClaimedError extends Error {
  override name = "Claimed";
}

/** Claims a purchase for one person, so that it counts for no other. */
export const claim = (tx: Transaction, source: string, person: string): Transaction =>
  tx.put(
    { ...claimKey(source), person },
    {
      condition: "attribute_not_exists(pk) OR person = :person",
      values: { ":person": person },
      rejection: () => new ClaimedError(`${source} is already recorded for another person`),
    },
  );

/** Returns the person for whom a purchase is claimed. */
export async function findClaimant(source: string): Promise<string | undefined> {
  const item = await readItem(claimKey(source));
  return item && String(item.person);
}

export * as ReengagementLedger from "./contact-ledger.ts";
