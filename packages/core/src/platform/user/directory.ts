import { type Owners, useActor, useSettings, useTenant } from "../../kernel/context.ts";
import type { Role } from "../../kernel/permission.ts";
import { fold } from "../../kernel/text.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type TeamRecord, Teams } from "./team.entity.ts";
import { type UserRecord, Users } from "./user.entity.ts";

/**
 * The users of a tenant, cached for up to a minute: they decide who may own a record and whose records a user sees. A tenant has few users compared
 * with its records. Beyond `MAX_USERS`, users are read one by one.
 */
const MAX_USERS = 5000;

interface TenantUsers {
  users: ReadonlyMap<string, UserRecord>;
  teams: readonly TeamRecord[];
}

const cache = new Cache<TenantUsers>(60);

const loadUsers = (): Promise<TenantUsers> =>
  cache.get(useTenant(), async () => {
    const [users, teams] = await Promise.all([listAll(Users), listAll(Teams)]);
    return { users: new Map(users.map((user) => [user.id, user])), teams };
  });

async function listAll<R extends BaseRecord>(collection: Collection<R>): Promise<R[]> {
  const records: R[] = [];
  const live = [{ index: "by_time" as const, facets: { life: "live" } }];
  for await (const row of queryPartitions(collection, live, { order: "asc", after: undefined, chunk: 1000 })) {
    records.push(collection.fromRow(row));
    if (records.length >= MAX_USERS) break;
  }
  return records;
}

export const forget = (): void => cache.invalidate(useTenant());

/** Returns an active user, or undefined. */
export async function findActive(id: string): Promise<UserRecord | undefined> {
  const user = (await loadUsers()).users.get(id) ?? (await Records.load(Users, id));
  return user && user.status === "ACTIVE" && !user.deleted_at ? user : undefined;
}

/** Reads the current users in the order of the ids; undefined for those who are not active. */
export const loadActive = async (ids: readonly string[]): Promise<(UserRecord | undefined)[]> =>
  (await Records.loadMany(Users, ids, { live: true })).map((user) => (user?.status === "ACTIVE" ? user : undefined));

/** Returns the ids of active users with a role, ordered by id: the user who was created first comes first. */
export const listByRole = async (role: Role): Promise<string[]> =>
  [...(await loadUsers()).users.values()]
    .filter((user) => (user.role === role || user.extra_roles.includes(role)) && user.status === "ACTIVE" && !user.deleted_at)
    .map(({ id }) => id)
    .sort();

/** Returns the ids of a team's active users, ordered by id. */
export const listActiveInTeam = async (team: string): Promise<string[]> =>
  [...(await loadUsers()).users.values()]
    .filter((user) => user.team_id === team && user.status === "ACTIVE" && !user.deleted_at)
    .map(({ id }) => id);

/** Returns the teams of a territory, ordered by name, each with its active users. */
export async function listTerritoryTeams(territory: string): Promise<{ team: TeamRecord; users: UserRecord[] }[]> {
  const { users, teams } = await loadUsers();
  const territoryTeams = teams.filter(({ territory_id }) => territory_id === territory);
  const active = Map.groupBy(
    [...users.values()].filter((user) => user.status === "ACTIVE" && !user.deleted_at),
    ({ team_id }) => team_id,
  );
  const compareNames = (a: string, b: string): number => (a < b ? -1 : 1);
  return territoryTeams
    .sort((a, b) => compareNames(a.name, b.name))
    .map((team) => ({ team, users: (active.get(team.id) ?? []).sort((a, b) => compareNames(a.display_name, b.display_name)) }));
}

/** Returns the names of all active users. */
export const listActiveNames = async (): Promise<{ id: string; name: string }[]> =>
  [...(await loadUsers()).users.values()].flatMap(({ id, display_name, status, deleted_at }) =>
    status === "ACTIVE" && !deleted_at ? [{ id, name: display_name }] : [],
  );

/** Returns all teams. */
export const listTeams = async (): Promise<readonly TeamRecord[]> => (await loadUsers()).teams;

/** Returns the team of a user; undefined if they have none. */
export const findTeamId = async (id: string): Promise<string | undefined> =>
  (await loadUsers()).users.get(id)?.team_id ?? undefined;

/** Returns the id of the user who signs in with an email address. */
export async function findByEmail(email: string): Promise<string | undefined> {
  const normalizedEmail = email.trim().toLowerCase();
  const { users } = await loadUsers();
  return [...users.values()].find((user) => user.email.toLowerCase() === normalizedEmail && !user.deleted_at)?.id;
}

/** Returns the id of the only user with a display name; undefined if none or several have it. Letter case and accents do not matter. */
export async function findByName(name: string): Promise<string | undefined> {
  const key = fold(name.trim());
  const matches = [...(await loadUsers()).users.values()].filter((user) => fold(user.display_name) === key && !user.deleted_at);
  return matches.length === 1 ? matches[0]?.id : undefined;
}

