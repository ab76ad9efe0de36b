import { Clock } from "../../kernel/clock.ts";
import { runIn, useRequest } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { fold } from "../../kernel/text.ts";
import { buildEntries, type RecordEntry } from "../../platform/profile/record-entry.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { findAbsence } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { TEAM } from "../../platform/user/user.kind.ts";
import { findOpenable } from "../../storage/write/readable-records.ts";

/** Which users a comment on a record may reach: the active ones who may read the record at this moment. */

/** Members of a mentioned team who are notified. */
export const MAX_TEAM_MEMBERS = 50;

/** Returns how a user sees a record; undefined if the user may not sign in or may not read it. */
export async function findEntryFor(user: string, record: string): Promise<RecordEntry | undefined> {
  if (!(await Directory.findActive(user))) return undefined;
  const context = await buildActorContext(user, { authority: "reader", request: useRequest().id, isReadOnly: true });
  return (
    context &&
    runIn(context, async () => {
      const found = (await findOpenable([record])).get(record);
      return found && (await buildEntries([found]))[0];
    })
  );
}

/** Whether a mention of this user or team is allowed in a comment on the record. */
export async function isMentionable(id: string, record: string): Promise<boolean> {
  if (isId(id, TEAM)) return (await Directory.loadTeamNames([id])).has(id);
  return (await findEntryFor(id, record)) !== undefined;
}

/** Lists the users that ids of users and teams stand for, each once. */
export async function listMentionedUsers(ids: readonly string[]): Promise<string[]> {
  const users = await Promise.all(
    ids.map(async (id) => (isId(id, TEAM) ? (await Directory.listActiveInTeam(id)).slice(0, MAX_TEAM_MEMBERS) : [id])),
  );
  return [...new Set(users.flat())];
}

/** Returns the names of users and teams by id. */
export async function loadMentionNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [teams, users] = [ids.filter((id) => isId(id, TEAM)), ids.filter((id) => !isId(id, TEAM))];
  const [teamNames, userNames] = await Promise.all([Directory.loadTeamNames(teams), Directory.loadNames(users)]);
  return new Map([...teamNames, ...userNames]);
}

const MAX_OFFERED = 10;
/** Users whose sight of the record one request checks. */
const MAX_CHECKED = 50;
/** Users without sight of the record in one answer. */
const MAX_UNABLE = 3;

export interface Mentionable {
  id: string;
  kind: "user" | "team";
  name: string;
  can_mention: boolean;
  away: { until: string | null } | null;
}

/**
 * Lists users who may read the record, and teams, whose names have a word that begins with the text. With `withUnable` also a few users who may not read the
 * record, if the caller may read these users.
 */
export async function listMentionable(record: string, search: string, withUnable: boolean): Promise<Mentionable[]> {
  const prefix = fold(search.trim());
  const matches = (name: string): boolean => {
    const folded = fold(name);
    return folded.startsWith(prefix) || folded.split(/\s+/).some((word) => word.startsWith(prefix));
  };
  const byName = <T extends { name: string }>(left: T, right: T): number => (left.name < right.name ? -1 : 1);
  const users = (await Directory.listActiveNames()).filter(({ name }) => matches(name)).sort(byName);
  const offered: NamedUser[] = [];
  const unable: NamedUser[] = [];
  for (let start = 0; start < Math.min(users.length, MAX_CHECKED) && offered.length < MAX_OFFERED; start += MAX_OFFERED) {
    const candidates = users.slice(start, Math.min(start + MAX_OFFERED, MAX_CHECKED));
    const entries = await Promise.all(candidates.map(({ id }) => findEntryFor(id, record)));
    for (const [index, user] of candidates.entries()) (entries[index] ? offered : unable).push(user);
  }
  const able = await presentUsers(offered.slice(0, MAX_OFFERED), true);
  const others = withUnable ? await presentUsers(await onlyReadable(unable.slice(0, MAX_UNABLE)), false) : [];
  const teams = (await Directory.listTeams())
    .filter(({ name }) => matches(name))
    .map(({ id, name }): Mentionable => ({ id, kind: "team", name, can_mention: true, away: null }))
    .sort(byName);
  return [...able, ...teams.slice(0, MAX_OFFERED), ...others];
}

interface NamedUser {
  id: string;
  name: string;
}

/** Leaves out users whom the caller may not read, so that the list tells no name that the caller cannot know. */
async function onlyReadable(users: readonly NamedUser[]): Promise<NamedUser[]> {
  const readable = await findOpenable(users.map(({ id }) => id));
  return users.filter(({ id }) => readable.has(id));
}

async function presentUsers(users: readonly NamedUser[], can_mention: boolean): Promise<Mentionable[]> {
  const now = Clock.now();
  const schedules = await Availability.loadFor(can_mention ? users.map(({ id }) => id) : []);
  return users.map(({ id, name }) => {
    const absence = findAbsence(schedules.get(id)?.absences ?? [], now);
    return { id, kind: "user", name, can_mention, away: absence ? { until: absence.to ?? null } : null };
  });
}

export * as Audience from "./audience.ts";
