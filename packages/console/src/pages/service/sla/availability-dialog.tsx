import { useQuery, useQueryClient } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { fillPath } from "../../../api/record-template.ts";
import { type ConsoleRecord, countRecords } from "../../../api/records.ts";
import { type Action, formatTitle, type Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { availabilityQuery } from "../../../frame/profile/absence.ts";
import { type Availability, describeSavedAbsences } from "../../../frame/profile/absence-rules.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { formatDayShort, formatTime } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Dialog } from "../../../ui/kit/dialog.tsx";
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
  const client = useQueryClient();
  const options = useTextOptions();
  const path = fillPath(action.path, record);
  const stored = useQuery({
    queryKey: [...scope, "availability form", record.id],
    queryFn: async () => {
      const [{ data: values }, leads] = await Promise.all([
        read<LabelledRecord & Availability & { readonly capacity: number | null }>(path),
        countRecords("/api/v1/leads", { owner: record.id }).catch(() => ({ total: 0 })),
      ]);
      return { values, hasLeads: leads.total > 0 || values.capacity !== null };
    },
    gcTime: 0,
  });
  if (stored.error)
    return (
      <Dialog title={t("Availability")} isOpen onOpenChange={onClose}>
        <LoadError query={stored} text={t("The record could not be loaded")} />
      </Dialog>
    );
  if (!stored.data) return null;
  const { values, hasLeads } = stored.data;
  const nameUser = async (id: string): Promise<string | null> => {
    const { data } = await read<ConsoleRecord>(`${kind.path}/${id}`);
    return formatTitle(kind, data);
  };
  const formatInstant = (at: string): string =>
    `${formatDayShort(at, new Date().toISOString(), options)}, ${formatTime(at, options)}`;
  const describeDone = async (_inputs: object, answer: LabelledRecord | null) => {
    await client.invalidateQueries({ queryKey: availabilityQuery(scope, record.id).queryKey });
    const after = { ...values, ...answer };
    const now = new Date().toISOString();
    return {
      text: await describeSavedAbsences({ before: values, after, now }, { nameUser, formatInstant, countRows: countRecords }, t),
    };
  };
  return (
    <ActionDialog
      kind={kind}
      record={record}
      action={describeAvailability(action, { userId: record.id, hasLeads }, t)}
      part={{ name, values }}
      describeDone={describeDone}
      {...(onDone ? { onDone } : {})}
      onClose={onClose}
    />
  );
}
