import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useRequest } from "../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import { filled, id, instant, master, oneLine, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES } from "../masters/shared.masters.ts";
import * as Identity from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { Visible } from "../storage/read/visibility.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { User } from "../user/user.ts";
import { fields, type MemberRecord, Members, Stored } from "./member.entity.ts";
import * as Rules from "./member.rules.ts";
import { toldAt } from "./membership.ts";
import { Batch, Batches } from "./reengaged-batch.ts";
import { REENGAGEMENT_BATCH } from "./reengagement.domain.ts";
import { type Edit, Standing } from "./standing.ts";

/** Members of batches (seed 000, crm_reengage_personal_keys), as people see and change them. */

const waits = {
  waits_until: instant()
    .nullable()
    .describe("Until when another batch is in touch with the person, unless it ends before; null while none is"),
  waits_for_batch_id: id(REENGAGEMENT_BATCH).nullable().describe("That batch, where the caller sees it"),
};

const internal = { window_days: true, failed: true, responded_day: true, converted_day: true, step_due_at: true } as const;

export const Info = Stored.omit(internal).extend(waits);
export const Row = rowOf(Info, [...Members.definition.row, ...Object.keys(waits)]);

type Waits = { [K in keyof typeof waits]: z.output<(typeof waits)[K]> };
type Whose = Pick<MemberRecord, "id" | "personal_key_id" | "status">;

/** Members as the caller is shown them; `holds` are those of their persons, where they are known. */
async function shown<R extends Whose>(members: readonly R[], holds?: readonly (Rules.Hold | null)[]): Promise<(R & Waits)[]> {
  const known = holds ?? (await Standing.keptOf(members.map((each) => each.personal_key_id))).map(({ hold }) => hold);
  const ids = [...new Set(known.flatMap((hold) => hold?.batch_id ?? []))];
  const batches = new Map((await Records.loadMany(Batches, ids, { live: true })).map((batch, at) => [ids[at], batch]));
  const seen = await Visible.idsSeen(REENGAGEMENT_BATCH, ids);
  return members.map((member, at) => {
    const hold = known[at] ?? null;
    const waiting = Rules.isHeld(member, hold, Clock.now(), hold ? batches.get(hold.batch_id)?.status : undefined) ? hold : null;
    return {
      ...member,
      waits_until: waiting?.until ?? null,
      waits_for_batch_id: waiting && seen.has(waiting.batch_id) ? waiting.batch_id : null,
    };
  });
}

const inner = ({ window_days: _w, failed: _f, responded_day: _r, converted_day: _c, step_due_at: _s, ...member }: MemberRecord) =>
  member;

/** Whole records, as an export has them. */
export const shownWhole = (members: readonly MemberRecord[]) => shown(members.map(inner));

async function one(member: MemberRecord, holds?: readonly (Rules.Hold | null)[]) {
  const [only] = await shown([inner(member)], holds);
  return only as ReturnType<typeof inner> & Waits;
}

const One = z.strictObject({ id: text(64) });

export const get = fn(One, async ({ id: wanted }) => one(await Records.read(Members, wanted)));

const filters = {
  person: id(PERSON).optional().describe("Under every id that the person has had"),
  status: oneOf(Rules.memberStatuses).optional(),
  priority: master(PRIORITIES, "code").optional(),
  assigned_to: text(64).optional().describe("Id of a user"),
};

const Query = listSchema(Members, { ...filters, batch: id(REENGAGEMENT_BATCH).optional() });

