import { Notifier } from "../../platform/notification/notifier.ts";
import { Directory } from "../../platform/user/directory.ts";
import { type CollectedRecord, readReference } from "./enrolled-record.ts";

/** Resolves the users whom steps address. */

/** Returns the manager of the record's owner, else the manager of the owner's team. */
async function findManagerId({ record }: CollectedRecord): Promise<string | null> {
  const owner = readReference(record, "owner");
  if (owner === undefined || !(await Directory.findActive(owner))) return null;
  const position = (await Directory.loadOrgPositions([owner])).get(owner);
  return position?.manager_id ?? position?.team?.manager_id ?? null;
}

/** Returns the user whom a step names: `owner`, `manager`, or by id. */
export async function findUserId(name: string, subject: CollectedRecord): Promise<string | null> {
  if (name === "manager") return findManagerId(subject);
  return name === "owner" ? (readReference(subject.record, "owner") ?? null) : name;
}

type UserRecord = NonNullable<Awaited<ReturnType<typeof Directory.findActive>>>;
type UserResult = { user: UserRecord; reason?: undefined } | { user?: undefined; reason: string };

/** Returns the user if they are active and see the record, else the reason. Other users get nothing, even if a step names them. */
export async function resolveUser(userId: string | null, { collection, record }: CollectedRecord): Promise<UserResult> {
  if (userId === null) return { reason: "No such user" };
  const [user] = await Directory.loadActive([userId]);
  if (!user) return { reason: "The user is not active" };
  if (await Notifier.canSee(user.id, { collection, record })) return { user };
  return { reason: "The user cannot see the record" };
}
