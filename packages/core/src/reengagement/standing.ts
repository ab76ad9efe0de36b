import { isDeepStrictEqual } from "node:util";
import { Rates } from "../exchange-rate/rates.ts";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { conflict, isFailure, ruleViolation } from "../kernel/error.ts";
import { isId } from "../kernel/id.ts";
import { later } from "../kernel/interval.ts";
import type { Filled } from "../kernel/schema.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import * as Identity from "../person/identity.ts";
import { chunksOf, get, getAll } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import type { BatchRecord } from "./batch.entity.ts";
import { type MemberRecord, Members, type fields as memberFields } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import * as Sequence from "./sequence.rules.ts";

/**
 * Where a person stands in all of their batches. Beside them is one item: their memberships, what is known of them, who holds them until
 * when, and a turn. Whoever tells something writes it on the condition of the turn that they read, in one transaction with the members
 * that change by it: so of two batches that begin with somebody at the same moment one comes second, and sees the first.
 */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.living>>>;

/** What the item says. */
export interface Kept {
  turn: number;
  /** The membership in each batch, those that were deleted among them. */
  members: Readonly<Record<string, string>>;
  person: Rules.Person;
  hold: Rules.Hold | null;
}

const nobody: Kept = { turn: 0, members: {}, person: Rules.nothing, hold: null };

const keyOf = (person: string): Key => ({ pk: tenantKey(useTenant(), "REENGAGED", person), sk: "standing" });

const keptIn = (item: Item | undefined): Kept =>
  item ? { ...(JSON.parse(String(item.kept)) as Omit<Kept, "turn">), turn: Number(item.turn) } : nobody;

/** What is kept of each of these persons, strongly consistent; of most nothing. */
export const keptOf = async (persons: readonly string[]): Promise<Kept[]> => (await getAll(persons.map(keyOf))).map(keptIn);

/** Who holds a person. */
export const holdOn = async (person: string): Promise<Rules.Hold | null> => keptIn(await get(keyOf(person))).hold;

/** Writes what is kept of a person in a transaction that holds only while nobody else did. */
export function keep(tx: Transaction, person: string, before: Kept, { turn: _, ...next }: Kept): void {
  const item = { ...keyOf(person), turn: before.turn + 1, kept: JSON.stringify(next) };
  const refused = () => new Moved(`Somebody else told of ${person}`);
  if (before.turn === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused });
  else tx.put(item, { condition: "turn = :turn", values: { ":turn": before.turn }, refused });
}

/** What is known of a person and their live memberships, to be said anew. */
export interface Known {
  members: readonly MemberRecord[];
  person: Rules.Person;
}

export type Edit = (known: Known, tx: Transaction, person: PersonRecord) => Known | undefined | Promise<Known | undefined>;

export type Answer<A> = (members: readonly MemberRecord[], hold: Rules.Hold | null) => A | Promise<A>;

/**
 * Lets `edit` say what is known of a person who is in a batch, and brings all of their memberships to what follows. Nothing is written where
 * nothing changes. `answer` says what a keyed request gets again.
 */
export const change = <A>(named: string, edit: Edit, answer: Answer<A>): Promise<A> =>
  retryOnConflict(async () => {
    const person = await Identity.living(named);
    const whose = person && !person.deleted_at ? await gathered(person) : undefined;
    if (!person || !whose || Object.keys(whose.kept.members).length === 0) return answer([], null);
    const { kept, members } = whose;
    const tx = transaction();
    const edited = await edit({ members, person: kept.person }, tx, person);
    if (!edited) return answer(members, kept.hold);
    const standing = await settled(edited);
    const hold = holdOf(standing, edited.person);
    const next = standing.map((member) => released(member, hold));
    const isSame = tx.size === 0 && isDeepStrictEqual([next, edited.person, hold], [members, kept.person, kept.hold]);
    if (isSame) return answer(members, kept.hold);
    const written = next.map((member, at) => put(tx, members[at], member));
    keep(tx, person.id, kept, { ...kept, person: edited.person, hold });
    return tx.commit(await answer(written, hold));
  });

