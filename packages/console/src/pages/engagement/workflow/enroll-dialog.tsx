import { useMemo } from "react";
import type { Action, Field, Kind } from "../../../api/schema.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import type { WorkflowRecord } from "./definition.ts";

interface EnrollDialogProps {
  readonly kind: Kind;
  readonly record: WorkflowRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

/** Enrolls a record, which the user finds by its name. */
export function EnrollDialog({ kind, record, action, onClose }: EnrollDialogProps) {
  const { data: kinds = [] } = useKindIndex();
  const found = kinds.find((candidate) => candidate.kind === record.kind);
  const fields = useMemo(
    () => [{ name: "record_id", label: found?.label ?? "", type: "reference", record: found?.kind, required: true } as Field],
    [found],
  );
  if (!found) return null;
  return <ActionDialog kind={kind} record={record} action={action} question={{ fields }} onClose={onClose} />;
}
