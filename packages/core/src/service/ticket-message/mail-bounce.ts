import { Clock } from "../../kernel/clock.ts";
import { InboundMail } from "../../messaging/inbound-mail/inbound-mail.ts";
import { parseOwnMessageId } from "../../messaging/inbound-mail/thread.rules.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type CommentRecord, Comments } from "../ticket/comment.entity.ts";
import type { IncomingMail } from "./incoming-mail.rules.ts";

/** Records the bounce of a mail on its comment. The event of that change notifies the assignee. */

export async function recordBounce(record: InboundMail.Record, { bounce, in_reply_to }: IncomingMail): Promise<void> {
  const tx = transaction();
  const comment = await findComment([...(bounce?.original_ids ?? []), ...in_reply_to]);
  const failed =
    comment &&
    bounce?.deliveries.find(({ action, status, recipient }) => {
      const isFailed = action === "failed" || (action === null && status?.startsWith("5"));
      return isFailed && isRecipient(comment, recipient);
    });
  if (!comment || !failed)
    return InboundMail.markHandled(tx, record, { status_because: "The bounce does not belong to a sent answer" }).commit(
      undefined,
    );
  const because = failed.diagnostic ?? failed.status;
  const delivery = { status: "BOUNCED", because, to: comment.delivery?.to ?? null, at: Clock.now() } as const;
  tx.replace(Comments, comment, Records.nextVersion(comment, { ...comment, delivery }));
  await InboundMail.markHandled(tx, record, { ticket_id: comment.ticket_id, comment_id: comment.id }).commit(undefined);
}

/**
 * Returns whether the comment was sent to this address, so that a bounce for another address does not count. Servers may omit the address; then it
 * does not count either.
 */
const isRecipient = ({ delivery }: CommentRecord, recipient: string | null): boolean =>
  delivery?.status === "SENT" &&
  delivery.to !== null &&
  recipient !== null &&
  normalizeAddress(delivery.to) === normalizeAddress(recipient);

/** Returns the comment that one of these message ids belongs to, if the id is signed for the comment's ticket. */
async function findComment(ids: readonly string[]): Promise<CommentRecord | undefined> {
  for (const id of ids) {
    const [thread] = await InboundMail.findThreads([], [id]);
    const comment = thread && (await Records.load(Comments, parseOwnMessageId(id) ?? "", { live: true }));
    if (comment && comment.ticket_id === thread.id) return comment;
  }
  return undefined;
}