/** Whose step waited for another batch gets it as soon as that lets go. */
const released = (member: MemberRecord, hold: Rules.Hold | null): MemberRecord =>
  member.step_waits === "other_batch" && (hold === null || hold.member_id === member.id)
    ? stepping({ ...member, step_due_at: Clock.now(), step_waits: null })
    : member;

/** Puts a member as it is now into the transaction, where it has changed. */
function put(tx: Transaction, before: MemberRecord | undefined, next: MemberRecord): MemberRecord {
  if (!before || isDeepStrictEqual(before, next)) return next;
  const after = Records.nextVersion(before, next);
  tx.replace(Members, before, after);
  return after;
}

/** Batches that one person has been in. */
const MOST_BATCHES = 80;

/** The batch as it is now, refused where nobody may be added to it. */
type Open = () => Promise<BatchRecord>;

/** Adds a person to a batch; one whose membership was deleted is a member again, with what was known of it. */
export const add = <A>(
  person: PersonRecord,
  open: Open,
  fields: Filled<typeof memberFields>,
  answer: (member: MemberRecord, hold: Rules.Hold | null) => A | Promise<A>,
): Promise<A> =>
  retryOnConflict(async () => {
    const [batch, { kept, members }] = await Promise.all([open(), gathered(person)]);
    const there = members.find(({ batch_id }) => batch_id === batch.id);
    if (there) throw conflict("This person is a member already", [{ field: "person_id", message: there.id }]);
    if (Object.keys(kept.members).length >= MOST_BATCHES)
      throw ruleViolation(`This person has been in ${MOST_BATCHES} batches: no more than that are told apart`);
    const tx = transaction()
      .unchanged(batch)
      .alive(person.id, () => new Moved(`${person.id} is gone by now`));
    const before = kept.members[batch.id];
    const gone = before === undefined ? undefined : await Records.load(Members, before);
    const member = gone ? returned(gone, batch, fields) : bornOf(person.id, batch, fields);
    const all = await settled({ members: [...members, member], person: kept.person });
    const written = all.map((each, at) => put(tx, at < members.length ? members[at] : gone, each));
    const added = written.at(-1) as MemberRecord;
    if (!gone) tx.create(Members, added);
    const hold = holdOf(written, kept.person);
    keep(tx, person.id, kept, { ...kept, members: { ...kept.members, [batch.id]: added.id }, hold });
    return tx.commit(await answer(added, hold));
  });

/** One who was taken out, a member again: their sequence goes on behind what they had of it. */
const returned = (gone: MemberRecord, batch: BatchRecord, fields: Filled<typeof memberFields>): MemberRecord => ({
  ...{ ...gone, ...fields, deleted_at: null },
  step_due_at: stepDueOf(gone, batch),
});

/** When the next step of a member is due, by what its batch says now; null while that is not ACTIVE. */
export function stepDueOf(member: Pick<MemberRecord, "steps" | "added_to_batch_at" | "step_due_at">, batch: BatchRecord) {
  const { status, activated_at, sequence } = batch;
  if (status !== "ACTIVE") return null;
  if (Sequence.waitingIn(member.steps)) return member.step_due_at ?? Clock.now();
  return fromNow(Sequence.dueOf(sequence, member.steps, Sequence.beginsAt(activated_at ?? "", member.added_to_batch_at)));
}

/** What was due before is due now: at the instant of before it may have been handed out already. */
export const fromNow = (due: string | null): string | null => (due === null ? null : later(due, Clock.now()));

/** Persons added in one transaction. */
const TOGETHER = 40;

