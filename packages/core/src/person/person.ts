import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { derivedId, newId } from "../kernel/id.ts";
import { text } from "../kernel/schema.ts";
import { getAll, get as getItem, type Item } from "../storage/database.ts";
import { hashed, type Key, recordKey, tenantKey } from "../storage/key.ts";
import { Records } from "../storage/records.ts";
import { Moved, type Transaction } from "../storage/transaction.ts";
import { comparableName, type Point, pointsOf } from "./contact.ts";
import { type CandidateRecord, Candidates, type ContactPoint, People, type PersonRecord, Stored } from "./person.entity.ts";

/** One human behind every record: found by contact point, or made. */

export const Info = Stored;

/** A contact point, or an external key, found another owner between reading and writing: read again. */
export class PointTaken extends Moved {
  override name = "PointTaken";
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.read(People, id));

/** What a record says about the human behind it. */
export interface Claim {
  personal_key_id?: string | null | undefined;
  external_key?: string | null | undefined;
  first_name: string | null;
  last_name: string | null;
  emails: readonly (string | null | undefined)[];
  phones: readonly (string | null | undefined)[];
}

/** A contact point's owner, and the names that were typed with it (at most three). */
interface Lock {
  key: Key;
  point: Point;
  person_id: string | undefined;
  is_shared: boolean;
  names: readonly string[];
  revision: number;
}

/** Typed with so many different names, a contact point belongs to a household or a switchboard, to nobody alone. */
const NAMES_OF_SHARED = 3;

export interface Resolution {
  person: PersonRecord;
  /** Adds what the resolution changes to the transaction of the record that made the claim. */
  write: (tx: Transaction, leadId: string) => void;
}

/**
 * Finds or makes the person of a claim (contract, "Leads and persons"): by personal key, by external key, or by
 * contact point, email before phone. A point of somebody else makes a duplicate candidate, never a merge.
 * Reads one batch of locks, and the person when one is found; writes nothing itself.
 */
export async function resolve(claim: Claim): Promise<Resolution> {
  const points = pointsOf(claim, useSettings().default_country);
  const [read, named] = await Promise.all([readLocks(points), personNamed(claim)]);
  const name = comparableName(claim.first_name, claim.last_name);
  const locks = read.map((lock) => ({ ...lock, crowded: isCrowded(lock, name) }));
  const telling = locks.find((lock) => lock.person_id !== undefined && !lock.crowded);
  const found = named ?? (telling?.person_id ? await Records.find(People, telling.person_id) : undefined);
  const person = found ?? bornOf(claim);
  const rivals = [...new Set(locks.flatMap((lock) => (lock.person_id && lock.person_id !== person.id ? [lock.person_id] : [])))];
  const candidates = rivals.length > 0 ? await newCandidates(person.id, rivals) : [];
  return { person, write: (tx, leadId) => write(tx, { before: found, person, locks, name, candidates, leadId }) };
}

const isCrowded = (lock: Lock, name: string | null): boolean =>
  lock.is_shared || (name !== null && !lock.names.includes(name) && lock.names.length >= NAMES_OF_SHARED - 1);

/** What a record leaves out about a person that it names, the person says: names and primary contact points. */
export function fill(
  person: PersonRecord,
  typed: { first_name?: unknown; last_name?: unknown; email?: unknown; phone?: unknown },
) {
  const primary = (type: ContactPoint["contact_type"]): string | undefined =>
    person.contact_points.find((point) => point.contact_type === type && point.is_primary)?.contact_value;
  return {
    first_name: (typed.first_name as string | undefined) ?? person.first_name ?? undefined,
    last_name: (typed.last_name as string | undefined) ?? person.last_name ?? undefined,
    email: (typed.email as string | undefined) ?? primary("email"),
    phone: (typed.phone as string | undefined) ?? primary("phone"),
  };
}

/** The person that is named outright; one that does not exist is the caller's mistake. */
async function personNamed({ personal_key_id, external_key }: Claim): Promise<PersonRecord | undefined> {
  if (personal_key_id) {
    const person = await Records.find(People, personal_key_id);
    if (!person || person.deleted_at) throw invalid("personal_key_id", "No such person");
    return person;
  }
  if (!external_key) return undefined;
  const lock = await getItem(externalKey(external_key));
  if (!lock) throw invalid("external_key", "No person has this external key");
  return Records.find(People, String(lock.person_id));
}

