import { useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { useScope } from "../data/session.ts";
import { useFormState } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { TextArea } from "../kit/text-area.tsx";
import { HOME_KEY } from "./home-data.ts";

export interface Decision {
  /** The approval. */
  readonly row: ConsoleRecord;
  readonly decision: "approve" | "reject";
}

/** Asks once more before a decision, because it cannot be taken back, with room for a comment. */
export function DecisionDialog({ row, decision, onClose }: Decision & { readonly onClose: () => void }) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const formId = useId();
  const form = useFormState({}, t);
  const name = String(row.title);
  const isApproval = decision === "approve";
  const decide = async (): Promise<void> => {
    const { comment } = form.values;
    const body = comment ? { comment } : {};
    const isDone = await form.submit(() =>
      crm.request("POST", `/api/v1/approvals/${row.id}/${decision}`, { body }).then(() => true),
    );
    if (!isDone) return;
    onClose();
    await invalidate({ kind: "approval" }, row.id);
    await queries.invalidateQueries({ queryKey: [...scope, HOME_KEY, "approval"] });
  };
  const problem = form.errors.form ?? Object.values(form.errors.fields)[0];
  return (
    <Dialog
      title={isApproval ? t("Approve “{name}”?", { name }) : t("Reject “{name}”?", { name })}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant={isApproval ? "primary" : "danger"} type="submit" form={formId} isPending={form.isSaving}>
            {isApproval ? t("Approve") : t("Reject")}
          </Button>
        </>
      )}
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void decide();
        }}
        className="flex flex-col gap-4"
      >
        {problem === undefined ? null : <Banner kind="danger" title={problem} />}
        <TextArea
          label={t("Comment")}
          note="optional"
          rows={3}
          value={String(form.values.comment ?? "")}
          onChange={(comment) => form.set("comment", comment)}
        />
      </form>
    </Dialog>
  );
}
