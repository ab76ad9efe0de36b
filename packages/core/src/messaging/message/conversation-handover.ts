import { buildHandoverPart } from "../../platform/user/handover-part.ts";
import { Records } from "../../storage/write/records.ts";
import { Conversations } from "./conversation.entity.ts";

/** Gives a conversation to the stand-in, or leaves it without an assignee. A closed one too: the next message opens it again. */
export const conversationHandover = buildHandoverPart(Conversations, "assigned_staff_id", (id, user, stand_in_id) =>
  Records.ignoreMissing(
    Records.change(Conversations, id, (current) =>
      current.assigned_staff_id === user ? { ...current, assigned_staff_id: stand_in_id } : current,
    ),
  ),
);
