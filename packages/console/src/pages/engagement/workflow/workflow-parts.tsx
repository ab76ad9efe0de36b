import type { ReactNode } from "react";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import type { WorkflowRecord } from "./definition.ts";
import { EnrollmentList } from "./enrollment-list.tsx";
import { WorkflowBuilder } from "./workflow-builder.tsx";

interface WorkflowPartsProps {
  readonly kind: Kind;
  readonly record: WorkflowRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a workflow: its steps, the records that are in it, and the details that each record has. */
export function WorkflowParts({ kind, record, details }: WorkflowPartsProps) {
  const t = useText();
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the workflow")}
        tabs={[
          { id: "steps", label: t("Steps"), content: <WorkflowBuilder kind={kind} record={record} /> },
          { id: "enrollments", label: t("Enrollments"), content: <EnrollmentList record={record} /> },
          { id: "details", label: t("Details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
        ]}
      />
    </div>
  );
}
