import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId } from "../../kernel/id.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Records } from "../../storage/write/records.ts";
import { Projects } from "./project.entity.ts";
import { memberAdded } from "./project.notifications.ts";

/**
 * Tells users that they became members. The id of the notification is made of the project, the user and the time at which they joined. So an
 * event that comes twice or late tells each member once, and tells only users who are still members.
 */
export async function onMembersChanged({ record_id }: DomainEvent): Promise<void> {
  const project = await Records.load(Projects, record_id, { live: true });
  for (const { user_id, added_at, added_by } of project?.members ?? []) {
    const ms = Date.parse(added_at);
    if (!project || user_id === added_by || Notification.isPast(ms)) continue;
    if (!(await Notifier.canSee(user_id, { collection: Projects, record: project }))) continue;
    await Notifier.deliver(derivedId(NOTIFICATION, ms, `project_member/${project.id}`, user_id), {
      type: "project_member_added",
      title: memberAdded.title(project),
      body: null,
      record_kind: Projects.name,
      record_id: project.id,
      actor_id: added_by,
    });
  }
}