const externalKey = (value: string): Key => ({ pk: tenantKey(useTenant(), "EXTERNAL", hashed(value)), sk: "person" });

async function readLocks(points: readonly Point[]): Promise<Lock[]> {
  const tenant = useTenant();
  const keys = points.map(({ type, normalized }) => ({ pk: tenantKey(tenant, "POINT", hashed(type, normalized)), sk: "point" }));
  const items = points.length > 0 ? await getAll(keys) : [];
  return points.map((point, at) => {
    const item: Item = items[at] ?? {};
    return {
      key: keys[at] as Key,
      point,
      person_id: item.person_id === undefined ? undefined : String(item.person_id),
      is_shared: item.is_shared === true,
      names: (item.names as string[] | undefined) ?? [],
      revision: Number(item.revision ?? 0),
    };
  });
}

const bornOf = ({ first_name, last_name }: Claim): PersonRecord =>
  Records.born(People, { external_key: null, first_name, last_name, contact_points: [] }, { id: newId("person") });

interface Writing {
  before: PersonRecord | undefined;
  person: PersonRecord;
  locks: readonly (Lock & { crowded: boolean })[];
  name: string | null;
  candidates: readonly CandidateRecord[];
  leadId: string;
}

function write(tx: Transaction, { before, person, locks, name, candidates, leadId }: Writing): void {
  const added: ContactPoint[] = [];
  for (const lock of locks) {
    const owner = lock.person_id ?? person.id;
    const names = name === null || lock.names.includes(name) ? lock.names : [...lock.names, name];
    const changed = lock.revision === 0 || lock.crowded !== lock.is_shared || names !== lock.names;
    if (changed) writeLock(tx, lock, { person_id: owner, is_shared: lock.crowded, names });
    const has = person.contact_points.some((point) => point.normalized === lock.point.normalized);
    if ((lock.crowded || owner === person.id) && !has) added.push(contactPoint(lock.point, person, added, lock.crowded, leadId));
  }
  for (const candidate of candidates) {
    const reasons = [{ reason: "contact point of the other", lead_id: leadId }];
    tx.put(Candidates.toItem(useTenant(), { ...candidate, reasons }, "{}"), {
      condition: "attribute_not_exists(pk)",
      refused: () => new PointTaken("Somebody else found these two"),
    });
  }
  const next = { ...person, contact_points: [...person.contact_points, ...added] };
  if (!before) tx.create(People, next);
  else if (added.length > 0) tx.replace(People, before, Records.nextVersion(before, next));
}

function writeLock(tx: Transaction, lock: Lock, next: Pick<Lock, "person_id" | "is_shared" | "names">): void {
  const item = { ...lock.key, ...next, revision: lock.revision + 1 };
  const refused = () => new PointTaken(`The ${lock.point.type} has another owner by now`);
  if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused });
  else tx.put(item, { condition: "revision = :read", values: { ":read": lock.revision }, refused });
}

function contactPoint(
  point: Point,
  person: PersonRecord,
  added: readonly ContactPoint[],
  shared: boolean,
  leadId: string,
): ContactPoint {
  const others = [...person.contact_points, ...added];
  return {
    contact_type: point.type,
    contact_value: point.value,
    normalized: point.normalized,
    is_primary: !others.some(({ contact_type }) => contact_type === point.type),
    is_verified: false,
    verified_at: null,
    is_shared: shared,
    lead_id: leadId,
    original_lead_id: leadId,
  };
}

/** Candidates for two persons to be one, as far as nobody has found them before: the pair makes the id. */
async function newCandidates(person: string, rivals: readonly string[]): Promise<CandidateRecord[]> {
  const pairs = rivals.map((rival) => {
    const [person_id = "", other_person_id = ""] = [person, rival].sort();
    const id = derivedId("candidate", 0, `${person_id}/${other_person_id}`);
    return Records.born(Candidates, { person_id, other_person_id, status: "OPEN" as const, reasons: [] }, { id });
  });
  const known = await getAll(pairs.map(({ id }) => recordKey(useTenant(), id)));
  return pairs
    .filter((_, at) => known[at] === undefined)
    .map((pair) => ({ ...pair, created_at: Clock.now(), updated_at: Clock.now() }));
}

export * as Person from "./person.ts";