export async function asked({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  const [known, living] = await Promise.all([Master.resolveAll(Query.shape, rest, rest), person && Identity.living(person)]);
  const within = person && (living ? Identity.idsOf(living) : [person]);
  return { ...queryOf(Members, known), ...(within ? { within } : {}) };
}

export const list = fn(Query, async (input) => {
  const { rows, meta } = await listRecords(Members, await asked(input));
  return new Page(await shown(rows), meta);
});

/** What an export has to know of the list. */
export const listed = { collection: Members, query: Query, asked, info: Info, fields };

/** Those of a batch that the caller sees. */
export const listOf = fn(listSchema(Members, filters).extend(One.shape), async ({ id: batch, ...input }) => {
  const { id: own } = await Records.read(Batches, batch);
  const { rows, meta } = await listRecords(Members, await asked({ ...input, batch: own }));
  return new Page(await shown(rows), meta);
});

export const add = fn(
  z.strictObject({ ...One.shape, person_id: id(PERSON), ...fields }),
  async ({ id: wanted, person_id, ...input }) => {
    const open = () => Batch.open(wanted);
    const [batch, person] = await Promise.all([open(), Identity.find(person_id)]);
    if (!person) throw invalid("person_id", "No such person");
    const known = await checked(filled(fields, { ...input, assigned_to: input.assigned_to ?? batch.assigned_to }));
    return Standing.add(person, open, known, (member, hold) => one(member, [hold]));
  },
);

export const update = fn(patchOf(fields).extend(One.shape), async ({ id: wanted, ...patch }) => {
  const { waits_until, waits_for_batch_id } = await get({ id: wanted });
  return Records.change(Members, wanted, async (current) => checked({ ...current, ...patched(fields, patch) }, current), {
    answer: (member) => ({ ...inner(member), waits_until, waits_for_batch_id }),
  });
});

/** What people write, as it is stored; who is given one is there, whether or not they see the person. */
async function checked<M extends Pick<MemberRecord, keyof typeof fields>>(next: M, current?: MemberRecord): Promise<M> {
  const { assigned_to } = next;
  if (assigned_to && assigned_to !== current?.assigned_to) await User.requireOwner(assigned_to, "assigned_to");
  return Master.resolveAll(fields, next, current);
}

/** It holds the person no more, and counts no more. */
export const remove = fn(One, ({ id: wanted }) =>
  telling(wanted, ({ members, person }) => ({
    members: members.map((each) => (each.id === wanted ? { ...each, deleted_at: Clock.now() } : each)),
    person,
  })),
);

const When = {
  at: instant().optional().describe("Now unless told otherwise; since they were added"),
  source_id: oneLine(200)
    .optional()
    .describe("What it is known by: told again, it is the same. The request itself unless told otherwise"),
};

type Said = { at?: string | undefined; source_id?: string | undefined };

/** Somebody was in touch with them for this batch. */
export const contacted = fn(
  z.strictObject({ ...One.shape, method: oneOf(Rules.contactMethods), ...When }),
  ({ id: wanted, method, ...said }) =>
    telling(wanted, async ({ members, person }, member) => {
      const contact = { ...saidOf(said, member), method };
      if (members.some(({ contacts }) => contacts.some(({ source_id }) => source_id === contact.source_id))) return undefined;
      await requireContact(member, Rules.holdOf(Standing.membershipsOf(members), person), contact.at);
      return {
        members: withFacts(members, wanted, (each) => Rules.withContact(each, contact)),
        person,
      };
    }),
);

/** Whether they may be contacted for this batch at an instant. */
async function requireContact(member: MemberRecord, hold: Rules.Hold | null, at: string): Promise<void> {
  const [batch, holding] = await Records.loadMany(Batches, [member.batch_id, hold?.batch_id ?? member.batch_id], { live: true });
  if (batch?.status !== "ACTIVE")
    throw ruleViolation(`Its batch is ${batch?.status ?? "deleted"}: people are contacted for one that is ACTIVE`);
  if (Rules.hasEnded(member.status)) throw ruleViolation(`A member that is ${member.status} is contacted no more`);
  if (member.contacts.length >= Rules.MOST_CONTACTS) throw ruleViolation(`They have been contacted ${Rules.MOST_CONTACTS} times`);
  if (!Rules.isHeld(member, hold, at, holding?.status)) return;
  const isSeen = holding && (await Records.sees(Batches, holding));
  throw conflict(`Another batch is in touch with them until ${hold.until}, unless that ends before`, [
    { field: "batch_id", message: isSeen ? holding.id : "One that you may not see" },
  ]);
}

/** They were in touch. */
export const responded = fn(z.strictObject({ ...One.shape, ...When }), ({ id: wanted, ...said }) =>
  telling(wanted, ({ members, person }, member) => {
    const response = saidOf(said, member);
    if (Rules.lastBefore(Standing.membershipsOf(members), response.at)?.id !== wanted)
      throw ruleViolation(
        `They were not contacted for this batch in the ${member.window_days} days before, or for another since`,
      );
    return { members, person: Rules.withTold(person, "responses", response) };
  }),
);

/** They want no more of it, in whatever batch. */
export const optedOut = fn(z.strictObject({ ...One.shape, ...When }), ({ id: wanted, ...said }) =>
  telling(wanted, ({ members, person }, member) => ({
    members,
    person: Rules.withTold(person, "refusals", saidOf(said, member)),
  })),
);

/** They cannot be won back, for a reason. */
export const failed = fn(
  z.strictObject({ ...One.shape, reason: oneLine(500).min(1), at: When.at }),
  ({ id: wanted, reason, at }) =>
    telling(wanted, ({ members, person }, member) => ({
      members: withFacts(members, wanted, (each) => Rules.withFailing(each, { at: saidOf({ at }, member).at, reason })),
      person,
    })),
);

function saidOf({ at = Clock.now(), source_id = useRequest().id }: Said, member: MemberRecord): Rules.Told {
  if (Date.parse(at) > Clock.ms()) throw invalid("at", "Later than now");
  if (at < member.added_to_batch_at) throw invalid("at", `Before they were added, at ${member.added_to_batch_at}`);
  return toldAt(source_id, at);
}

const withFacts = (
  members: readonly MemberRecord[],
  wanted: string,
  edit: (membership: Rules.Membership) => Rules.Membership,
): MemberRecord[] =>
  members.map((each) => (each.id === wanted ? { ...each, ...Standing.factsOf(edit(Standing.membershipOf(each))) } : each));

type Telling = (known: Parameters<Edit>[0], member: MemberRecord) => ReturnType<Edit>;

/** Tells something of a member that the caller sees; the answer is that member as it is then. */
async function telling(wanted: string, edit: Telling) {
  const { personal_key_id } = await Records.read(Members, wanted);
  return Standing.change(
    personal_key_id,
    async (known) => {
      const member = known.members.find((each) => each.id === wanted);
      if (!member) throw notFound();
      Records.requireVersion(member);
      return edit(known, member);
    },
    (members, hold) => {
      const member = members.find((each) => each.id === wanted);
      if (!member) throw notFound();
      return one(member, [hold]);
    },
  );
}

export * as Member from "./member.ts";
