import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { derivedId, idTime, newId } from "../../kernel/id.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { tableName } from "../../storage/table/database.ts";
import { matchKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { buildQueueFields, RIVAL_POINT_REASON, RIVAL_SCORE, updatePlain } from "./candidate.rules.ts";
import { comparableName, type NormalizedPoint, parsePoints, type SocialAccount } from "./contact-point-parser.ts";
import { deriveFields, findPrimary } from "./derived-fields.rules.ts";
import type { PersonDisclosure } from "./disclosure.ts";
import {
  findKeyHolder,
  isHeldBy,
  listOtherHolders,
  markPointsShared,
  moveExternalKey,
  PointConflict,
  type PointLock,
  readPointLocks,
  resolveMerged,
  writePointLock,
} from "./identity.ts";
import {
  blankPerson,
  type CandidateRecord,
  Candidates,
  type ContactPoint,
  People,
  type PersonRecord,
  unverifiedFields,
} from "./person.entity.ts";
import { CANDIDATE, CONTACT_POINT, PERSON } from "./person.kind.ts";

/** What a record tells about its person. */
export interface ResolutionInput {
  personal_key_id?: string | null | undefined;
  external_key?: string | null | undefined;
  /** Assigns the external key to the person. Otherwise the key must belong to an existing person. */
  assignsExternalKey?: boolean;
  /** The caller was shown a record of the named person, so the person itself need not be visible. */
  vouched?: boolean;
  /** The source shows nothing of the person, so the new record shows nothing either, even if its creator sees the person. */
  limited?: boolean | undefined;
  /** Typed by an unknown sender: adds no contact points, names or candidates to existing persons. */
  unproved?: boolean;
  /** Contact points of other persons are stored on this one as typed, without a lock. */
  keepsTakenPoints?: boolean;
  first_name: string | null;
  last_name: string | null;
  emails: readonly (string | null | undefined)[];
  phones: readonly (string | null | undefined)[];
  accounts?: readonly SocialAccount[];
}

/** A contact point typed with this many different names belongs to a household or a switchboard, and identifies no person. */
const MIN_SHARED_NAMES = 3;

/** Returns the person after a change, or the same object if nothing changes. */
export type PersonEdit = (person: PersonRecord) => PersonRecord | Promise<PersonRecord>;

/** Combines edits in their order. Returns undefined if there is none. */
export function combineEdits(...optionalEdits: readonly (PersonEdit | undefined)[]): PersonEdit | undefined {
  const edits = optionalEdits.filter((edit) => edit !== undefined);
  if (edits.length === 0) return undefined;
  return async (person) => {
    let next = person;
    for (const edit of edits) next = await edit(next);
    return next;
  };
}

export interface Resolution {
  person: PersonRecord;
  /** Whether the person existed before. */
  isExisting: boolean;
  /** Contact points of the claim that belong only to other persons. */
  takenPoints: readonly NormalizedPoint[];
  /** LIMITED for a record of a person whom the caller does not see: the record shows nothing of the person. */
  person_sight: PersonDisclosure;
  /**
   * Adds the changes of the resolution, and those that `edit` makes to the person, to the transaction of the record. Returns the
   * person after them.
   */
  write: (tx: Transaction, leadId: string | null, edit?: PersonEdit) => Promise<PersonRecord>;
}

/**
 * Finds or builds the person of a claim: by personal key, by external key, or by contact point, with emails before telephone
 * numbers before accounts. A contact point of another person creates a duplicate candidate, never a merge. Reads one batch of
 * locks, and the person if one is found. Writes nothing itself.
 */
export async function resolve(claim: ResolutionInput): Promise<Resolution> {
  const points = await parsePoints(claim, useSettings().default_country);
  const [read, referencedPerson] = await Promise.all([readPointLocks(points), resolveReference(claim)]);
  const typed = comparableName(claim.first_name, claim.last_name);
  const all = read.map((lock) => ({ ...lock, isAmbiguous: isAmbiguousPoint(lock, claim.unproved ? null : typed) }));
  const existingPerson = referencedPerson ?? (await findPointHolder(all, claim));
  const [locks, name] = claim.unproved
    ? [all.filter((lock) => isOwn(lock, existingPerson)), existingPerson ? null : typed]
    : [all, typed];
  const person = existingPerson ?? buildPerson(claim, await CustomFields.buildDefaults("person"));
  const rivals = await listRivals(person, locks);
  const candidates = rivals.length > 0 ? await prepareCandidates(person.id, rivals) : [];
  const keyed = claim.assignsExternalKey && claim.external_key && !person.external_key ? claim.external_key : person.external_key;
  const keepsPoints = claim.keepsTakenPoints ?? false;
  const write: Resolution["write"] = (tx, leadId, edit = (resolvedPerson) => resolvedPerson) =>
    writeResolution(tx, {
      before: existingPerson,
      person: { ...person, external_key: keyed },
      locks,
      name,
      candidates,
      leadId,
      keepsTakenPoints: keepsPoints,
      edit,
    });
  const conflictingPoints = locks.filter((lock) => isTaken(lock, person)).map(({ point }) => point);
  const person_sight = existingPerson && (claim.limited || !(await Records.canSee(People, existingPerson))) ? "LIMITED" : null;
  return { person, isExisting: existingPerson !== undefined, takenPoints: conflictingPoints, person_sight, write };
}

interface ClassifiedLock extends PointLock {
  /** Whether it identifies no person, including the name typed now. */
  isAmbiguous: boolean;
}

const isAmbiguousPoint = (lock: PointLock, name: string | null): boolean =>
  lock.is_shared || (name !== null && !lock.names.includes(name) && lock.names.length >= MIN_SHARED_NAMES - 1);

/** Tells whether the person holds the point. Without a person: whether it is free or shared. */
const isOwn = (lock: PointLock, person: PersonRecord | undefined): boolean =>
  person ? isHeldBy(lock, person) : lock.holders.length === 0 || lock.is_shared;

/** Tells whether the point belongs only to other persons. */
const isTaken = (lock: ClassifiedLock, person: PersonRecord): boolean =>
  lock.holders.length > 0 && !lock.isAmbiguous && !isHeldBy(lock, person);

/** Returns the holder of the first point that identifies a person, unless that person has another external key than the claimed one. */
async function findPointHolder(
  locks: readonly ClassifiedLock[],
  { assignsExternalKey, external_key }: ResolutionInput,
): Promise<PersonRecord | undefined> {
  const holder = locks.find((lock) => lock.holders.length > 0 && !lock.isAmbiguous)?.holders[0];
  const person = holder === undefined ? undefined : await resolveMerged(holder);
  const isOther = assignsExternalKey && external_key && person?.external_key && person.external_key !== external_key;
  return person && !person.deleted_at && !isOther ? person : undefined;
}

/** Lists the other live persons who hold one of the points. */
async function listRivals(person: PersonRecord, locks: readonly ClassifiedLock[]): Promise<string[]> {
  const holders = new Set(locks.flatMap((lock) => (lock.holders.length > 0 && !isHeldBy(lock, person) ? [lock.holders[0]] : [])));
  const rivals = await Promise.all([...holders].map((id) => resolveMerged(id as string)));
  return [...new Set(rivals.flatMap((rival) => (rival && !rival.deleted_at ? [rival.id] : [])))].filter((id) => id !== person.id);
}

/** Fills the names and contact points that a record omits from the primary ones of its person. */
export function fillFromPerson(
  person: PersonRecord,
  typed: { first_name?: unknown; last_name?: unknown; email?: unknown; phone?: unknown },
) {
  return {
    first_name: (typed.first_name as string | undefined) ?? person.first_name ?? undefined,
    last_name: (typed.last_name as string | undefined) ?? person.last_name ?? undefined,
    email: (typed.email as string | undefined) ?? findPrimary(person, "email"),
    phone: (typed.phone as string | undefined) ?? findPrimary(person, "phone"),
  };
}

/** Returns the person named by id or key. Refuses one that does not exist or that the caller may not name. */
export async function resolveReference({
  personal_key_id,
  external_key,
  assignsExternalKey,
  vouched,
}: Pick<ResolutionInput, "personal_key_id" | "external_key" | "assignsExternalKey" | "vouched">): Promise<
  PersonRecord | undefined
> {
  const isShown = async (person: PersonRecord | undefined) => person && (vouched || (await Records.canSee(People, person)));
  if (personal_key_id) {
    const person = await resolveMerged(personal_key_id);
    if (!person || person.deleted_at || !(await isShown(person))) throw invalid("personal_key_id", "No such person");
    return person;
  }
  if (!external_key) return undefined;
  const holder = await findKeyHolder(external_key);
  const person = holder === undefined ? undefined : await resolveMerged(holder);
  // An assigned key finds its holder, like a contact point. A key used as a reference must be that of a person whom the caller
  // sees.
  if (!assignsExternalKey && !(await isShown(person))) throw invalid("external_key", "No person has this external key");
  return person;
}

const buildPerson = ({ first_name, last_name }: ResolutionInput, custom_fields: PersonRecord["custom_fields"]): PersonRecord =>
  Records.init(People, { ...blankPerson, first_name, last_name, custom_fields }, { id: newId(PERSON) });

interface ResolutionWrite {
  before: PersonRecord | undefined;
  person: PersonRecord;
  locks: readonly ClassifiedLock[];
  name: string | null;
  candidates: readonly CandidateRecord[];
  leadId: string | null;
  keepsTakenPoints: boolean;
  edit: PersonEdit;
}

async function writeResolution(
  tx: Transaction,
  { before, person, locks, name, candidates, leadId, keepsTakenPoints, edit }: ResolutionWrite,
): Promise<PersonRecord> {
  const added: ContactPoint[] = [];
  const shared = new Set<string>();
  const pointsByHolder = new Map<string, NormalizedPoint[]>();
  for (const lock of locks) {
    const isHeldByPerson = isHeldBy(lock, person);
    const takes = !isHeldByPerson && (lock.holders.length === 0 || lock.isAmbiguous);
    const names = name === null || lock.names.includes(name) ? lock.names : [...lock.names, name];
    if (lock.revision === 0 || lock.isAmbiguous !== lock.is_shared || names !== lock.names || takes) {
      writePointLock(tx, lock, {
        holders: takes ? [...lock.holders, person.id] : lock.holders,
        is_shared: lock.isAmbiguous,
        names: names.slice(0, MIN_SHARED_NAMES),
      });
    }
    if (lock.isAmbiguous && !lock.is_shared) {
      if (isHeldByPerson) shared.add(lock.point.normalized);
      for (const id of listOtherHolders(lock, person)) pointsByHolder.set(id, [...(pointsByHolder.get(id) ?? []), lock.point]);
    }
    const { normalized, type, value } = lock.point;
    if (isHeldByPerson || takes) {
      const hasPoint = person.contact_points.some((point) => point.normalized === normalized);
      if (!hasPoint) added.push(buildPoint(lock.point, { is_shared: lock.isAmbiguous, lead_id: leadId }));
    } else if (keepsTakenPoints) {
      const hasPoint = person.contact_points.some((point) => point.contact_type === type && point.contact_value === value);
      if (!hasPoint) added.push({ ...buildPoint(lock.point, { lead_id: leadId }), normalized: null });
    }
  }
  await markPointsShared(tx, pointsByHolder, person);
  for (const candidate of candidates) {
    const updatedCandidate = addLeadReason(candidate, leadId);
    const isNew = candidate.version === 1;
    tx.put(Candidates.toItem(useTenant(), updatedCandidate, "{}"), {
      condition: isNew ? "attribute_not_exists(pk)" : "version = :read",
      ...(isNew ? {} : { values: { ":read": candidate.version - 1 } }),
      rejection: candidateConflict,
    });
  }
  linkPairs(tx, candidates);
  const knownPoints = person.contact_points.map((point) =>
    point.normalized !== null && shared.has(point.normalized) ? { ...point, is_shared: true } : point,
  );
  const joinedPerson = { ...person, contact_points: [...knownPoints, ...added] };
  const edited = await edit(joinedPerson);
  const next = deriveFields(edited);
  moveExternalKey(tx, person.id, before?.external_key ?? null, next.external_key);
  if (!before) {
    tx.create(People, next);
    return next;
  }
  const isUnchanged = added.length === 0 && shared.size === 0 && next.external_key === before.external_key;
  if (isUnchanged && edited === joinedPerson) return before;
  const updatedPerson = Records.nextVersion(before, next);
  tx.replace(People, before, updatedPerson);
  return updatedPerson;
}

export function buildPoint(point: NormalizedPoint, more: Partial<ContactPoint> = {}): ContactPoint {
  const now = Clock.now();
  return {
    id: newId(CONTACT_POINT).slice(4),
    contact_type: point.type,
    contact_value: point.value,
    normalized: point.normalized,
    is_primary: false,
    ...unverifiedFields,
    is_shared: false,
    platform_name: null,
    platform_user_id: null,
    platform_page_id: null,
    platform_profile_url: null,
    ...point.platform,
    lead_id: null,
    original_lead_id: more.lead_id ?? null,
    created_at: now,
    updated_at: now,
    ...more,
  };
}

/** Returns new candidates for pairs, except those already found without sensitive values. The id is derived from the pair. */
async function prepareCandidates(person: string, rivals: readonly string[]): Promise<CandidateRecord[]> {
  const pairs = rivals.map((rival) => buildCandidate(person, rival, { score: RIVAL_SCORE, reasons: [] }));
  const storedCandidates = await Records.loadMany(
    Candidates,
    pairs.map(({ id }) => id),
  );
  return pairs.flatMap((pair, index) => {
    const before = storedCandidates[index];
    if (!before) return [pair];
    return before.plain ? [] : [Records.nextVersion(before, { ...before, ...buildQueueFields(pair.plain) })];
  });
}

/** Puts the lead's reason before the others. A user's decision stays. */
function addLeadReason(candidate: CandidateRecord, lead_id: string | null): CandidateRecord {
  const leadReasons = [{ reason: RIVAL_POINT_REASON, lead_id }];
  const { status, score, reasons, plain } = candidate;
  const isDecided = status === "MERGED" || status === "DISMISSED";
  const nextPlain = plain && { ...plain, status: isDecided ? status : plain.status, score: RIVAL_SCORE, reasons: leadReasons };
  const statusFields = isDecided
    ? {}
    : { status: "OPEN" as const, score: Math.max(RIVAL_SCORE, score), reasons: [...leadReasons, ...reasons] };
  return { ...candidate, ...statusFields, ...buildQueueFields(nextPlain) };
}

/** The stream or another request wrote the candidate first: read again. */
const candidateConflict = (): Error => new PointConflict("The candidate was created concurrently");

/** Adds the other person of each pair to the match entries. */
function linkPairs(tx: Transaction, candidates: readonly CandidateRecord[]): void {
  const otherIdsByPerson = new Map<string, string[]>();
  const link = (id: string, otherId: string) => otherIdsByPerson.set(id, [...(otherIdsByPerson.get(id) ?? []), otherId]);
  for (const { person_id, other_person_id } of candidates) {
    link(person_id, other_person_id);
    link(other_person_id, person_id);
  }
  for (const [id, otherIds] of otherIdsByPerson) tx.add(buildLinkAction(id, otherIds));
}

/** Adds a new candidate and its links to the transaction. */
export function addCandidate(tx: Transaction, candidate: CandidateRecord): void {
  tx.create(Candidates, candidate, candidateConflict);
  linkPairs(tx, [candidate]);
}

export const buildLinkAction = (id: string, otherIds: readonly string[]) => ({
  Update: {
    TableName: tableName(),
    Key: matchKey(useTenant(), id),
    UpdateExpression: "ADD other_ids :others",
    ExpressionAttributeValues: { ":others": new Set(otherIds) },
  },
});

/** Builds the candidate of a pair, whose id depends only on the two persons. Without `plain`, it does not depend on sensitive values. */
export function buildCandidate(
  personId: string,
  otherPersonId: string,
  finding: Pick<CandidateRecord, "score" | "reasons">,
  plain: CandidateRecord["plain"] = updatePlain(null, finding, Clock.now()),
): CandidateRecord {
  const [person_id = "", other_person_id = ""] = [personId, otherPersonId].sort();
  const id = candidateId(personId, otherPersonId);
  const fields = { person_id, other_person_id, status: "OPEN" as const, ...finding, ...buildQueueFields(plain) };
  const pair = Records.init(Candidates, fields, { id });
  return { ...pair, created_at: Clock.now(), updated_at: Clock.now() };
}

/**
 * Returns the id of a pair's candidate. It contains the creation time of the younger person, which makes collisions of hashes less
 * likely.
 */
export function candidateId(personId: string, otherPersonId: string): string {
  const pair = [personId, otherPersonId].sort();
  return derivedId(CANDIDATE, idTime(pair[1] as string), pair.join("/"));
}
