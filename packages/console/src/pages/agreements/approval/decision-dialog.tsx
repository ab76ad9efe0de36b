import { useQueryClient } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import { HOME_KEY } from "../../../api/home-data.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { listReasons } from "./approval-rules.ts";
import { DecisionFigures } from "./decision-figures.tsx";

export interface Decision {
  /** The approval. */
  readonly row: ConsoleRecord;
  readonly decision: "approve" | "reject";
}

/** Why the decision is needed, and what it is about in figures. */
function DecisionFacts({ approval }: { readonly approval: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const reasons = listReasons(approval, t, locale);
  return (
    <div className="flex min-w-0 flex-col gap-1 empty:hidden">
      {reasons.length === 0 ? null : <bdi className="text-control wrap-anywhere">{reasons.join(" · ")}</bdi>}
      <DecisionFigures approval={approval} />
    </div>
  );
}

/** Asks once more before a decision, because it cannot be taken back, with room for a comment. */
export function DecisionDialog({ row, decision, onClose }: Decision & { readonly onClose: () => void }) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const form = useFormState({}, t, useDraft(`decision ${String(row.id)} ${decision}`));
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
  return (
    <FormLayer
      layer="dialog"
      title={isApproval ? t("Approve “{name}”?", { name }) : t("Reject “{name}”?", { name })}
      form={form}
      submit={{ label: isApproval ? t("Approve") : t("Reject"), isDanger: !isApproval, run: decide }}
      onClose={onClose}
    >
      <DecisionFacts approval={row} />
      <FormSummary form={form} shownFields={["comment"]} labelFor={(field) => field} />
      <TextArea label={t("Comment")} note="optional" rows={3} {...bindText(form, "comment")} autoFocus={!isApproval} />
    </FormLayer>
  );
}
