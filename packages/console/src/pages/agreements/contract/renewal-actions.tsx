import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { readRecord, useInvalidation } from "../../../api/records.ts";
import { type Action, type Kind, useKindIndex } from "../../../api/schema.ts";
import { nameRecord } from "../../../api/title.ts";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { addDay, type DueRenewal, listRenewalActs, type RenewalAct } from "./renewal-rules.ts";

interface RenewalActionsProps {
  /** The kind of contracts. */
  readonly kind: Kind;
  readonly row: DueRenewal;
}

/** What can be done about the end of a term: the first step as a button, others in a menu. */
export function RenewalActions({ kind, row }: RenewalActionsProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const [open, setOpen] = useState<RenewalAct>();
  const findAction = (name: string): Action | undefined => kind.actions.find((action) => action.name === name);
  const [renewal, termination] = [findAction("renewContract"), findAction("terminateContract")];
  const isAllowed: Readonly<Record<RenewalAct, boolean>> = {
    renew: renewal !== undefined,
    prepare: kinds.some((candidate) => candidate.kind === "opportunity" && candidate.operations.includes("create")),
    stop: kind.operations.includes("update"),
    resume: kind.operations.includes("update"),
    terminate: termination !== undefined,
  };
  const labels: Readonly<Record<RenewalAct, string>> = {
    renew: t("Renew"),
    prepare: t("Prepare an opportunity"),
    stop: t("Do not renew"),
    resume: t("Renew automatically"),
    terminate: t("End after this term"),
  };
  const acts = listRenewalActs(row).filter((act) => isAllowed[act]);
  const [first, ...others] = acts[0] === "renew" ? acts : [undefined, ...acts];
  const shown = open === "renew" ? renewal : open === "terminate" ? termination : undefined;
  const close = (): void => setOpen(undefined);
  const setAutoRenewal = useAutoRenewal(kind, row);
  return (
    <span className="flex justify-end gap-1">
      {first ? (
        <Button isSmall onPress={() => setOpen(first)}>
          {labels[first]}
        </Button>
      ) : null}
      {others.length > 0 ? (
        <Menu
          placement="bottom end"
          trigger={<IconButton isSmall label={t("Actions for {name}", { name: row.title })} icon={<Ellipsis />} />}
        >
          {others.flatMap((act) =>
            act ? (
              <MenuItem
                key={act}
                label={labels[act]}
                isDanger={act === "terminate"}
                onAction={() => (act === "resume" ? void setAutoRenewal(true) : setOpen(act))}
              />
            ) : (
              []
            ),
          )}
        </Menu>
      ) : null}
      {open && shown ? (
        <ActionDialog
          kind={kind}
          record={{ ...row, last_day: addDay(row.end_date) }}
          action={
            {
              ...shown,
              title: labels[open],
              // Without a value of its own the next term has the price that the contract names.
              preset: open === "renew" ? { contract_value: "{next_value}" } : { effective_date: "{last_day}" },
            } as Action
          }
          onClose={close}
        />
      ) : null}
      {open === "stop" ? <StopDialog row={row} onStop={() => setAutoRenewal(false)} onClose={close} /> : null}
      {open === "prepare" ? (
        <CreateDrawer
          kindName="opportunity"
          preset={{
            name: t("Renewal: {title}", { title: row.title }),
            type: "RENEWAL",
            customer_id: row.customer_id,
            amount: row.next_value,
            currency: row.currency,
            close_date: row.end_date,
          }}
          labels={{ customer_id: { id: String(row.customer_id), label: nameRecord({ ...row.expanded?.customer_id }) } }}
          onClose={close}
        />
      ) : null}
    </span>
  );
}

/** Returns a function that says whether the contract renews itself. It returns whether that was saved. */
function useAutoRenewal(kind: Kind, row: DueRenewal) {
  const t = useText();
  const invalidate = useInvalidation();
  const save = async (auto_renew: boolean): Promise<boolean> => {
    try {
      const { version } = await readRecord(kind, row.id);
      await crm.request("PATCH", `${kind.path}/${row.id}`, { body: { auto_renew }, ifMatch: Number(version) });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The change was refused"), isError: true });
      return false;
    }
    await invalidate(kind, row.id);
    if (!auto_renew)
      showToast({ text: t("{name} does not renew itself any more", { name: row.title }), undo: () => void save(true) });
    return true;
  };
  return save;
}

interface StopDialogProps {
  readonly row: DueRenewal;
  readonly onStop: () => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks before a contract no longer renews itself. */
function StopDialog({ row, onStop, onClose }: StopDialogProps) {
  const t = useText();
  const [isSaving, setSaving] = useState(false);
  const stop = async (): Promise<void> => {
    setSaving(true);
    if (await onStop()) onClose();
    else setSaving(false);
  };
  return (
    <Dialog
      role="alertdialog"
      title={t("Let “{name}” end after this term?", { name: row.title })}
      isOpen
      onOpenChange={onClose}
      actions={() => (
        <>
          <Button onPress={onClose}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isSaving} onPress={() => void stop()}>
            {t("Do not renew")}
          </Button>
        </>
      )}
    >
      {t("The contract no longer renews itself. On the day of notice its owner gets an opportunity to renew it.")}
    </Dialog>
  );
}
