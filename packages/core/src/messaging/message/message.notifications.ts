import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";

/** Notifies the user who wrote a mail about a record of the reply to it. */
export const replied: NotificationType<MessageRecord> = {
  recipient: () => null,
  furtherRecipients: async ({ reply_to_id }) => {
    const author = reply_to_id === null ? undefined : (await Records.load(Messages, reply_to_id))?.created_by;
    return author !== undefined && isId(author, USER) ? [author] : [];
  },
  title: ({ from_address, subject }) => `${from_address} replied: ${subject ?? ""}`,
  body: ({ body }) => body.slice(0, 280),
};
