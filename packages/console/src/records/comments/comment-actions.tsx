import { useState } from "react";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { CommentForm } from "./comment-form.tsx";
import { decodeMentions, namesById, readMentions } from "./mention-text.ts";

/** What a user can do with a comment: answer, and change or delete their own. */
export function CommentActions({ comment }: { readonly comment: ConsoleRecord }) {
  const t = useText();
  const { id: userId, permissions } = useSession();
  const invalidate = useInvalidation();
  const [open, setOpen] = useState<"reply" | "edit">();
  if (!permissions.includes("comment:write")) return null;
  const recordId = String(comment.related_to_id);
  const path = `/api/v1/comments/${comment.id}`;
  const isOwn = comment.created_by === userId;
  const close = (): void => setOpen(undefined);
  const remove = async (): Promise<void> => {
    try {
      await crm.request("DELETE", path);
      showToast({
        text: t("The comment was deleted"),
        undo: () => void crm.request("POST", `${path}/restore`).then(() => invalidate({ kind: "comment" })),
      });
      await invalidate({ kind: "comment" });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The comment could not be deleted"), isError: true });
    }
  };
  if (open === "reply")
    return (
      <CommentForm
        recordId={recordId}
        label={t("Reply")}
        button={t("Reply")}
        method="POST"
        path="/api/v1/comments"
        body={{ related_to_id: recordId, reply_to_id: comment.id }}
        onClose={close}
      />
    );
  if (open === "edit") {
    const mentions = readMentions(comment);
    return (
      <CommentForm
        recordId={recordId}
        label={t("Comment")}
        button={t("Save")}
        text={decodeMentions(String(comment.content ?? ""), namesById(mentions))}
        mentions={mentions}
        method="PATCH"
        path={path}
        onClose={close}
      />
    );
  }
  return (
    <span className="-ms-2 flex flex-wrap">
      <Button isSmall variant="quiet" onPress={() => setOpen("reply")}>
        {t("Reply")}
      </Button>
      {isOwn ? (
        <Button isSmall variant="quiet" onPress={() => setOpen("edit")}>
          {t("Edit")}
        </Button>
      ) : null}
      {isOwn ? (
        <Button isSmall variant="quiet" onPress={() => void remove()}>
          {t("Delete")}
        </Button>
      ) : null}
    </span>
  );
}
