import * as z from "zod";
import { actor } from "../kernel/actor.ts";
import { Clock } from "../kernel/clock.ts";
import { hasPermission, useActorId, useTenant } from "../kernel/context.ts";
import { invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { listNames } from "../kernel/registry.ts";
import { findMasterReferences, instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { Activity } from "../people/activity/activity.ts";
import { COMMENT, commentGrants } from "../people/comment/comment.kind.ts";
import { Comment } from "../people/comment/comment.ts";
import { FollowStore } from "../people/follow/follow-store.ts";
import { NOTE, noteGrants } from "../people/note/note.kind.ts";
import { Note } from "../people/note/note.ts";
import { AUDIT } from "../platform/audit/audit.kind.ts";
import { Audit } from "../platform/audit/audit.ts";
import { loadWork, Work } from "../platform/audit/work.ts";
import { Master } from "../platform/master-data/master.ts";
import { buildEntries, RecordEntry } from "../platform/profile/record-entry.ts";
import { requireSignedInUser } from "../platform/user/current-user.ts";
import { Directory } from "../platform/user/directory.ts";
import { eventKind, type FeedEvent, RETENTION_SECONDS, readPages } from "../storage/read/event-feed.ts";
import { MAX_READ_ROWS } from "../storage/read/list.ts";
import { readNewestFirst, type TimelineMoment, type TimelineSource } from "../storage/read/timeline.ts";
import { Visibility } from "../storage/read/visibility.ts";
import type { StoredAuditEntry } from "../storage/stream/audit-trail.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { loadCollectionById } from "../storage/table/collection-registry.ts";
import { decryptText, encryptText, keyFor, keysFor } from "../storage/vault/secret.ts";
import { findOpenable } from "../storage/write/readable-records.ts";
import {
  classifyChange,
  type FeedPlace,
  feedTypes,
  formatPlace,
  isStatusField,
  listShownFields,
  parsePlace,
} from "./feed.rules.ts";

/**
 * The activity feed: what happened, newest first. The feed of a record is its audit trail together with the comments, notes and activities
 * about it. The other feeds read the events of the tenant, which are kept for 30 days. Each entry is checked when it is read: the caller
 * must see the record now. There is no total, so hidden entries leave no trace.
 */

const RecordReference = RecordEntry.omit({ view_kind: true });

export const Entry = z.object({
  id: z.string(),
  at: instant(),
  actor: z.object({ id: actor(), name: z.string().nullable().describe("null for the system and API keys") }),
  work: Work.nullable().describe("In the feed of a record: the work that made the change for the actor; null if none did"),
  type: oneOf(feedTypes),
  record: RecordReference.describe("The record; for a comment or note, the record that it is about"),
  fields: z.array(z.string()).describe("Names of the changed fields"),
  from: z.string().nullable().describe("For a change of the status or stage: the label before"),
  to: z.string().nullable().describe("The label after"),
  item: z
    .object({ kind: z.string(), id: z.string(), text: z.string() })
    .nullable()
    .describe("For a comment or note: its beginning, with the names of mentioned users and teams"),
});
type Entry = z.output<typeof Entry>;

export const FeedPage = z.object({
  entries: z.array(Entry),
  next_cursor: z.string().nullable().describe("Continues with older entries. A page may be short or empty before the last one"),
});

const Query = z.strictObject({
  record_id: text(64).optional().describe("Only entries about this record, since its creation"),
  user: text(64).optional().describe("Only what this user did in the last 30 days. Id of a user, or `me`"),
  team: text(64).optional().describe("Only what the members of this team did in the last 30 days. Id of a team, or `mine`"),
  limit: parameter.int(1, 100).optional().describe("Default: 20"),
  cursor: text(1000).optional().describe("next_cursor of the previous page"),
});

export const list = fn(Query, async ({ record_id, user, team, limit = 20, cursor }): Promise<z.output<typeof FeedPage>> => {
  const filters = Object.entries({ record_id, user, team }).filter(([, value]) => value !== undefined);
  if (filters.length > 1)
    throw invalidAll(filters.map(([field]) => ({ field, message: "Give only one of record_id, user and team" })));
  const fingerprint = JSON.stringify(filters);
  const position = cursor === undefined ? undefined : await openCursor(cursor, fingerprint);
  const read = await (record_id === undefined
    ? readEvents(await selectEvents(user, team), limit, position)
    : readRecord(record_id, limit, position));
  return {
    entries: await present(read.drafts),
    next_cursor: read.next === undefined ? null : await sealCursor(read.next, fingerprint),
  };
});

/** An entry before it is presented. Its record is visible. */
interface Draft {
  id: string;
  at: string;
  actor: string;
  type: Entry["type"];
  record: BaseRecord;
  fields: readonly string[];
  /** The version that the change wrote, to find the values of its status. */
  version: number | undefined;
  item: { kind: string; id: string; text: string } | null;
  /** The request of the change. Events have none. */
  request?: string;
}

interface ReadPart {
  drafts: Draft[];
  /** Where reading continues; undefined at the end. */
  next: string | undefined;
}

/** Cursors are encrypted, because a position may name hidden events. */
const cursorContext = (fingerprint: string): string[] => ["feed", useTenant(), useActorId(), fingerprint];

const sealCursor = async (position: string, fingerprint: string): Promise<string> =>
  encryptText(await keyFor("requests", "cursor"), cursorContext(fingerprint), position);

async function openCursor(cursor: string, fingerprint: string): Promise<string> {
  const position = decryptText(await keysFor("requests", "cursor"), cursorContext(fingerprint), cursor);
  if (position === undefined) throw invalid("cursor", "Must be a cursor of this list for this caller");
  return position;
}

interface RecordSource {
  moments: TimelineSource;
  isReadable: () => boolean;
}

const byRelated = (source: TimelineSource): TimelineSource => ({
  ...source,
  isDated: false,
  partitions: (record) => [{ index: "by_related", facets: { related_to_id: record } }],
});

const recordSources: readonly RecordSource[] = [
  { moments: Audit.timelineSource, isReadable: () => true },
  { moments: byRelated(Comment.timelineSource), isReadable: () => hasPermission(commentGrants.read) },
  { moments: byRelated(Note.timelineSource), isReadable: () => hasPermission(noteGrants.read) },
  { moments: byRelated(Activity.timelineSource), isReadable: () => hasPermission(activityGrants.read) },
];

async function readRecord(recordId: string, limit: number, after: string | undefined): Promise<ReadPart> {
  const record = (await findOpenable([recordId])).get(recordId);
  const collection = record && (await loadCollectionById(record.id));
  if (!record || !collection) throw invalid("record_id", "No such record");
  const sources = recordSources.filter(({ isReadable }) => isReadable()).map(({ moments }) => moments);
  const moments = readNewestFirst(sources, FollowStore.listFollowedIds(record), {
    after,
    from: undefined,
    to: undefined,
    limit: limit + 1,
  });
  const drafts: Draft[] = [];
  let waiting: TimelineMoment[] = [];
  let count = 0;
  let last: string | undefined;
  const check = async (): Promise<void> => {
    drafts.push(...(await buildRecordDrafts(record, collection, sources, waiting)));
    waiting = [];
  };
  for await (const moment of moments) {
    waiting.push(moment);
    last = moment.key;
    count++;
    if (waiting.length <= limit && count < MAX_READ_ROWS) continue;
    await check();
    if (drafts.length > limit || count >= MAX_READ_ROWS) return cutPage(drafts, limit, last);
  }
  await check();
  return cutPage(drafts, limit, undefined);
}

/** Cuts a page at its limit. `end` is where reading continues if all drafts are on the page. */
function cutPage(drafts: Draft[], limit: number, end: string | undefined, keyOf = formatKey): ReadPart {
  const onPage = drafts.slice(0, limit);
  const lastDraft = onPage.at(-1);
  return drafts.length > limit && lastDraft ? { drafts: onPage, next: keyOf(lastDraft) } : { drafts, next: end };
}

/** The key of a draft in the order of a record's timeline. */
const formatKey = ({ at, id }: Draft): string => `${at}#${id}`;

async function buildRecordDrafts(
  record: BaseRecord,
  collection: Collection<BaseRecord>,
  sources: readonly TimelineSource[],
  moments: readonly TimelineMoment[],
): Promise<Draft[]> {
  const visible = await Promise.all(
    sources.map(async ({ kind, collection: ofSource }) => {
      const records = moments.filter((moment) => moment.kind === kind).map((moment) => moment.record);
      return kind === AUDIT ? records : Visibility.filterVisible(ofSource, records);
    }),
  );
  const ids = new Set(visible.flat().map(({ id }) => id));
  const hidden = listHiddenFields(collection);
  return moments.flatMap((moment) => (ids.has(moment.id) ? (buildRecordDraft(record, hidden, moment) ?? []) : []));
}

function buildRecordDraft(record: BaseRecord, hidden: ReadonlySet<string>, moment: TimelineMoment): Draft | undefined {
  const { id, at, by, kind, title } = moment;
  const common = { id, at, actor: by ?? "system", record, fields: [], version: undefined, item: null };
  if (kind === COMMENT || kind === NOTE) {
    const item = { kind: kind.name, id, text: title };
    return { ...common, type: kind === COMMENT ? "commented" : "noted", item };
  }
  if (kind !== AUDIT) {
    const { created_by } = moment.record;
    return { ...common, actor: created_by, type: "created", record: moment.record };
  }
  const { operation, changed, record_version, user_id, request_id } = moment.record as unknown as StoredAuditEntry;
  const isRestored = operation === "UPDATE" && changed.includes("deleted_at");
  const base = operation === "INSERT" ? "created" : operation === "DELETE" ? "deleted" : isRestored ? "restored" : "updated";
  const fields = base === "updated" ? listShownFields(changed, hidden) : [];
  const type = classifyChange(base, fields, user_id);
  return type && { ...common, actor: user_id, type, fields, version: record_version, request: request_id };
}

const listHiddenFields = ({ definition: { internal = [], secret = [], sealed } }: Collection<BaseRecord>): ReadonlySet<string> =>
  new Set<string>([...internal, ...secret, ...(sealed ? [sealed] : [])]);

/** Chooses events of the tenant. */
interface EventSelection {
  /** Whether to look at an event, before its record is read. */
  mayMatch: (event: FeedEvent) => boolean;
  /** Whether the caller wants an event of this record. */
  matches: (record: BaseRecord, collection: Collection<BaseRecord>) => boolean;
}

const matchesAll = (): boolean => true;

/** The most members of a team whose events are read. */
const MAX_MEMBERS = 50;

async function selectEvents(user: string | undefined, team: string | undefined): Promise<EventSelection> {
  if (user !== undefined) {
    const id = user === "me" ? requireSignedInUser() : user;
    if (!(await Directory.loadNames([id])).has(id)) throw invalid("user", "No such user");
    return { mayMatch: ({ actor_id }) => actor_id === id, matches: matchesAll };
  }
  if (team !== undefined) {
    const id = team === "mine" ? ((await Directory.findTeamId(requireSignedInUser())) ?? "") : team;
    const isKnown = (await Directory.loadTeamNames([id])).has(id);
    if (!isKnown && team !== "mine") throw invalid("team", "No such team");
    const members = new Set((await Directory.listTeamMembers((candidate) => candidate.id === id)).sort().slice(0, MAX_MEMBERS));
    return { mayMatch: ({ actor_id }) => members.has(actor_id), matches: matchesAll };
  }
  const me = requireSignedInUser();
  const states = await FollowStore.loadByUser(me);
  const isFollowed = (record: BaseRecord, collection: Collection<BaseRecord>): boolean => {
    const state = FollowStore.listFollowedIds(record).flatMap((id) => states.get(id) ?? [])[0];
    return state === undefined ? collection.ownerId(record) === me : state !== "MUTED";
  };
  return { mayMatch: matchesAll, matches: isFollowed };
}

/** What one request reads at most: events of the tenant and the pages in which they are stored, and records. */
const MAX_EVENTS = 10_000;
const MAX_PAGES = 1000;
const PAGES_PER_READ = 100;
const MAX_RECORDS = 500;
const RECORDS_PER_CHECK = 100;

interface PlacedEvent {
  event: FeedEvent;
  place: FeedPlace;
}

async function readEvents(selection: EventSelection, limit: number, position: string | undefined): Promise<ReadPart> {
  const start = position === undefined ? undefined : parsePlace(position);
  const kinds = new Set([...listNames("comments"), COMMENT.name, NOTE.name]);
  const drafts: Draft[] = [];
  const places = new Map<Draft, string>();
  let waiting: PlacedEvent[] = [];
  let [pageCount, eventCount, recordCount] = [0, 0, 0];
  let last: FeedPlace | undefined;
  const check = async (): Promise<void> => {
    for (const [placed, draft] of await buildEventDrafts(selection, waiting)) {
      drafts.push(draft);
      places.set(draft, formatPlace(placed.place));
    }
    recordCount += waiting.length;
    waiting = [];
  };
  const cut = (end: FeedPlace | undefined): ReadPart =>
    cutPage(drafts, limit, end && formatPlace(end), (draft) => places.get(draft) ?? "");
  for await (const placed of iterateEvents(start)) {
    if (placed.place.page !== last?.page) pageCount++;
    last = placed.place;
    if (isShownEvent(placed.event, kinds) && selection.mayMatch(placed.event)) waiting.push(placed);
    const isFull = ++eventCount >= MAX_EVENTS || pageCount >= MAX_PAGES || recordCount + waiting.length >= MAX_RECORDS;
    if (waiting.length < Math.min(RECORDS_PER_CHECK, 2 * limit) && !isFull) continue;
    await check();
    if (drafts.length > limit || isFull) return cut(last);
  }
  await check();
  return cut(undefined);
}

/** Each change has one event of these; a kind's own events tell nothing more. */
function isShownEvent({ type, changed, actor_id }: FeedEvent, kinds: ReadonlySet<string>): boolean {
  const kind = eventKind(type);
  const base = type.slice(kind.length + 1);
  if (!kinds.has(kind)) return false;
  if (kind === COMMENT.name || kind === NOTE.name) return base === "created";
  return classifyChange(base, listShownFields(changed, new Set()), actor_id) !== undefined;
}

/** Yields the retained events before a place, newest first. */
async function* iterateEvents(start: FeedPlace | undefined): AsyncGenerator<PlacedEvent> {
  const oldest = Clock.addSeconds(-RETENTION_SECONDS);
  let to = start?.page;
  for (;;) {
    const pages = await readPages({ ...(to === undefined ? {} : { to }), maxPages: PAGES_PER_READ, order: "desc" });
    for (const { number, at, events } of pages) {
      if (at < oldest) return;
      const end = number === start?.page ? start.place : events.length;
      for (let place = end - 1; place >= 0; place--) {
        const event = events[place];
        if (event) yield { event, place: { page: number, place } };
      }
      to = number - 1;
    }
    if (pages.length === 0) return;
  }
}

/** Reads the records of events, and returns the entries that the caller sees and wants, in their order. */
async function buildEventDrafts(
  { matches }: EventSelection,
  placedEvents: readonly PlacedEvent[],
): Promise<(readonly [PlacedEvent, Draft])[]> {
  const found = await findOpenable([...new Set(placedEvents.map(({ event }) => event.record_id))]);
  const readSubjectId = (record: BaseRecord): string | undefined =>
    (record as BaseRecord & { excerpt?: string; related_to_id?: string }).excerpt === undefined
      ? undefined
      : (record as BaseRecord & { related_to_id?: string }).related_to_id;
  const subjects = await findOpenable([...new Set([...found.values()].flatMap((record) => readSubjectId(record) ?? []))]);
  const drafts = await Promise.all(
    placedEvents.map(async (placed): Promise<(readonly [PlacedEvent, Draft])[]> => {
      const { at, actor_id, version, type, record_id, changed } = placed.event;
      const changedRecord = found.get(record_id);
      const kind = eventKind(type);
      const isRemark = kind === COMMENT.name || kind === NOTE.name;
      const record = isRemark && changedRecord ? subjects.get(readSubjectId(changedRecord) ?? "") : changedRecord;
      const collection = record && (await loadCollectionById(record.id));
      if (!changedRecord || !record || !collection || !matches(record, collection)) return [];
      const common = { id: `${record_id}.${version}`, at, actor: actor_id, record };
      if (isRemark) {
        const { title, excerpt } = changedRecord as BaseRecord & { title?: string | null; excerpt: string };
        const item = { kind, id: record_id, text: title || excerpt };
        return [
          [placed, { ...common, type: kind === COMMENT.name ? "commented" : "noted", fields: [], version: undefined, item }],
        ];
      }
      const base = type.slice(kind.length + 1);
      const fields = base === "updated" ? listShownFields(changed, listHiddenFields(collection)) : [];
      const shown = classifyChange(base, fields, actor_id);
      return shown ? [[placed, { ...common, type: shown, fields, version, item: null }]] : [];
    }),
  );
  return drafts.flat();
}

async function present(drafts: readonly Draft[]): Promise<Entry[]> {
  const records = [...new Map(drafts.map(({ record }) => [record.id, record])).values()];
  const actors = [...new Set(drafts.map((draft) => draft.actor))].filter((id) => id.startsWith("usr_"));
  const [entries, names, statuses, works] = await Promise.all([
    buildEntries(records),
    Directory.loadNames(actors),
    loadStatuses(drafts),
    loadWork(drafts.flatMap(({ request = [] }) => request)),
  ]);
  const entryById = new Map(entries.map(({ view_kind: _, ...entry }) => [entry.id, entry]));
  return drafts.flatMap(({ id, at, actor: by, type, record, fields, item, request = "" }, index) => {
    const entry = entryById.get(record.id);
    if (!entry) return [];
    const { from = null, to = null } = statuses[index] ?? {};
    return [
      {
        id,
        work: works.get(request) ?? null,
        at,
        actor: { id: by, name: names.get(by) ?? null },
        type,
        record: entry,
        fields: [...fields],
        from,
        to,
        item,
      },
    ];
  });
}

interface StatusLabels {
  from: string | null;
  to: string | null;
}

/** Loads the labels of changed statuses, as far as the caller may see the values. */
async function loadStatuses(drafts: readonly Draft[]): Promise<(StatusLabels | undefined)[]> {
  const changes = drafts.filter(({ type, version }) => type === "status_changed" && version !== undefined);
  const fields = [...new Set(changes.flatMap((draft) => draft.fields.find(isStatusField) ?? []))];
  const versions = await Audit.loadVersions(
    changes.map(({ record, version = 0, at }) => ({ record_id: record.id, version, at })),
    fields,
  );
  const labels = new Map<Draft, StatusLabels>();
  for (const [index, draft] of changes.entries()) {
    const collection = await loadCollectionById(draft.record.id);
    const field = draft.fields.find(isStatusField);
    if (!collection || field === undefined) continue;
    const label = (values: Record<string, unknown> | null | undefined) => findLabel(collection, field, values?.[field]);
    const { old_values, new_values } = versions[index] ?? {};
    labels.set(draft, { from: await label(old_values), to: await label(new_values) });
  }
  return drafts.map((draft) => labels.get(draft));
}

async function findLabel(collection: Collection<BaseRecord>, field: string, value: unknown): Promise<string | null> {
  if (typeof value !== "string" || value === "***") return null;
  const reference = findMasterReferences(collection.definition.schema.shape).get(field);
  return reference ? ((await Master.findLabel(reference.kind, value)) ?? null) : value;
}

export * as Feed from "./feed.ts";
