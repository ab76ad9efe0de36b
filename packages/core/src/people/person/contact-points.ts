import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId, useSettings } from "../../kernel/context.ts";
import { conflict, type ErrorDetail, forbidden, invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, name, oneOf, patchSchema, text } from "../../kernel/schema.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import {
  comparableName,
  type NormalizedPoint,
  parseEmailPoint,
  parsePhonePoint,
  parseSocialPoint,
} from "./contact-point-parser.ts";
import { pointKey } from "./derived-fields.rules.ts";
import {
  change,
  listOtherHolders,
  MAX_POINTS,
  markPointsShared,
  type PointLock,
  read,
  readPointLocks,
  releasePoints,
  resolveMerged,
  toNormalizedPoint,
  writePointLock,
} from "./identity.ts";
import { type ContactPoint, People, type PersonRecord, platformFields, pointTypes, unverifiedFields } from "./person.entity.ts";
import { personGrants } from "./person.kind.ts";
import { buildPoint } from "./resolution.ts";
import { redactHiddenSources } from "./source-redaction.ts";

/**
 * Contact points of a person. A value that can be parsed belongs to one person of the tenant, unless it is marked as shared. Any
 * other value is stored as typed and is not locked. Each write returns the person after it.
 */

export const fields = {
  contact_type: oneOf(pointTypes),
  contact_value: name(255).describe("An email address, a telephone number as written in the tenant's country, or an account"),
  ...platformFields,
  is_primary: z.boolean().optional().describe("By default, true for the first of its type"),
  is_verified: z
    .boolean()
    .optional()
    .describe("Setting it manually requires a permission; otherwise a code or a link verifies the contact point"),
  is_shared: z.boolean().optional().describe("Belongs to several persons: a household, a switchboard, info@"),
};

export const ContactPointInput = z.strictObject(fields);
const PointIdInput = z.strictObject({ id: text(64), point_id: text(64) });

export const add = fn(ContactPointInput.extend({ id: text(64), lead_id: id(LEAD).optional() }), ({ id, lead_id, ...typed }) =>
  change(id, async (person, tx) => {
    if (lead_id !== undefined && !(await Records.isVisible(LEAD, lead_id))) throw invalid("lead_id", "No such lead");
    const added = await acquirePoints(tx, person, [await buildTypedPoint(typed, { lead_id: lead_id ?? null })]);
    return setPrimary(added, typed.is_primary ? added.contact_points.at(-1)?.id : undefined);
  }),
);

const { contact_type: _fixed, ...changeableFields } = fields;

export const update = fn(patchSchema(changeableFields).extend(PointIdInput.shape), ({ id, point_id, ...patch }) =>
  change(id, async (person, tx) => {
    const before = requirePoint(person, point_id);
    const currentFields = Object.fromEntries(Object.entries(before).filter(([field]) => field in fields)) as z.output<
      typeof ContactPointInput
    >;
    const typed = { ...currentFields, ...dropUndefined(patch) } as z.output<typeof ContactPointInput>;
    const { id: _new, created_at: _at, ...value } = await buildTypedPoint({ ...typed, is_verified: false });
    const isValueChanged = value.normalized !== before.normalized;
    // The value is verified, not the list position. A value that cannot be parsed is compared as typed.
    const isSame = pointKey({ ...before, ...value }) === pointKey(before);
    const currentProof = isSame ? pickProof(before) : unverifiedFields;
    const proof = applyManualProof(currentProof, patch.is_verified ?? currentProof.is_verified);
    const { lead_id, original_lead_id } = before;
    const after = { ...before, ...value, ...proof, lead_id, original_lead_id, updated_at: Clock.now() };
    const personWithoutPoint = { ...person, contact_points: person.contact_points.filter((point) => point.id !== point_id) };
    if (isValueChanged) await releasePoints(tx, person, [before]);
    const next =
      isValueChanged || after.is_shared !== before.is_shared
        ? await acquirePoints(tx, personWithoutPoint, [after])
        : { ...personWithoutPoint, contact_points: [...personWithoutPoint.contact_points, after] };
    const place = person.contact_points.indexOf(before);
    const last = next.contact_points.at(-1) as ContactPoint;
    const orderedPerson = { ...next, contact_points: next.contact_points.slice(0, -1).toSpliced(place, 0, last) };
    return setPrimary(orderedPerson, patch.is_primary ? point_id : undefined, patch.is_primary === false ? point_id : undefined);
  }),
);

