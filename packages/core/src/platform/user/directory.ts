import { type Owners, useActor, useSettings, useTenant } from "../../kernel/context.ts";
import type { Role } from "../../kernel/permission.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type TeamRecord, Teams } from "./team.entity.ts";
import { type UserRecord, Users } from "./user.entity.ts";

/**
 * The users of a tenant, kept in memory for up to a minute: who may own a record, and whose records somebody sees.
 * A tenant has few users beside its records; past MOST the directory stops, and owners are then read one by one.
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

/** A user who can be given work, or undefined. */
export async function findActive(id: string): Promise<UserRecord | undefined> {
  const user = (await loadUsers()).users.get(id) ?? (await Records.load(Users, id));
  return user && user.status === "ACTIVE" && !user.deleted_at ? user : undefined;
}

/** Those of them who can be given work, as they are now and in their order; undefined for the others. */
export const loadActive = async (ids: readonly string[]): Promise<(UserRecord | undefined)[]> =>
  (await Records.loadMany(Users, ids, { live: true })).map((user) => (user?.status === "ACTIVE" ? user : undefined));

/** The ids of users who can be given work and have a role, in order of their ids: who has been there longest comes first. */
export const listByRole = async (role: Role): Promise<string[]> =>
  [...(await loadUsers()).users.values()]
    .filter((user) => (user.role === role || user.extra_roles.includes(role)) && user.status === "ACTIVE" && !user.deleted_at)
    .map(({ id }) => id)
    .sort();

/** The ids of a team's users who can be given work, in order of their ids. */
export const listActiveInTeam = async (team: string): Promise<string[]> =>
  [...(await loadUsers()).users.values()]
    .filter((user) => user.team_id === team && user.status === "ACTIVE" && !user.deleted_at)
    .map(({ id }) => id);

/** The teams of a territory, in order of their names, each with its users who can be given work. */
export async function listTerritoryTeams(territory: string): Promise<{ team: TeamRecord; users: UserRecord[] }[]> {
  const { users, teams } = await loadUsers();
  const own = teams.filter(({ territory_id }) => territory_id === territory);
  const active = Map.groupBy(
    [...users.values()].filter((user) => user.status === "ACTIVE" && !user.deleted_at),
    ({ team_id }) => team_id,
  );
  const named = (a: string, b: string): number => (a < b ? -1 : 1);
  return own
    .sort((a, b) => named(a.name, b.name))
    .map((team) => ({ team, users: (active.get(team.id) ?? []).sort((a, b) => named(a.display_name, b.display_name)) }));
}

/** All teams. */
export const listTeams = async (): Promise<readonly TeamRecord[]> => (await loadUsers()).teams;

/** The team of a user; undefined for who is in none. */
export const findTeamId = async (id: string): Promise<string | undefined> =>
  (await loadUsers()).users.get(id)?.team_id ?? undefined;

/** The id of the user who signs in with an address. */
export async function findByEmail(email: string): Promise<string | undefined> {
  const wanted = email.trim().toLowerCase();
  const { users } = await loadUsers();
  return [...users.values()].find((user) => user.email.toLowerCase() === wanted && !user.deleted_at)?.id;
}

/** The address with which a user signs in, or did; undefined for who is no user. */
export const findEmail = async (id: string): Promise<string | undefined> =>
  ((await loadUsers()).users.get(id) ?? (await Records.load(Users, id)))?.email;

/** What users are called, by id, also of users who are gone; who never was has none. */
export async function loadNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { users } = await loadUsers();
  const unknown = ids.filter((id) => !users.has(id));
  const gone = (await Records.loadMany(Users, unknown)).filter((user) => user !== undefined);
  const known = [...ids.flatMap((id) => users.get(id) ?? []), ...gone];
  return new Map(known.map(({ id, display_name }) => [id, display_name]));
}

/** What teams are called, by id; of those that are gone, nothing. */
export async function loadTeamNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { teams } = await loadUsers();
  return new Map(teams.flatMap(({ id, name }) => (ids.includes(id) ? [[id, name] as const] : [])));
}

/** The departments of users, by id; of who has none, nothing. */
export async function loadDepartments(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { users } = await loadUsers();
  return new Map(ids.flatMap((id) => (users.get(id)?.department ? [[id, users.get(id)?.department as string] as const] : [])));
}

/** Where somebody stands among the users, today. */
export interface OrgPosition {
  name: string;
  manager_id: string | null;
  team: TeamRecord | undefined;
}

/** Where users stand, by id. */
export async function loadOrgPositions(ids: readonly string[]): Promise<ReadonlyMap<string, OrgPosition>> {
  const { users, teams } = await loadUsers();
  const byId = new Map(teams.map((team) => [team.id, team]));
  const others = await Records.loadMany(
    Users,
    ids.filter((id) => !users.has(id)),
  );
  const known = [...ids.flatMap((id) => users.get(id) ?? []), ...others.filter((user) => user !== undefined)];
  return new Map(
    known.map(({ id, display_name, manager_id, team_id }) => [
      id,
      { name: display_name, manager_id: manager_id ?? null, team: byId.get(team_id ?? "") },
    ]),
  );
}

/** The ids of all users of the teams that are meant, whatever their status. */
export async function listTeamMembers(isMeant: (team: TeamRecord) => boolean): Promise<string[]> {
  const { users, teams } = await loadUsers();
  const meant = new Set(teams.filter(isMeant).map(({ id }) => id));
  return [...users.values()].filter(({ team_id }) => team_id && meant.has(team_id)).map(({ id }) => id);
}

/** Whether a user stands below another in the line of managers, or is the same. */
export async function isBelow(id: string, manager: string): Promise<boolean> {
  const { users } = await loadUsers();
  const seen = new Set<string>();
  for (let above: string | null | undefined = id; above && !seen.has(above); above = users.get(above)?.manager_id) {
    if (above === manager) return true;
    seen.add(above);
  }
  return false;
}

/** The teams of the actor: the one that they are in, and those that they lead. */
export async function listVisibleTeams(): Promise<ReadonlySet<string>> {
  const actor = useActor();
  if (actor.type !== "user") return new Set();
  const { users, teams } = await loadUsers();
  const team = users.get(actor.id)?.team_id;
  return new Set(teams.filter((each) => each.manager_id === actor.id || each.id === team).map((each) => each.id));
}

/**
 * Whose records the actor sees: ADMIN and DIRECTOR all, MANAGER their own and
 * their team's, everybody else as the tenant's setting says. What nobody owns is seen by all: it waits to be taken.
 */
export async function listVisibleOwners(): Promise<Owners> {
  const actor = useActor();
  if (actor.type === "system") return "all";
  if (actor.type === "public") return new Set();
  const { visibility } = useSettings();
  const isManager = actor.roles.includes("MANAGER");
  if (visibility === "all" || actor.roles.some((role) => role === "ADMIN" || role === "DIRECTOR")) return "all";
  const own = new Set([actor.id, UNOWNED]);
  if (!isManager && visibility === "own") return own;
  const [{ users }, led] = await Promise.all([loadUsers(), listVisibleTeams()]);
  for (const user of users.values()) {
    if (user.manager_id === actor.id || (user.team_id && led.has(user.team_id))) own.add(user.id);
  }
  return own;
}

export * as Directory from "./directory.ts";
