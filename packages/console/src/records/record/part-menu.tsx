import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { menuLabel } from "../../api/action-label.ts";
import { requestAction } from "../../api/action-request.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Action, Kind } from "../../api/schema.ts";
import type { LabelledRecord } from "../../api/value-text.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { ActionDialog } from "./action-dialog.tsx";

interface PartMenuProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly part: LabelledRecord;
  /** The name of the part. */
  readonly name: string;
  /** The actions that the part allows. */
  readonly actions: readonly Action[];
}

/** The actions of a part of a record, such as a milestone of a project. An action without inputs runs at once, unless it is dangerous. */
export function PartMenu({ kind, record, part, name, actions }: PartMenuProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [running, setRunning] = useState<Action>();
  const run = async (action: Action): Promise<void> => {
    if (action.fields.length > 0 || action.danger || action.confirm) return setRunning(action);
    try {
      await requestAction(action, record, {});
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The record could not be changed"), isError: true });
    }
    await invalidate(kind, record.id);
  };
  return (
    <>
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Actions of {name}", { name })} icon={<MoreHorizontal />} />}
        onAction={(key) => {
          const action = actions.find((candidate) => candidate.name === key);
          if (action) void run(action);
        }}
      >
        {actions.map((action) => (
          <MenuItem key={action.name} id={action.name} label={menuLabel(action, kind)} isDanger={action.danger} />
        ))}
      </Menu>
      {running ? (
        <ActionDialog
          kind={kind}
          record={record}
          part={{ name, values: part }}
          action={running}
          onClose={() => setRunning(undefined)}
        />
      ) : null}
    </>
  );
}
