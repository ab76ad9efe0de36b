import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { buildHandoverPart } from "../../platform/user/handover-part.ts";
import { Records } from "../../storage/write/records.ts";
import { Activities } from "./activity.entity.ts";
import { isOpen } from "./activity.rules.ts";

/** Gives an open activity to the stand-in, or else to the manager. Without either it has no assignee. */
export const activityHandover = buildHandoverPart(Activities, "assigned_to_id", async (id, user, stand_in_id) => {
  const to = stand_in_id ?? (await findManager(user));
  await Records.ignoreMissing(
    Records.change(Activities, id, (current) =>
      current.assigned_to_id === user && isOpen(current) ? { ...current, assigned_to_id: to, assigned_by_id: user } : current,
    ),
  );
});

/** The active manager of a user who is not away. */
async function findManager(user: string): Promise<string | null> {
  const manager = (await Directory.findActive(user))?.manager_id ?? null;
  const isThere =
    manager !== null && (await Directory.findActive(manager)) !== undefined && !(await Availability.isAway(manager));
  return isThere ? manager : null;
}
