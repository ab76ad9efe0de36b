import * as z from "zod";
import { Password } from "../auth/password.ts";
import { Principal } from "../auth/principal.ts";
import { Clock } from "../kernel/clock.ts";
import { may, useActorId, useTenant } from "../kernel/context.ts";
import { conflict, invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { filled, id, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { tableName } from "../storage/database.ts";
import { hashed, systemKey, tenantKey } from "../storage/key.ts";
import { list as listRecords, listSchema, paging } from "../storage/list.ts";
import { Records } from "../storage/records.ts";
import { type Transaction, transaction } from "../storage/transaction.ts";
import { Team } from "../team/team.ts";
import { Directory } from "./directory.ts";
import { fields, Stored, statuses, type UserRecord, Users } from "./user.entity.ts";

/** The people who sign in to a tenant. An email is theirs once in a tenant, and may be in several tenants. */

export const Info = Stored.omit({ activation_requested_at: true, password_reset_requested_at: true });

const filters = {
  status: oneOf(statuses).optional(),
  role: oneOf(["ADMIN", "DIRECTOR", "MANAGER", "SALES_REP", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"]).optional(),
  team: id("team").optional(),
};

export const Row = Info.pick({
  email: true,
  first_name: true,
  last_name: true,
  role: true,
  extra_roles: true,
  status: true,
  team_id: true,
  manager_id: true,
  department: true,
  last_login_at: true,
});

export const list = fn(listSchema(Users, filters), async ({ status, role, team, ...rest }): Promise<Page<UserRecord>> => {
  const given = Object.entries({ status, role, team }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return listRecords(Users, { ...paging(rest), filters: Object.fromEntries(given), ranges: {} });
});

export const get = fn(z.strictObject({ id: text(64) }), async ({ id: wanted }) => shown(await Records.read(Users, wanted)));

const Create = z.strictObject({
  ...fields,
  password: Password.schema.optional().describe("Without one, a mail asks the user to choose it"),
});

export const create = fn(Create, async ({ password, ...input }) => {
  await checkReferences(input);
  const hash =
    password === undefined ? undefined : await Password.hash(password, [input.email, input.first_name, input.last_name]);
  const user = newUser(input, { status: hash ? "ACTIVE" : "PENDING_ACTIVATION" });
  const tx = transaction().create(Users, user);
  addLogin(tx, user);
  if (hash) Password.write(tx, user.id, hash);
  if (user.status === "ACTIVE") countAdmins(tx, undefined, user);
  const created = await tx.commit(user);
  forget();
  return shown(created);
});

/** A user record that is not yet written; used by signup too. */
export function newUser(
  input: z.output<z.ZodObject<typeof fields>>,
  options: { status: UserRecord["status"]; id?: string },
): UserRecord {
  const at = Clock.now();
  const isActive = options.status === "ACTIVE";
  const user = {
    ...filled(fields, input),
    extra_roles: input.extra_roles.filter((role) => role !== input.role),
    status: options.status,
    last_login_at: null,
    password_changed_at: isActive ? at : null,
    activation_requested_at: isActive ? null : at,
    password_reset_requested_at: null,
  };
  return Records.born(Users, user, options.id ? { id: options.id } : {});
}

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id: wanted, ...input }) =>
  edit(wanted, filled(fields, input)),
);

export const update = fn(patchOf(fields).extend({ id: text(64) }), ({ id: wanted, ...patch }) =>
  edit(wanted, patched(fields, patch)),
);

async function edit(wanted: string, changes: Partial<UserRecord>): Promise<Partial<UserRecord>> {
  await checkReferences(changes, wanted);
  const next = await Records.change(Users, wanted, (current, tx) => {
    const after = { ...current, ...changes };
    if (loginKey(after.email).pk !== loginKey(current.email).pk) {
      addLogin(tx, after);
      tx.delete(loginKey(current.email));
    }
    countAdmins(tx, current, after);
    return after;
  });
  forget();
  return shown(next);
}

const settable = ["ACTIVE", "INACTIVE", "SUSPENDED"] as const;

/** Suspended and inactive users are signed out: at once for a refresh, within a minute for what they hold. */
export const setStatus = fn(z.strictObject({ id: text(64), status: oneOf(settable) }), async ({ id: wanted, status }) => {
  const next = await Records.change(Users, wanted, (current, tx) => {
    if (current.status === "PENDING_ACTIVATION" && status === "ACTIVE") {
      throw ruleViolation("The user has not chosen a password yet", [{ field: "status", message: "Waits for activation" }]);
    }
    const after = { ...current, status };
    countAdmins(tx, current, after);
    return after;
  });
  forget();
  return shown(next);
});

export const remove = fn(z.strictObject({ id: text(64) }), async ({ id: wanted }) => {
  if (wanted === useActorId()) throw ruleViolation("You cannot delete yourself");
  const next = await Records.remove(Users, wanted, (current, tx) => {
    const after: UserRecord = { ...current, status: "DELETED" };
    tx.delete(loginKey(current.email));
    countAdmins(tx, current, after);
    return after;
  });
  forget();
  return shown(next);
});

/** Comes back as INACTIVE: somebody decides anew that they may sign in. */
export const restore = fn(z.strictObject({ id: text(64) }), async ({ id: wanted }) => {
  const next = await Records.restore(Users, wanted, (current, tx) => {
    addLogin(tx, current);
    const after: UserRecord = { ...current, status: "INACTIVE" };
    return after;
  });
  forget();
  return shown(next);
});

/** Sends the mail again with which a user chooses a first password. */
export const invite = fn(z.strictObject({ id: text(64) }), async ({ id: wanted }) => {
  const next = await Records.change(Users, wanted, (current) => {
    if (current.status !== "PENDING_ACTIVATION") throw conflict("The user is activated already");
    return { ...current, activation_requested_at: Clock.now() };
  });
  return shown(next);
});

/** What this process remembers of users is no longer so. */
function forget(): void {
  Directory.forget();
  Principal.forget();
}

/** A user who may own a record; a VALIDATION_ERROR on `field` for anybody else. */
export async function requireOwner(wanted: string, field: string): Promise<void> {
  if (!(await Directory.active(wanted))) throw invalid(field, "No active user has this id");
}

/** Under which key a sign-in finds its users: by email, one item a tenant. */
export const loginPartition = (email: string): string => systemKey("login", hashed(email.trim().normalize("NFC").toLowerCase()));

const loginKey = (email: string) => ({ pk: loginPartition(email), sk: useTenant() });

/** The sign-in of a user, which is also the lock that keeps an email to one user of a tenant. */
export function addLogin(tx: Transaction, user: UserRecord): void {
  tx.put(
    { ...loginKey(user.email), user_id: user.id },
    {
      condition: "attribute_not_exists(pk)",
      refused: () => conflict("A user with this email exists", [{ field: "email", message: "Already in use" }]),
    },
  );
}

const isAdmin = (user: UserRecord | undefined): boolean =>
  user !== undefined && user.status === "ACTIVE" && (user.role === "ADMIN" || user.extra_roles.includes("ADMIN"));

/** A tenant keeps an administrator: the count moves in the transaction that changes one, and does not fall to zero. */
export function countAdmins(tx: Transaction, before: UserRecord | undefined, after: UserRecord): void {
  const delta = Number(isAdmin(after)) - Number(isAdmin(before));
  if (delta === 0) return;
  const update = {
    TableName: tableName(),
    Key: { pk: tenantKey(useTenant(), "ADMINS"), sk: "count" },
    UpdateExpression: "ADD #count :delta",
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":delta": delta },
  };
  const last = { ConditionExpression: "#count > :one", ExpressionAttributeValues: { ":delta": delta, ":one": 1 } };
  tx.add({ Update: delta < 0 ? { ...update, ...last } : update }, () => ruleViolation("The last administrator stays one"));
}

async function checkReferences(input: Partial<UserRecord>, self?: string): Promise<void> {
  if (input.date_of_birth) {
    const adult = `${Number(Clock.now().slice(0, 4)) - 18}${Clock.now().slice(4, 10)}`;
    if (input.date_of_birth > adult) throw invalid("date_of_birth", "Users are 18 or older");
  }
  if (input.team_id) await Team.require(input.team_id, "team_id");
  if (input.manager_id) {
    if (input.manager_id === self) throw invalid("manager_id", "Nobody is their own manager");
    await requireOwner(input.manager_id, "manager_id");
  }
}

/** A user as they see themselves. */
export function own(user: UserRecord): Partial<UserRecord> {
  const { activation_requested_at: _activation, password_reset_requested_at: _reset, ...open } = user;
  return open;
}

/** Private fields are for administrators and the user alone. */
function shown(user: UserRecord): Partial<UserRecord> {
  if (may("user:manage") || user.id === useActorId()) return own(user);
  return { ...own(user), phone_number: null, gender: null, date_of_birth: null, preferences: null };
}

export * as User from "./user.ts";
