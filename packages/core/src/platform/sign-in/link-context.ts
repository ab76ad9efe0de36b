import { Records } from "../../storage/write/records.ts";
import { runAsTenant } from "../auth/session.ts";
import { type UserRecord, Users } from "../user/user.entity.ts";
import { Link } from "./mail-link.ts";

/** Runs `work` as the system in the tenant of a valid link. `work` checks the link again in its own transaction. */
export async function withLink<T>(token: string, purpose: Link.Purpose, work: (user: UserRecord) => Promise<T>): Promise<T> {
  const { tenant_id, user_id } = Link.read(token);
  return runAsTenant(tenant_id, async () => {
    const user = await Records.load(Users, user_id);
    await Link.check(token, purpose, user);
    return work(user as UserRecord);
  });
}