export const remove = fn(PointIdInput, ({ id, point_id }) =>
  change(id, async (person, tx) => {
    const removedPoint = requirePoint(person, point_id);
    await releasePoints(tx, person, [removedPoint]);
    return { ...person, contact_points: person.contact_points.filter((point) => point !== removedPoint) };
  }),
);

export const Query = z.strictObject({ contact_type: oneOf(pointTypes).optional(), lead_id: text(64).optional() });

/** Lists the contact points of a person: all, those of a type, or those named by a lead. */
export const list = fn(Query.extend({ id: text(64) }), async ({ id, contact_type, lead_id }) => {
  const { contact_points } = await redactHiddenSources(await read(id));
  return contact_points.filter(
    (point) =>
      (contact_type === undefined || point.contact_type === contact_type) &&
      (lead_id === undefined || point.lead_id === lead_id || point.original_lead_id === lead_id),
  );
});

/** Builds the typed contact point. A value that cannot be parsed has no normalized form. */
export async function buildTypedPoint(
  typed: z.output<typeof ContactPointInput>,
  more: Partial<ContactPoint> = {},
): Promise<ContactPoint> {
  const { contact_type, contact_value, is_primary = false, is_verified = false, is_shared = false } = typed;
  const read = await pointParsers[contact_type](typed);
  const point: NormalizedPoint = read ?? { type: contact_type, value: contact_value, normalized: "" };
  const platforms = Object.fromEntries(
    Object.keys(platformFields).map((key) => [key, typed[key as keyof typeof platformFields] ?? null]),
  );
  return {
    ...buildPoint(point, more),
    ...applyManualProof(unverifiedFields, is_verified),
    ...platforms,
    contact_value,
    normalized: read?.normalized ?? null,
    is_primary,
    is_shared,
  };
}

type ProofFields = Pick<ContactPoint, keyof typeof unverifiedFields>;

const pickProof = ({ is_verified, verified_at, verified_by, verified_by_id }: ContactPoint): ProofFields => ({
  ...{ is_verified, verified_at, verified_by, verified_by_id },
});

/** Applies `is_verified` from a user's input. An unchanged value needs no right, and keeps its proof. */
function applyManualProof(proof: ProofFields, is_verified: boolean): ProofFields {
  if (is_verified === proof.is_verified) return proof;
  if (!hasPermission(personGrants.vouch))
    throw forbidden("Your role cannot set is_verified manually: send a code to the contact point");
  return is_verified
    ? { is_verified, verified_at: Clock.now(), verified_by: "staff", verified_by_id: useActorId() }
    : unverifiedFields;
}

const pointParsers: Record<
  NormalizedPoint["type"],
  (typed: z.output<typeof ContactPointInput>) => NormalizedPoint | undefined | Promise<NormalizedPoint | undefined>
> = {
  email: ({ contact_value }) => parseEmailPoint(contact_value),
  phone: ({ contact_value }) => parsePhonePoint(contact_value, useSettings().default_country),
  social: parseSocialPoint,
};

/**
 * Adds contact points with their locks. A value that another person has is refused with that person's id, unless one of the two is
 * marked as shared. Then both are marked and all its persons hold it.
 */
