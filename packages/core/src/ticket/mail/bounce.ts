import { InboundMail } from "../../inbound-mail/inbound-mail.ts";
import { messageIn } from "../../inbound-mail/thread.rules.ts";
import { addressOf } from "../../invitation/recipients.ts";
import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type CommentRecord, Comments } from "../comment.entity.ts";
import type { Incoming } from "./incoming.rules.ts";

/** A mail of ours that came back: the comment says so, and its event tells the assignee. */

export async function markBounced(record: InboundMail.Record, { bounce, in_reply_to }: Incoming): Promise<void> {
  const tx = transaction();
  const comment = await commentOf([...(bounce?.original_ids ?? []), ...in_reply_to]);
  const failed =
    comment &&
    bounce?.deliveries.find(({ action, status, recipient }) => {
      const isFailed = action === "failed" || (action === null && status?.startsWith("5"));
      return isFailed && isTo(comment, recipient);
    });
  if (!comment || !failed)
    return InboundMail.handled(tx, record, { status_because: "It tells of no answer of ours" }).commit(undefined);
  const because = failed.diagnostic ?? failed.status;
  const delivery = { status: "BOUNCED", because, to: comment.delivery?.to ?? null, at: Clock.now() } as const;
  tx.replace(Comments, comment, Records.nextVersion(comment, { ...comment, delivery }));
  await InboundMail.handled(tx, record, { ticket_id: comment.ticket_id, comment_id: comment.id }).commit(undefined);
}

/** Whether the comment went to the address, so that nobody says so of another; servers may not name any. */
const isTo = ({ delivery }: CommentRecord, recipient: string | null): boolean =>
  delivery?.status === "SENT" && delivery.to !== null && recipient !== null && addressOf(delivery.to) === addressOf(recipient);

/** The answer that one of these ids is of, if it is of a ticket that the id proves. */
async function commentOf(ids: readonly string[]): Promise<CommentRecord | undefined> {
  for (const id of ids) {
    const [proved] = await InboundMail.provedBy([], [id]);
    const comment = proved && (await Records.load(Comments, messageIn(id) ?? "", { live: true }));
    if (comment && comment.ticket_id === proved.id) return comment;
  }
  return undefined;
}
