import { useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import { fillPath } from "../data/record-template.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { type Action, formatTitle, type Kind } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import type { LabelledRecord } from "../fields/value-text.ts";
import { useText } from "../i18n/use-text.ts";
import { Dialog } from "../kit/dialog.tsx";
import { ActionDialog } from "../record/action-dialog.tsx";
import { LoadError } from "../shell/load-error.tsx";
import { describeAvailability } from "./availability-fields.ts";

interface AvailabilityDialogProps {
  readonly kind: Kind;
  /** The user. */
  readonly record: ConsoleRecord;
  readonly action: Action;
  /** The name of the user, if the record lacks it. */
  readonly name?: string;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

/** When rules give work to a user. The dialog begins with what is stored, because saving replaces all of it. */
export function AvailabilityDialog({
  kind,
  record,
  action,
  name = formatTitle(kind, record),
  onDone,
  onClose,
}: AvailabilityDialogProps) {
  const t = useText();
  const scope = useScope();
  const path = fillPath(action.path, record);
  const stored = useQuery({
    queryKey: [...scope, "availability", record.id],
    queryFn: async () => (await read<LabelledRecord>(path)).data,
    gcTime: 0,
  });
  if (stored.error)
    return (
      <Dialog title={t("Availability")} isOpen onOpenChange={onClose}>
        <LoadError query={stored} text={t("The record could not be loaded")} />
      </Dialog>
    );
  if (!stored.data) return null;
  return (
    <ActionDialog
      kind={kind}
      record={record}
      action={describeAvailability(action, t)}
      part={{ name, values: stored.data }}
      {...(onDone ? { onDone } : {})}
      onClose={onClose}
    />
  );
}
