import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { may, useActorId, useSettings } from "../kernel/context.ts";
import { conflict, type Detail, forbidden, invalid, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id, name, oneOf, patchOf, text } from "../kernel/schema.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Visible } from "../storage/read/visibility.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { comparableName, emailPoint, type Point, phonePoint, socialPoint } from "./contact.ts";
import { samePoint } from "./identity.rules.ts";
import {
  change,
  type Lock,
  living,
  MOST_POINTS,
  othersOf,
  pointOf,
  read,
  readLocks,
  release,
  tellHolders,
  writeLock,
} from "./identity.ts";
import { asNamed } from "./leads-named.ts";
import { personGrants } from "./person.domain.ts";
import { type ContactPoint, People, type PersonRecord, platform, pointTypes, unproved } from "./person.entity.ts";
import { newPoint } from "./resolve.ts";

/**
 * Contact points of a person. A value that can be read belongs to one person of the tenant, unless it is marked as
 * shared; one that cannot be read is kept as typed and owns nothing. Each write gives the person as it is then.
 */

export const fields = {
  contact_type: oneOf(pointTypes),
  contact_value: name(255).describe(
    "An email address, a telephone number as people of the tenant's country write it, an account",
  ),
  ...platform,
  is_primary: z.boolean().optional().describe("The first of its type is"),
  is_verified: z.boolean().optional().describe("Said by hand, with the right to; a code or a link says it otherwise"),
  is_shared: z.boolean().optional().describe("Belongs to several persons: a household, a switchboard, info@"),
};

export const Typed = z.strictObject(fields);
const One = z.strictObject({ id: text(64), point_id: text(64) });

export const add = fn(Typed.extend({ id: text(64), lead_id: id(LEAD).optional() }), ({ id, lead_id, ...typed }) =>
  change(id, async (person, tx) => {
    if (lead_id !== undefined && !(await Records.isShown(LEAD, lead_id))) throw invalid("lead_id", "No such lead");
    const added = await take(tx, person, [await made(typed, { lead_id: lead_id ?? null })]);
    return chosen(added, typed.is_primary ? added.contact_points.at(-1)?.id : undefined);
  }),
);

const { contact_type: _fixed, ...changeable } = fields;

export const update = fn(patchOf(changeable).extend(One.shape), ({ id, point_id, ...patch }) =>
  change(id, async (person, tx) => {
    const before = pointNamed(person, point_id);
    const known = Object.fromEntries(Object.entries(before).filter(([field]) => field in fields)) as z.output<typeof Typed>;
    const typed = { ...known, ...dropUndefined(patch) } as z.output<typeof Typed>;
    const { id: _new, created_at: _at, ...value } = await made({ ...typed, is_verified: false });
    const moved = value.normalized !== before.normalized;
    // Verified is the value, not the place where it stood; one that cannot be read is as it was typed.
    const isSame = samePoint({ ...before, ...value }) === samePoint(before);
    const kept = isSame ? proofOf(before) : unproved;
    const proof = vouched(kept, patch.is_verified ?? kept.is_verified);
    const { lead_id, original_lead_id } = before;
    const after = { ...before, ...value, ...proof, lead_id, original_lead_id, updated_at: Clock.now() };
    const others = { ...person, contact_points: person.contact_points.filter((point) => point.id !== point_id) };
    if (moved) await release(tx, person, [before]);
    const next =
      moved || after.is_shared !== before.is_shared
        ? await take(tx, others, [after])
        : { ...others, contact_points: [...others.contact_points, after] };
    const place = person.contact_points.indexOf(before);
    const last = next.contact_points.at(-1) as ContactPoint;
    const ordered = { ...next, contact_points: next.contact_points.slice(0, -1).toSpliced(place, 0, last) };
    return chosen(ordered, patch.is_primary ? point_id : undefined, patch.is_primary === false ? point_id : undefined);
  }),
);

export const remove = fn(One, ({ id, point_id }) =>
  change(id, async (person, tx) => {
    const gone = pointNamed(person, point_id);
    await release(tx, person, [gone]);
    return { ...person, contact_points: person.contact_points.filter((point) => point !== gone) };
  }),
);

export const Query = z.strictObject({ contact_type: oneOf(pointTypes).optional(), lead_id: text(64).optional() });

/** All of them, or those of a type, or those that a lead named. */
export const list = fn(Query.extend({ id: text(64) }), async ({ id, contact_type, lead_id }) => {
  const { contact_points } = await asNamed(await read(id));
  return contact_points.filter(
    (point) =>
      (contact_type === undefined || point.contact_type === contact_type) &&
      (lead_id === undefined || point.lead_id === lead_id || point.original_lead_id === lead_id),
  );
});

/** The point that was typed; what cannot be read has no normalized form. */
export async function made(typed: z.output<typeof Typed>, more: Partial<ContactPoint> = {}): Promise<ContactPoint> {
  const { contact_type, contact_value, is_primary = false, is_verified = false, is_shared = false } = typed;
  const read = await readers[contact_type](typed);
  const point: Point = read ?? { type: contact_type, value: contact_value, normalized: "" };
  const platforms = Object.fromEntries(Object.keys(platform).map((key) => [key, typed[key as keyof typeof platform] ?? null]));
  return {
    ...newPoint(point, more),
    ...vouched(unproved, is_verified),
    ...platforms,
    contact_value,
    normalized: read?.normalized ?? null,
    is_primary,
    is_shared,
  };
}

