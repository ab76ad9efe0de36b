import { useKind } from "../../../api/schema.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { useApprovalSubject } from "./approval-data.ts";
import { describeChanges, listFigureFacts, readFigures, readNet } from "./approval-rules.ts";

interface DecisionFiguresProps {
  readonly approval: LabelledRecord;
}

/** What an approval decides in figures: total, discount and margin, and what changes, with the values before and after. */
export function DecisionFigures({ approval }: DecisionFiguresProps) {
  const t = useText();
  const options = useTextOptions();
  const figures = readFigures(approval);
  const isAmendment = approval.subject_type === "contract_amendment";
  const { data: kind } = useKind(isAmendment ? "contract" : String(approval.subject_type));
  const sheet = useApprovalSubject(String(approval.id), figures !== undefined);
  if (!figures) return null;
  const net = readNet(approval, sheet.data?.record);
  const facts = listFigureFacts(figures, { hasTotal: true, net }, options, t);
  const changes = describeChanges(figures, kind?.fields ?? [], options, t);
  return (
    <>
      {facts.length === 0 ? null : <span className="text-control wrap-anywhere tabular-nums">{facts.join(" · ")}</span>}
      {changes.length === 0 ? null : (
        <ul aria-label={t("Changes")} className="flex flex-col text-control wrap-anywhere tabular-nums">
          {changes.map((change) => (
            <li key={change}>
              <bdi>{change}</bdi>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
