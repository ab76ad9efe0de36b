import { hash } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { derivedId, historyOf } from "@crm/core/kernel/id.ts";
import { filled } from "@crm/core/kernel/schema.ts";
import { LEAD } from "@crm/core/lead/lead.domain.ts";
import { fields, type LeadRecord, Leads } from "@crm/core/lead/lead.entity.ts";
import { LEAD_SOURCES, LEAD_STATUSES } from "@crm/core/lead/lead.masters.ts";
import { ratingOf } from "@crm/core/lead/lead.rules.ts";
import { defaultId } from "@crm/core/masters/id.ts";
import { comparableName, distinct, emailPoint, type Point } from "@crm/core/person/contact.ts";
import { finished } from "@crm/core/person/identity.rules.ts";
import { blockingKeys, featuresOf } from "@crm/core/person/match.rules.ts";
import { CONTACT_POINT, PERSON } from "@crm/core/person/person.domain.ts";
import { blank, People, type PersonRecord } from "@crm/core/person/person.entity.ts";
import { phonePoint } from "@crm/core/person/phone.rules.ts";
import { newPoint } from "@crm/core/person/resolve.ts";
import { beginning } from "@crm/core/rule/in-force.ts";
import { SCORE } from "@crm/core/score/score.domain.ts";
import { type ScoreRecord, Scores } from "@crm/core/score/score.entity.ts";
import { Score } from "@crm/core/score/score.ts";
import { StandardScore, standard } from "@crm/core/score/standard.rules.ts";
import { AuditTrail, entryOf } from "@crm/core/storage/project/audit.ts";
import type { WrittenBy } from "@crm/core/storage/project/change.ts";
import { additionsOf, checkpointItem, checkpointOf, wordItems } from "@crm/core/storage/project/checkpoint.ts";
import { entriesUnder } from "@crm/core/storage/project/sight-steps.ts";
import { counterKey, countsOf } from "@crm/core/storage/read/counter.ts";
import { placeItem } from "@crm/core/storage/read/order-entries.ts";
import { entryItem } from "@crm/core/storage/read/sight-entries.ts";
import { type BaseRecord, type Collection, type IndexUse, isTracked, NONE } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { hashed, type Key, keyspacePrefix, matchKey, recordKey, sightKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { revealOf } from "@crm/core/storage/table/share.ts";
import { makerOf, ownerAttribute } from "@crm/core/storage/table/sight.ts";
import { type IndexName, sortOf } from "@crm/core/storage/table/table.ts";
import type { Prospect } from "./load-data.ts";

/**
 * All that the table has once leads came in through the API and the stream was worked off: records, locks, checkpoints,
 * search words, audit entries, and what persons are compared by; counters and blocks are kept here and given at the end.
 * The items are made by the functions that make them there; what the verbs and the stream do around them is told again
 * here, and test/load holds the two together.
 */
export interface Loading {
  tenant: string;
  /** Who types the leads: the user, the session and what the request says of itself. */
  by: WrittenBy;
  /** The country in which telephone numbers are read, and the currency, as the tenant's settings say. */
  country: string;
  currency: string;
  seed: number;
}

/** Ids of the n-th lead, its person and its entry in the history of scores; of their own where there are none to follow. */
export interface Ids {
  person: string;
  lead: string;
  score: string;
  points: readonly string[];
}

export interface Gathered {
  /** An item that was there before. */
  known: (key: Key) => Item | undefined;
  /** By scope, what it counts. */
  counters: Map<string, { key: Key; counts: Map<string, number> }>;
  /** Blocks that several persons may be in: who is in them, or nobody once they are full. */
  blocks: Map<string, string[] | "full">;
  /** Lead numbers given out, by year. */
  numbers: Map<string, number>;
  /** The instant of the last change. */
  as_of: string;
}

export const gathered = (known: Gathered["known"]): Gathered => ({
  known,
  counters: new Map(),
  blocks: new Map(),
  numbers: new Map(),
  as_of: "",
});

/** A block with more persons tells nobody apart, and is emptied; as in duplicates.ts. */
const MOST_IN_BLOCK = 64;

export function idsOf({ seed }: Pick<Loading, "seed">, n: number, { at, scored_at }: Pick<Prospect, "at" | "scored_at">): Ids {
  const person = derivedId(PERSON, at, `${seed}/${n}/person`);
  const lead = derivedId(LEAD, at, `${seed}/${n}/lead`, person);
  return {
    person,
    lead,
    score: derivedId(SCORE, scored_at, `${seed}/${n}/score`, historyOf(lead)),
    points: ["a", "b"].map((point) => derivedId(CONTACT_POINT, at, `${seed}/${n}/${point}`).slice(4)),
  };
}

/** The items of the n-th lead; what it adds to counters and blocks goes to `sums`. */
export function* itemsOf(loading: Loading, n: number, prospect: Prospect, sums: Gathered, ids: Ids): Generator<Item> {
  const { tenant, by, country } = loading;
  const { at, input } = prospect;
  Clock.set(() => at);
  const read = [emailPoint(input.email), ...[input.phone, input.mobile].map((phone) => phonePoint(phone, country))];
  const points = distinct(read.filter((point) => point !== undefined));
  const person = personOf(ids, prospect, points, by.actor);
  const versions = versionsOf(loading, numberOf(tenant, sums, at), prospect, ids);
  const request = (version: number) => requestOf(loading.seed, n, version);
  yield* recordItems(loading, Leads, versions, request, sums);
  if (prospect.score !== null) {
    const told = scoreOf(versions[0] as LeadRecord, prospect.score, prospect.scored_at, ids.score);
    yield Scores.toItem(tenant, told);
  }
  const [owner = NONE] = revealOf(Leads, versions.at(-1))?.owners ?? [];
  yield* recordItems(loading, People, [person], request, sums, [owner]);
  yield* revealedItems(tenant, person, owner, sums);
  const name = comparableName(person.first_name, person.last_name);
  for (const { type, normalized } of points) {
    const key = { pk: tenantKey(tenant, "POINT", hashed(type, normalized)), sk: "point" };
    yield { ...key, holders: [ids.person], is_shared: false, names: [name], revision: 1 };
  }
  yield* comparedItems(tenant, person, sums);
}

/** Every field in its order, as records are read. */
const emptyOf = <R extends BaseRecord>({ fields: names }: Collection<R>): R =>
  Object.fromEntries(names.map((field) => [field, null])) as unknown as R;
const [emptyLead, emptyPerson, emptyScore] = [emptyOf(Leads), emptyOf(People), emptyOf(Scores)];

/** The lead as it was typed, as it was scored, and as it was converted. */
function versionsOf(loading: Loading, lead_number: string, prospect: Prospect, ids: Ids): LeadRecord[] {
  const { scored_at, converted_at, score } = prospect;
  const now = instantOf(prospect.at);
  const { owner_id, ...typed } = prospect.input;
  const by = loading.by.actor;
  const stored = filled(fields, typed as never);
  const first: LeadRecord = {
    ...emptyLead,
    ...stored,
    ...bornAt(now, by),
    id: ids.lead,
    lead_number,
    owner_id,
    created_day: now.slice(0, 10),
    personal_key_id: ids.person,
    currency: loading.currency,
    lead_status_id: defaultId(LEAD_STATUSES, String(typed.lead_status_id)),
    lead_source_id: defaultId(LEAD_SOURCES, String(typed.lead_source_id)),
    status_changed_at: now,
    ...Score.onLead(scoreAtBirth(stored)),
    qualified_date: stored.is_qualified ? now : null,
    is_converted: false,
  };
  const versions = [first];
  const add = (at: number, changes: Partial<LeadRecord>): void => {
    const last = versions.at(-1) as LeadRecord;
    versions.push({ ...last, ...changes, version: last.version + 1, updated_at: instantOf(at) });
  };
  if (score !== null) add(scored_at, { ...byHand(score), score_rule_id: null, scored_at: instantOf(scored_at) });
  const converted_date = instantOf(converted_at);
  if (prospect.converted) add(converted_at, { is_converted: true, converted_date, converted_day: converted_date.slice(0, 10) });
  return versions;
}

const bornAt = (now: string, by: string): BaseRecord => ({
  id: "",
  version: 1,
  created_at: now,
  created_by: by,
  updated_at: now,
  updated_by: by,
  deleted_at: null,
});

type Scored = { [K in "job_title" | "company"]?: LeadRecord[K] | undefined };

/** The first score of a lead whose person nobody knew. */
export function scoreAtBirth({ job_title = null, company }: Scored): Score.Decision {
  const { definition, ...rule } = beginning(StandardScore);
  const facts = {
    today: Clock.now().slice(0, 10),
    job_title,
    is_business: Boolean(company),
    employees: null,
    industries: [],
    revenue: null,
    date_of_birth: null,
    education_level: null,
    interactions: 0,
    days: [],
  };
  const scored = standard(facts, definition);
  return { ...scored, model: "standard", rating: ratingOf(scored.total), rule, rescore_at: null };
}

const byHand = (lead_score: number) => ({ lead_score, rating: ratingOf(lead_score), score_model: "manual" as const });

/** What the history says of the score that a lead was given by hand. */
function scoreOf(lead: LeadRecord, score: number, at: number, id: string): ScoreRecord {
  Clock.set(() => at);
  const told = Score.told(lead, { ...byHand(score), rule: null, parts: [], cause: "MANUAL", reason: "Set by hand" });
  return { ...emptyScore, ...told, ...bornAt(instantOf(at), lead.created_by), id };
}

function personOf(ids: Ids, { at, input }: Prospect, points: readonly Point[], by: string): PersonRecord {
  const now = instantOf(at);
  const contact_points = points.map((point, place) => {
    const id = ids.points[place] ?? "";
    return newPoint(point, { is_shared: false, lead_id: ids.lead, id });
  });
  const { first_name = null, last_name = null } = input;
  return finished({ ...emptyPerson, ...blank, ...bornAt(now, by), first_name, last_name, id: ids.person, contact_points });
}

/** A record in its last version, and what was derived from it version by version. */
function* recordItems<R extends BaseRecord>(
  { tenant, by }: Loading,
  collection: Collection<R>,
  versions: readonly R[],
  request: (version: number) => string,
  sums: Gathered,
  under: readonly string[] = [],
): Generator<Item> {
  const last = versions.at(-1) as R;
  const kind = collection as unknown as Collection<BaseRecord>;
  const checkpoint = checkpointOf(kind, last, last.version, under);
  if (kind.definition.revealed) {
    const shown = { collection: kind, id: last.id, version: last.version, after: last, at: last.updated_at };
    checkpoint.seen = { entries: entriesUnder(shown, under), turn: 1 };
  }
  const { actor, session, ip, user_agent } = by;
  const written = (version: number): WrittenBy => ({ actor, request: request(version), session, ip, user_agent }) as WrittenBy;
  // What is due goes by the clock at which it was written.
  Clock.set(() => Date.parse(last.updated_at));
  yield itemOf(collection, tenant, last, JSON.stringify(written(last.version)));
  yield checkpointItem(tenant, last.id, checkpoint);
  yield* wordItems(tenant, collection.name, last.id, checkpoint);
  for (const [field, value] of Object.entries(checkpoint.places)) yield placeItem(tenant, collection, { field, value }, last);
  for (const [at, after] of versions.entries()) yield auditItem(tenant, collection, versions[at - 1], after, written(at + 1));
  for (const [scope, counts] of additionsOf(checkpoint)) count(sums, tenant, collection.name, scope, counts);
  if (last.updated_at > sums.as_of) sums.as_of = last.updated_at;
}

function auditItem<R extends BaseRecord>(
  tenant: string,
  collection: Collection<R>,
  before: R | undefined,
  after: R,
  written: WrittenBy,
): Item {
  const change = { before, after, by: written, at: after.updated_at, version: after.version };
  const kind = collection as unknown as Collection<BaseRecord>;
  return AuditTrail.toItem(tenant, entryOf({ ...change, tenant, collection: kind, id: after.id, sequence: "" }));
}

/** That the lead reveals the person: to whom, and where they stand in lists of persons. */
function* revealedItems(tenant: string, person: PersonRecord, owner: string, sums: Gathered): Generator<Item> {
  yield { ...sightKey(tenant, person.id), whole: true, maker: makerOf(person), [ownerAttribute(owner)]: 1, revision: 1 };
  yield entryItem(tenant, People, owner, person);
  count(sums, tenant, People.name, owner, countsOf(People, person));
}

/** What the person is compared by, and the blocks that name nobody else: those of contact points. */
function* comparedItems(tenant: string, person: PersonRecord, { blocks }: Gathered): Generator<Item> {
  const features = featuresOf(person);
  const keys = blockingKeys(features);
  const ids = keys.map((key) => hashed(key));
  yield {
    ...matchKey(tenant, person.id),
    version: person.version,
    compared: JSON.stringify(features),
    is_gone: false,
    block_ids: ids,
  };
  for (const [at, key] of keys.entries()) {
    const id = ids[at] ?? "";
    if (key.startsWith("point|")) yield blockItem(tenant, id, [person.id]);
    else join(blocks, id, person.id);
  }
}

function join(blocks: Gathered["blocks"], block: string, person: string): void {
  const members = blocks.get(block) ?? [];
  if (members === "full") return;
  members.push(person);
  blocks.set(block, members.length > MOST_IN_BLOCK ? "full" : members);
}

const blockItem = (tenant: string, block: string, members: readonly string[] | "full"): Key & Item => ({
  pk: tenantKey(tenant, "BLOCK", block),
  sk: "block",
  ...(members === "full" ? { is_full: true } : { person_ids: new Set(members) }),
});

/** Everything that was kept until the end, added to what was there before. */
export function* gatheredItems(tenant: string, sums: Gathered): Generator<Item> {
  for (const [block, members] of sums.blocks) {
    const { person_ids = [], is_full } = (sums.known(blockItem(tenant, block, [])) ?? {}) as {
      person_ids?: Iterable<string>;
    } & Item;
    const all = members === "full" || is_full ? "full" : [...person_ids, ...members];
    yield blockItem(tenant, block, all.length > MOST_IN_BLOCK ? "full" : all);
  }
  for (const { key, counts } of sums.counters.values()) {
    const before = sums.known(key) ?? {};
    const added = [...counts].map(([name, value]) => [name, Number(before[name] ?? 0) + value]);
    yield { ...before, ...key, ...Object.fromEntries(added), as_of: sums.as_of, revision: Number(before.revision ?? 0) + 1 };
  }
  for (const [year, next] of sums.numbers) yield { ...numberKey(tenant, year), next };
}

const numberKey = (tenant: string, year: string): Key => ({ pk: tenantKey(tenant, "NUMBER", "L"), sk: year });

function count(
  { counters }: Gathered,
  tenant: string,
  kind: string,
  scope: string,
  counts: Readonly<Record<string, number>>,
): void {
  const name = `${kind} ${scope}`;
  const counter = counters.get(name) ?? { key: counterKey(tenant, kind, scope), counts: new Map<string, number>() };
  counters.set(name, counter);
  for (const [what, value] of Object.entries(counts)) counter.counts.set(what, (counter.counts.get(what) ?? 0) + value);
}

/** The next number of the year. */
function numberOf(tenant: string, { numbers, known }: Gathered, at: number): string {
  const year = instantOf(at).slice(0, 4);
  const next = Number(numbers.get(year) ?? known(numberKey(tenant, year))?.next ?? 0) + 1;
  numbers.set(year, next);
  return `L-${year}-${String(next).padStart(6, "0")}`;
}

/** The id of a request, a UUID like any other. */
export function requestOf(seed: number, n: number, version: number): string {
  const digest = hash("sha256", `${seed}/${n}/${version}`);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join("-");
}

const instantOf = (at: number): string => new Date(at).toISOString();

/** As `Collection.toItem`, without the entity: four of these for each lead are a quarter of the time that it takes. */
function itemOf<R extends BaseRecord>(collection: Collection<R>, tenant: string, record: R, context: string): Item {
  const { name: kind, definition } = collection;
  const life = record.deleted_at ? "deleted" : "live";
  const facets = collection.facetsOf(record);
  const item: Item = {
    id: record.id,
    version: record.version,
    shape: collection.shape,
    life,
    ...collection.texts(record),
    context,
    ...recordKey(tenant, record.id),
    __edb_e__: kind,
  };
  for (const [index, use] of Object.entries(definition.indexes) as [IndexName, IndexUse<R>][]) {
    const [facet, sort] = [use.field && facets[use.field], use.sort && facets[`${index}_of`]];
    if ((use.sparse && facet === NONE) || sort === NONE || (index !== "by_time" && life !== "live")) continue;
    item[index] = [`T#${tenant}#${kind}`, ...(index === "by_time" ? [life] : []), ...(facet === undefined ? [] : [facet])].join(
      "#",
    );
    if (sort !== undefined || sortOf(index) !== "id")
      item[sortOf(index)] = [...(sort === undefined ? [] : [sort]), record.id].join("#");
  }
  if (isTracked(definition)) item.by_change = `T#${tenant}#${kind}#${life}#${facets.changed_on}`;
  if (definition.clocks && facets.due_of !== NONE && life === "live") {
    item.due = `${keyspacePrefix("due")}${facets.due_bucket}`;
    item.due_sort = `${facets.due_of}#${record.id}`;
  }
  return item;
}