/** Adds many, each once; how many are new. Who has been in a batch before, or is told of meanwhile, is added alone. */
export async function addAll(persons: readonly PersonRecord[], open: Open): Promise<number> {
  const batch = await open();
  const fields = { assigned_to: batch.assigned_to, priority: null, notes: null };
  const kept = await keptOf(persons.map(({ id }) => id));
  const alone: PersonRecord[] = persons.filter((person, at) => kept[at]?.turn || person.merged_ids.length > 0);
  let added = 0;
  for (const some of chunksOf(
    persons.filter((person) => !alone.includes(person)),
    TOGETHER,
  )) {
    const tx = transaction().unchanged(batch);
    for (const { id } of some) {
      const member = bornOf(id, batch, fields);
      tx.create(Members, member);
      keep(tx, id, nobody, { ...nobody, members: { [batch.id]: member.id } });
    }
    try {
      await tx.commit(undefined);
      added += some.length;
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      alone.push(...some);
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

const bornOf = (person: string, batch: BatchRecord, fields: Filled<typeof memberFields>): MemberRecord => {
  const now = Clock.now();
  const step_due_at = batch.status === "ACTIVE" ? Sequence.dueOf(batch.sequence, [], now) : null;
  return Records.born(
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
      ...notConverted,
    },
    { owner: person },
  );
};

const notConverted = {
  converted_at: null,
  converted_day: null,
  converted_order_id: null,
  converted_opportunity_id: null,
  conversion_value: null,
};

/** What is kept of a person, with what was kept of those who were joined to them: that is theirs from then on. */
async function gathered(person: PersonRecord): Promise<{ kept: Kept; members: MemberRecord[] }> {
  const [own = nobody, ...others] = await keptOf([person.id, ...person.merged_ids]);
  const joining = person.merged_ids.filter((_, at) => others[at]?.turn);
  for (const merged of joining) await join(person.id, merged);
  const [kept = nobody] = joining.length > 0 ? await keptOf([person.id]) : [own];
  return { kept, members: await liveOf(kept) };
}

const liveOf = async (kept: Kept): Promise<MemberRecord[]> =>
  (await Records.loadMany(Members, Object.values(kept.members), { live: true })).filter((member) => member !== undefined);

/** Memberships of a person under all of their ids, wherever they are kept by now. */
export const membersOf = async (persons: readonly string[]): Promise<MemberRecord[]> =>
  (await Promise.all((await keptOf(persons)).map(liveOf))).flat();

/** Moves what is kept of a person to whom they were joined; of two memberships of one batch the survivor's goes on. */
const join = (to: string, from: string): Promise<void> =>
  retryOnConflict(async () => {
    const [into = nobody, other = nobody] = await keptOf([to, from]);
    if (other.turn === 0) return;
    const [own, theirs] = await Promise.all([liveOf(into), liveOf(other)]);
    const person = Rules.joinedPersons(into.person, other.person);
    const tx = transaction();
    const doubled = new Map(theirs.map((member) => [member.batch_id, member]));
    const grown = own.map((member) => {
      const double = doubled.get(member.batch_id);
      if (!double) return member;
      const steps = [...Sequence.joinedSteps(member.steps, double.steps)];
      // Of two sequences the one that was further goes on, when it would have.
      const step_due_at = member.steps.length === steps.length ? member.step_due_at : fromNow(double.step_due_at ?? Clock.now());
      return { ...member, ...factsOf(Rules.joined(membershipOf(member), membershipOf(double))), steps, step_due_at };
    });
    const taken = new Set(own.map(({ batch_id }) => batch_id));
    const moving = theirs.filter(({ batch_id }) => !taken.has(batch_id));
    const all = await settled({ members: [...grown, ...moving.map((member) => ({ ...member, personal_key_id: to }))], person });
    const before = [...own, ...moving];
    for (const [at, member] of all.entries()) put(tx, before[at], member);
    for (const member of theirs)
      if (taken.has(member.batch_id))
        tx.replace(Members, member, Records.nextVersion(member, { ...member, deleted_at: Clock.now() }));
    const members = { ...other.members, ...into.members, ...Object.fromEntries(all.map(({ id, batch_id }) => [batch_id, id])) };
    keep(tx, to, into, { turn: into.turn, members, person, hold: holdOf(all, person) });
    tx.delete(keyOf(from), {
      condition: "turn = :turn",
      values: { ":turn": other.turn },
      refused: () => new Moved(`Somebody told of ${from}`),
    });
    await tx.commit(undefined);
  });

/** What is known of a membership, as the rules have it. */
export const membershipOf = ({
  id,
  batch_id,
  added_to_batch_at,
  window_days,
  contacts,
  failed,
  steps,
}: MemberRecord): Rules.Membership => ({
  ...{ id, batch_id, window_days, contacts, failed },
  pending_at: Sequence.waitingIn(steps)?.at ?? null,
  added_at: added_to_batch_at,
});

/** The same of a record. */
export const factsOf = ({ contacts, failed, added_at }: Rules.Membership) => ({
  ...{ contacts: [...contacts], failed },
  added_to_batch_at: added_at,
});

/** As the rules have those that are not deleted. */
export const membershipsOf = (members: readonly MemberRecord[]): Rules.Membership[] =>
  members.filter(({ deleted_at }) => !deleted_at).map(membershipOf);

const holdOf = (members: readonly MemberRecord[], person: Rules.Person): Rules.Hold | null =>
  Rules.holdOf(membershipsOf(members), person);

/** Memberships as they stand by what is known. */
async function settled({ members, person }: Known): Promise<MemberRecord[]> {
  const memberships = membershipsOf(members);
  return Promise.all(
    members.map(async (member) => {
      if (member.deleted_at) return member;
      const { win, ...standing } = Rules.standingOf(membershipOf(member), memberships, person);
      return stepping({ ...member, ...standing, ...(await converted(member, win)) });
    }),
  );
}

/** What a member shows of the sequence, by what is known of its steps. */
export const stepping = (member: MemberRecord): MemberRecord => ({
  ...member,
  sequence_step: Sequence.doneIn(member.steps),
  next_step_at: Sequence.goesOn(member.status) && !Sequence.waitingIn(member.steps) ? member.step_due_at : null,
});

type Converted = Pick<
  MemberRecord,
  "converted_at" | "converted_day" | "converted_order_id" | "converted_opportunity_id" | "conversion_value"
>;

async function converted(member: MemberRecord, win: Rules.Win | null): Promise<Converted> {
  if (win === null) return notConverted;
  const isOpportunity = isId(win.source_id, OPPORTUNITY);
  const had = member.converted_order_id ?? member.converted_opportunity_id;
  return {
    converted_at: win.at,
    converted_day: win.day,
    converted_order_id: isOpportunity ? null : win.source_id,
    converted_opportunity_id: isOpportunity ? win.source_id : null,
    // What it was worth on its day stays, whatever becomes of the rates.
    conversion_value: had === win.source_id ? member.conversion_value : await valueIn(member.currency, win),
  };
}

/** What was bought is worth in a currency on its day; null where that has no rate. */
async function valueIn(currency: string, { amount, currency: from, day }: Rules.Win): Promise<string | null> {
  if (amount === null) return null;
  const [rate] = await Rates.on([{ from, to: currency, day }]);
  return rate ? Rates.convert(amount, from, currency, rate) : null;
}

const claimKey = (source: string): Key => ({ pk: tenantKey(useTenant(), "REENGAGEDBY", source), sk: "claim" });

/** It was told to somebody else. */
export class Claimed extends Error {
  override name = "Claimed";
}

/** A purchase is told to one person alone. */
export const claim = (tx: Transaction, source: string, person: string): Transaction =>
  tx.put(
    { ...claimKey(source), person },
    {
      condition: "attribute_not_exists(pk) OR person = :person",
      values: { ":person": person },
      refused: () => new Claimed(`${source} was told to another`),
    },
  );

export const isClaimed = async (source: string): Promise<boolean> => (await get(claimKey(source))) !== undefined;

export * as Standing from "./standing.ts";