/** Returns the email address of a user, even of a deleted one; undefined if the user never existed. */
export const findEmail = async (id: string): Promise<string | undefined> =>
  ((await loadUsers()).users.get(id) ?? (await Records.load(Users, id)))?.email;

/** Returns the display names of users by id, including deleted users; unknown ids are omitted. */
export async function loadNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { users } = await loadUsers();
  const unknown = ids.filter((id) => !users.has(id));
  const deletedUsers = (await Records.loadMany(Users, unknown)).filter((user) => user !== undefined);
  const allUsers = [...ids.flatMap((id) => users.get(id) ?? []), ...deletedUsers];
  return new Map(allUsers.map(({ id, display_name }) => [id, display_name]));
}

/** Returns the names of teams by id; deleted teams are omitted. */
export async function loadTeamNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { teams } = await loadUsers();
  return new Map(teams.flatMap(({ id, name }) => (ids.includes(id) ? [[id, name] as const] : [])));
}

/** Returns the departments of users by id; users without one are omitted. */
export async function loadDepartments(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { users } = await loadUsers();
  return new Map(ids.flatMap((id) => (users.get(id)?.department ? [[id, users.get(id)?.department as string] as const] : [])));
}

/** The present position of a user in the organisation. */
export interface OrgPosition {
  name: string;
  manager_id: string | null;
  team: TeamRecord | undefined;
}

/** Returns the positions of users by id. */
export async function loadOrgPositions(ids: readonly string[]): Promise<ReadonlyMap<string, OrgPosition>> {
  const { users, teams } = await loadUsers();
  const byId = new Map(teams.map((team) => [team.id, team]));
  const otherUsers = await Records.loadMany(
    Users,
    ids.filter((id) => !users.has(id)),
  );
  const allUsers = [...ids.flatMap((id) => users.get(id) ?? []), ...otherUsers.filter((user) => user !== undefined)];
  return new Map(
    allUsers.map(({ id, display_name, manager_id, team_id }) => [
      id,
      { name: display_name, manager_id: manager_id ?? null, team: byId.get(team_id ?? "") },
    ]),
  );
}

/** Returns the ids of all users in the matching teams, with any status. */
export async function listTeamMembers(isMeant: (team: TeamRecord) => boolean): Promise<string[]> {
  const { users, teams } = await loadUsers();
  const teamIds = new Set(teams.filter(isMeant).map(({ id }) => id));
  return [...users.values()].filter(({ team_id }) => team_id && teamIds.has(team_id)).map(({ id }) => id);
}

/** Whether a user reports to another, directly or indirectly, or is the same user. */
export async function isBelow(id: string, manager: string): Promise<boolean> {
  const { users } = await loadUsers();
  const seen = new Set<string>();
  for (let above: string | null | undefined = id; above && !seen.has(above); above = users.get(above)?.manager_id) {
    if (above === manager) return true;
    seen.add(above);
  }
  return false;
}

/** Returns the teams of the actor: their own team and those that they lead. */
export async function listVisibleTeams(): Promise<ReadonlySet<string>> {
  const actor = useActor();
  if (actor.type !== "user") return new Set();
  const { users, teams } = await loadUsers();
  const team = users.get(actor.id)?.team_id;
  return new Set(teams.filter((candidate) => candidate.manager_id === actor.id || candidate.id === team).map((each) => each.id));
}

/** Whether the actor sees the records of all owners. */
export function seesAllRecords(): boolean {
  const actor = useActor();
  if (actor.type === "system") return true;
  if (actor.type === "public") return false;
  const { visibility, all_records_roles } = useSettings();
  const namedRoles: readonly Role[] = ["ADMIN", "DIRECTOR", ...all_records_roles];
  return visibility === "all" || actor.roles.some((role) => namedRoles.includes(role));
}

/**
 * Returns the owners whose records the actor sees. ADMIN, DIRECTOR and the roles that the tenant names see all; MANAGER sees their own and those of their
 * teams; other users see what the tenant's setting allows. Records without an owner are visible to all users, so that they can be taken.
 */
export async function listVisibleOwners(): Promise<Owners> {
  const actor = useActor();
  if (seesAllRecords()) return "all";
  if (actor.type === "system" || actor.type === "public") return new Set();
  const { visibility } = useSettings();
  const isManager = actor.roles.includes("MANAGER");
  const visibleOwners = new Set([actor.id, UNOWNED]);
  if (!isManager && visibility === "own") return visibleOwners;
  const [{ users }, led] = await Promise.all([loadUsers(), listVisibleTeams()]);
  for (const user of users.values()) {
    if (user.manager_id === actor.id || (user.team_id && led.has(user.team_id))) visibleOwners.add(user.id);
  }
  return visibleOwners;
}

export * as Directory from "./directory.ts";