export async function acquirePoints(
  tx: Transaction,
  person: PersonRecord,
  points: readonly ContactPoint[],
  field: (index: number) => string = () => "contact_value",
): Promise<PersonRecord> {
  if (person.contact_points.length + points.length > MAX_POINTS)
    throw invalid("contact_points", `A person can have at most ${MAX_POINTS} contact points`);
  const owning = points.filter((point) => point.normalized !== null);
  const locks = await readPointLocks(owning.map(toNormalizedPoint));
  const name = comparableName(person.first_name, person.last_name);
  const errors: ErrorDetail[] = [];
  const pointKeys = new Set(person.contact_points.map(pointKey));
  const shared = new Set<ContactPoint>();
  const sharedByHolder = new Map<string, NormalizedPoint[]>();
  for (const [index, lock] of locks.entries()) {
    const point = owning[index] as ContactPoint;
    const refuse = (message: string): number => errors.push({ field: field(points.indexOf(point)), message });
    const otherHolders = await loadLiveHolders(lock, person);
    const is_shared = point.is_shared || (lock.is_shared && otherHolders.size > 0);
    if (pointKeys.has(pointKey(point))) refuse("The person already has this contact point");
    else if (otherHolders.size > 0 && !is_shared) refuse(await describeHolder([...otherHolders.values()]));
    pointKeys.add(pointKey(point));
    const ownIds = lock.holders.filter((id) => !listOtherHolders(lock, person).includes(id));
    const names = otherHolders.size > 0 ? lock.names : [];
    writePointLock(tx, lock, {
      holders: [...(ownIds.length > 0 ? ownIds : [person.id]), ...otherHolders.keys()],
      is_shared,
      names: name === null || names.includes(name) ? names : [...names, name].slice(0, 3),
    });
    if (is_shared) shared.add(point);
    if (is_shared && !lock.is_shared)
      for (const id of otherHolders.keys()) sharedByHolder.set(id, [...(sharedByHolder.get(id) ?? []), lock.point]);
  }
  if (errors.length > 0) throw conflict("A contact point can belong to only one person, and only once", errors);
  await markPointsShared(tx, sharedByHolder, person);
  const acquiredPoints = points.map((point) => ({ ...point, is_shared: point.normalized === null ? false : shared.has(point) }));
  return { ...person, contact_points: [...person.contact_points, ...acquiredPoints] };
}

/** Describes the holder of a contact point, by id only if the caller sees that person. */
async function describeHolder(holders: readonly PersonRecord[]): Promise<string> {
  const [holder] = await Visibility.filterVisible(People, holders);
  return holder
    ? `Belongs to the person ${holder.id}: mark it as shared, or merge the two persons`
    : "Belongs to another person: mark it as shared, or ask an administrator";
}

/** Loads the other live persons who hold the point, by the id under which they hold it. */
async function loadLiveHolders(lock: PointLock, person: PersonRecord): Promise<Map<string, PersonRecord>> {
  const ids = listOtherHolders(lock, person);
  const holders = await Promise.all(ids.map(resolveMerged));
  const live = ids.flatMap((id, index): [string, PersonRecord][] => {
    const holder = holders[index];
    return holder && !holder.deleted_at && holder.id !== person.id ? [[id, holder]] : [];
  });
  return new Map(live);
}

/** Makes a point the primary one of its type, or another one in place of `not`. */
function setPrimary(person: PersonRecord, primary: string | undefined, not?: string): PersonRecord {
  const point = person.contact_points.find(({ id }) => id === (primary ?? not));
  if (!point) return person;
  const rival = person.contact_points.find(({ id, contact_type }) => contact_type === point.contact_type && id !== point.id);
  const first = primary === undefined ? (rival ?? point) : point;
  const contact_points = person.contact_points.map((contactPoint) =>
    contactPoint.contact_type === point.contact_type
      ? { ...contactPoint, is_primary: contactPoint.id === first.id }
      : contactPoint,
  );
  return { ...person, contact_points };
}

function requirePoint(person: PersonRecord, id: string): ContactPoint {
  const point = person.contact_points.find((contactPoint) => contactPoint.id === id);
  if (!point) throw notFound();
  return point;
}

const dropUndefined = (patch: object): object =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

export * as ContactPoints from "./contact-points.ts";