type Proved = Pick<ContactPoint, keyof typeof unproved>;

const proofOf = ({ is_verified, verified_at, verified_by, verified_by_id }: ContactPoint): Proved => ({
  ...{ is_verified, verified_at, verified_by, verified_by_id },
});

/** What somebody says by hand of whether it is verified: what is known already needs no right, and stays as it was proved. */
function vouched(known: Proved, is_verified: boolean): Proved {
  if (is_verified === known.is_verified) return known;
  if (!may(personGrants.vouch))
    throw forbidden("Your role may not say by hand whether a contact point is verified: have a code sent to it");
  return is_verified ? { is_verified, verified_at: Clock.now(), verified_by: "staff", verified_by_id: useActorId() } : unproved;
}

const readers: Record<Point["type"], (typed: z.output<typeof Typed>) => Point | undefined | Promise<Point | undefined>> = {
  email: ({ contact_value }) => emailPoint(contact_value),
  phone: ({ contact_value }) => phonePoint(contact_value, useSettings().default_country),
  social: socialPoint,
};

/**
 * Gives points to a person, with their locks. What somebody else holds is a conflict that names them, unless one of the
 * two says that it is shared: then it belongs to all who have it, and says so on each.
 */
export async function take(
  tx: Transaction,
  person: PersonRecord,
  points: readonly ContactPoint[],
  field: (at: number) => string = () => "contact_value",
): Promise<PersonRecord> {
  if (person.contact_points.length + points.length > MOST_POINTS)
    throw invalid("contact_points", `A person has ${MOST_POINTS} contact points at most`);
  const owning = points.filter((point) => point.normalized !== null);
  const locks = await readLocks(owning.map(pointOf));
  const name = comparableName(person.first_name, person.last_name);
  const refused: Detail[] = [];
  const known = new Set(person.contact_points.map(samePoint));
  const shared = new Set<ContactPoint>();
  const told = new Map<string, Point[]>();
  for (const [at, lock] of locks.entries()) {
    const point = owning[at] as ContactPoint;
    const refuse = (message: string): number => refused.push({ field: field(points.indexOf(point)), message });
    const others = await liveHolders(lock, person);
    const is_shared = point.is_shared || (lock.is_shared && others.size > 0);
    if (known.has(samePoint(point))) refuse("The person has it already");
    else if (others.size > 0 && !is_shared) refuse(await belongsTo([...others.values()]));
    known.add(samePoint(point));
    const own = lock.holders.filter((id) => !othersOf(lock, person).includes(id));
    const names = others.size > 0 ? lock.names : [];
    writeLock(tx, lock, {
      holders: [...(own.length > 0 ? own : [person.id]), ...others.keys()],
      is_shared,
      names: name === null || names.includes(name) ? names : [...names, name].slice(0, 3),
    });
    if (is_shared) shared.add(point);
    if (is_shared && !lock.is_shared) for (const id of others.keys()) told.set(id, [...(told.get(id) ?? []), lock.point]);
  }
  if (refused.length > 0) throw conflict("A contact point belongs to one person, and stands once on it", refused);
  await tellHolders(tx, told, person);
  const taken = points.map((point) => ({ ...point, is_shared: point.normalized === null ? false : shared.has(point) }));
  return { ...person, contact_points: [...person.contact_points, ...taken] };
}

/** Whom a point belongs to, by name only where the caller sees them. */
async function belongsTo(holders: readonly PersonRecord[]): Promise<string> {
  const [holder] = await Visible.among(People, holders);
  return holder
    ? `It belongs to the person ${holder.id}; mark it as shared, or merge the two`
    : "It belongs to somebody else; mark it as shared, or ask an administrator";
}

/** Live persons beside this one who hold the point, by the id under which they hold it. */
async function liveHolders(lock: Lock, person: PersonRecord): Promise<Map<string, PersonRecord>> {
  const ids = othersOf(lock, person);
  const holders = await Promise.all(ids.map(living));
  const live = ids.flatMap((id, at): [string, PersonRecord][] => {
    const holder = holders[at];
    return holder && !holder.deleted_at && holder.id !== person.id ? [[id, holder]] : [];
  });
  return new Map(live);
}

/** Makes one the primary of its type, or leaves that to another. */
function chosen(person: PersonRecord, primary: string | undefined, not?: string): PersonRecord {
  const point = person.contact_points.find(({ id }) => id === (primary ?? not));
  if (!point) return person;
  const rival = person.contact_points.find(({ id, contact_type }) => contact_type === point.contact_type && id !== point.id);
  const first = primary === undefined ? (rival ?? point) : point;
  const contact_points = person.contact_points.map((each) =>
    each.contact_type === point.contact_type ? { ...each, is_primary: each.id === first.id } : each,
  );
  return { ...person, contact_points };
}

function pointNamed(person: PersonRecord, id: string): ContactPoint {
  const point = person.contact_points.find((each) => each.id === id);
  if (!point) throw notFound();
  return point;
}

const dropUndefined = (patch: object): object =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

export * as ContactPoints from "./contact-points.ts";
