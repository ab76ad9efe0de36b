import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActor, useActorId, useTenant } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { today } from "../../kernel/day.ts";
import { conflict, Failure, invalid, requireAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import { type Permission, roles } from "../../kernel/permission.ts";
import { expandFullName, fullName, nameFields, requireName } from "../../kernel/person-name.ts";
import { anyOf, IdInput, id, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { tableName } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { onlyVisible, type UpsertMatching } from "../../storage/write/upsert.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { Password } from "../auth/password.ts";
import { Session } from "../auth/session.ts";
import { SessionRules } from "../auth/session-rule.ts";
import { Throttle } from "../auth/throttle.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "./directory.ts";
import { Login } from "./login.ts";
import { Team } from "./team.ts";
import { buildDisplayName, fields, privateFields, Stored, statuses, type UserRecord, Users } from "./user.entity.ts";
import { TEAM, USER, userGrants } from "./user.kind.ts";
import { changesAdministratorAccess, isAdmin, isAdult, normalizeExtraRoles } from "./user.rules.ts";

/** The users who sign in to a tenant. An email is unique within a tenant, and may be used in several tenants. */

export const Info = Stored;
export const Row = rowSchema(Stored, Users.definition.row);

const filters = {
  status: oneOf(statuses).optional(),
  role: oneOf(roles).optional(),
  team: id(TEAM).optional(),
};

const Query = listSchema(Users, filters);

export const list = fn(Query, async (input): Promise<Page<UserRecord>> => listRecords(Users, await listQuery(input)));

/** Converts the query parameters of the list of users. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Users, input);

/** The definition of the list, for its export. */
export const listDefinition = { collection: Users, query: Query, listQuery, info: Info, fields };

export const get = fn(IdInput, async ({ id: userId }) => present(await Records.read(Users, userId)));

const inputFields = { ...fields, full_name: fullName(50) };

export const Create = z
  .strictObject({
    ...inputFields,
    password: Password.schema.optional().describe("Without a password, the user is asked by mail to choose one"),
  })
  .meta(anyOf(nameFields));

export const create = fn(
  Create,
  async ({ password, ...rawInput }) => {
    const input = expandFullName(rawInput);
    await check(input);
    const hash = password === undefined ? undefined : await Password.hash(password, await buildPasswordOwner(input));
    const user = buildUser(input, hash ? "ACTIVE" : "PENDING_ACTIVATION");
    requireSessionForAdministrator(undefined, user);
    const created = await add(transaction(), user, hash).commit(user);
    forget();
    return created;
  },
  async ({ password, ...read }, unread) => {
    const input = expandFullName(read);
    await requireAll(
      () => check(input, undefined, unread),
      async () => password && Password.requireStrong(password, await buildPasswordOwner({ email: "", ...input })),
    );
  },
);

/** Returns what a new password is checked against. */
export async function buildPasswordOwner({ email, first_name, last_name }: UserIdentity): Promise<Password.PasswordOwner> {
  return {
    login: Login.normalizeEmail(email),
    personalTexts: [email, first_name, last_name],
    tenantNames: await Tenant.listNames(),
  };
}

type UserIdentity = Pick<z.output<typeof Create>, "email" | "first_name" | "last_name">;

/** Builds a user without writing it. */
export function buildUser(input: z.output<z.ZodObject<typeof fields>>, status: "ACTIVE" | "PENDING_ACTIVATION"): UserRecord {
  const now = Clock.now();
  const isActive = status === "ACTIVE";
  const set = toStoredFields(fields, input);
  return Records.init(Users, {
    ...set,
    display_name: buildDisplayName(set),
    extra_roles: normalizeExtraRoles(input.role, input.extra_roles),
    status,
    last_login_at: null,
    password_changed_at: isActive ? now : null,
    activation_requested_at: isActive ? null : now,
    password_reset_requested_at: null,
    second_factor_at: null,
  });
}

/** Adds everything that is written for a new user. */
export function add(tx: Transaction, user: UserRecord, hash: string | undefined): Transaction {
  tx.create(Users, user);
  Login.add(tx, user, hash);
  if (hash !== undefined) Password.write(tx, user.id, hash);
  countAdmins(tx, undefined, user);
  return tx;
}

export const replace = fn(
  z.strictObject({ ...inputFields, id: text(64) }),
  ({ id: userId, ...input }) => edit(userId, toStoredFields(fields, expandFullName(input))),
  async (read, unread) => requireName(expandFullName(read), unread),
);

export const update = fn(patchSchema(inputFields).extend({ id: text(64) }), ({ id: userId, ...patch }) =>
  edit(userId, toStoredPatch(fields, expandFullName(patch))),
);

function edit(userId: string, changes: Partial<UserRecord>): Promise<UserRecord> {
  return change(userId, async (current, tx) => {
    const next = { ...current, ...changes };
    const after = { ...next, extra_roles: normalizeExtraRoles(next.role, next.extra_roles) };
    await check(after, current);
    return Login.move(tx, current, after, await Password.read(userId)) ? renewLinks(after) : after;
  });
}

/** Invalidates links that were mailed to the former address, and requests an invitation to the new one. */
const renewLinks = (user: UserRecord): UserRecord => ({
  ...user,
  activation_requested_at: user.status === "PENDING_ACTIVATION" ? Clock.now() : user.activation_requested_at,
  password_reset_requested_at: null,
});

/** Changes a user. Keeps the count of administrators, and signs out a user who may no longer sign in. */
async function change(
  userId: string,
  edit: Records.Edit<UserRecord>,
  write: (users: typeof Users, id: string, edit: Records.Edit<UserRecord>) => Promise<UserRecord> = Records.change,
): Promise<UserRecord> {
  const next = await write(Users, userId, async (current, tx) => {
    const after = await edit(current, tx);
    requireSessionForAdministrator(current, after);
    countAdmins(tx, current, after);
    return after;
  });
  if (next.status !== "ACTIVE") await Session.endAll(userId, `the user is ${next.status}`);
  forget();
  return next;
}

/** Only a user who has signed in gives or takes the role ADMIN, or decides how a user who has it signs in. */
function requireSessionForAdministrator(before: UserRecord | undefined, after: UserRecord): void {
  if (changesAdministratorAccess(before, after)) SessionRules.requireUserSession(SessionRules.administratorAccess);
}

const settableStatuses = ["ACTIVE", "INACTIVE", "SUSPENDED"] as const;

/** Sets the status. Suspended and inactive users are signed out: refresh tokens fail at once, access tokens within a minute. */
export const setStatus = fn(z.strictObject({ id: text(64), status: oneOf(settableStatuses) }), ({ id: userId, status }) =>
  change(userId, (current) => {
    if (status === "ACTIVE" && current.password_changed_at === null) {
      throw ruleViolation("The user has not chosen a password yet", [{ field: "status", message: "Waiting for activation" }]);
    }
    return { ...current, status };
  }),
);

export const remove = fn(IdInput, ({ id: userId }) => {
  if (userId === useActorId()) throw ruleViolation("You cannot delete yourself");
  return change(
    userId,
    (current, tx) => {
      Login.remove(tx, current);
      return { ...current, status: "DELETED" };
    },
    Records.remove,
  );
});

/** Returns how upserts find a user: emails are unique. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { email: { find: onlyVisible(Users, (email) => Login.findHolder(String(email))) } },
});

/** Restores a user as INACTIVE, so that an administrator decides again whether they may sign in. */
export const restore = fn(IdInput, ({ id: userId }) =>
  change(
    userId,
    async (current, tx) => {
      Login.add(tx, current, await Password.read(userId));
      return { ...current, status: "INACTIVE" };
    },
    Records.restore,
  ),
);

/** Sends the invitation mail again; links of earlier invitations become invalid. */
export const invite = fn(IdInput, async ({ id: userId }) => {
  const { email } = await Records.read(Users, userId);
  await Throttle.attempt("invitation", [Login.normalizeEmail(email), MAX_INVITATIONS_PER_HOUR]);
  return change(userId, (current) => {
    if (current.password_changed_at !== null) throw conflict("The user is already activated");
    return { ...current, status: "PENDING_ACTIVATION", activation_requested_at: Clock.now() };
  });
});

/** Invitation mails to one address in an hour: the recipient may not know the system. */
const MAX_INVITATIONS_PER_HOUR = 5;

/** Clears what this process caches about users. */
export function forget(): void {
  Directory.forget();
  CredentialCache.forget();
}

/** Throws VALIDATION_ERROR on `field` unless the user may own a record. */
export async function requireOwner(userId: string, field: string): Promise<void> {
  if (!(await Directory.findActive(userId))) throw invalid(field, "No active user has this id");
}

/** Returns the first of these users who may own records; null if there is none. */
export async function findFirstOwner(userIds: readonly (string | null)[]): Promise<string | null> {
  for (const id of userIds) if (id !== null && (await Directory.findActive(id))) return id;
  return null;
}

/**
 * Returns the owner after a change to `owner`. Without the permission `assign`, users may only take records that have no owner and release their own.
 * `recordLabel` names the records in the error message.
 */
export async function resolveChangedOwner(
  current: string | null,
  owner: string | null,
  assign: Permission,
  recordLabel: string,
  field = "owner_id",
): Promise<string | null> {
  if (owner === current) return owner;
  const self = useActorId();
  const takes = current === null && owner === self;
  const letsGo = current === self && owner === null;
  if (!takes && !letsGo) requireAssign(assign, recordLabel, field);
  if (owner) await requireOwner(owner, field);
  return owner;
}

/** Refuses an owner other than the caller without the permission `assign`. */
export function requireAssign(assign: Permission, recordLabel: string, field = "owner_id"): void {
  if (hasPermission(assign)) return;
  throw new Failure("FORBIDDEN", `Your role cannot assign ${recordLabel} to other users`, {
    details: [{ field, message: "Must be yourself or null" }],
  });
}

/** The owner of a record, as an input names it. `resolveNewOwner` sets the default. */
export const newOwner = () => id(USER).nullish().meta(createHelp("If empty, you; unassigned if an API key creates the record"));

/** Returns the owner of a new record: `requestedOwner`, otherwise the user who creates it; null if no user does. */
export async function resolveNewOwner(
  requestedOwner: string | null | undefined,
  assign: Permission,
  recordLabel: string,
  field = "owner_id",
): Promise<string | null> {
  const actor = useActor();
  if (requestedOwner !== undefined) return resolveChangedOwner(null, requestedOwner, assign, recordLabel, field);
  return actor.type === "user" ? actor.id : null;
}

/** Counts the administrators in the transaction that changes one, and refuses to remove the last. */
export function countAdmins(tx: Transaction, before: UserRecord | undefined, after: UserRecord): void {
  const delta = Number(isAdmin(after)) - Number(before !== undefined && isAdmin(before));
  if (delta === 0) return;
  const update = {
    TableName: tableName(),
    Key: { pk: tenantKey(useTenant(), "ADMINS"), sk: "count" },
    UpdateExpression: "ADD #count :delta",
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":delta": delta },
  };
  const last = { ConditionExpression: "#count > :one", ExpressionAttributeValues: { ":delta": delta, ":one": 1 } };
  tx.add({ Update: delta < 0 ? { ...update, ...last } : update }, () =>
    ruleViolation("The last administrator must remain an administrator"),
  );
}

type CheckedFields = Partial<
  Pick<z.output<typeof Create>, "first_name" | "last_name" | "date_of_birth" | "team_id" | "manager_id">
>;

/**
 * Checks what a schema cannot. Only changed fields are checked, because a stored team or manager may have been deleted. Throws all errors at once.
 */
async function check(after: CheckedFields, before?: UserRecord, unread?: ReadonlySet<string>): Promise<void> {
  const fresh = (field: keyof CheckedFields) => (after[field] === before?.[field] ? null : after[field]);
  const [date_of_birth, team_id, manager_id] = [fresh("date_of_birth"), fresh("team_id"), fresh("manager_id")];
  await requireAll(
    () => requireName(after, unread),
    () => {
      if (date_of_birth && !isAdult(date_of_birth, today()))
        throw invalid("date_of_birth", "Users must be at least 18 years old");
    },
    () => team_id && Team.require(team_id, "team_id"),
    () => manager_id && requireManager(manager_id, before),
  );
}

async function requireManager(manager_id: string, user: UserRecord | undefined): Promise<void> {
  if (user && (await Directory.isBelow(manager_id, user.id)))
    throw invalid("manager_id", "A user cannot be their own manager, directly or indirectly");
  await requireOwner(manager_id, "manager_id");
}

/** Returns the fields that the caller may see only of themselves. */
export const listHiddenFields = (): readonly string[] => (hasPermission(userGrants.manage) ? [] : privateFields);

/** Hides private fields, unless the caller is an administrator or the user. */
export function present(user: UserRecord): UserRecord {
  if (hasPermission(userGrants.manage) || user.id === useActorId()) return user;
  const hidden = Object.fromEntries(privateFields.map((field) => [field, null]));
  return { ...user, ...hidden };
}

export * as User from "./user.ts";
