import type { ReactNode } from "react";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import type { EditConflict } from "./use-cell-edit.ts";

interface ConflictDialogProps {
  readonly conflict: EditConflict;
  readonly onReplace: () => void;
  readonly onClose: () => void;
}

/** Two users changed the same field. The second one decides with both values in view. */
export function ConflictDialog({ conflict, onReplace, onClose }: ConflictDialogProps) {
  const t = useText();
  const { field, stored, wanted } = conflict;
  const [user] = [stored.expanded?.updated_by ?? []].flat();
  const title = user?.name
    ? t("{name} changed this while you were editing", { name: user.name })
    : t("This was changed while you were editing");
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen
      onOpenChange={onClose}
      actions={() => (
        <>
          <Button onPress={onClose}>{t("Leave the stored value")}</Button>
          <Button
            variant="primary"
            onPress={() => {
              onClose();
              onReplace();
            }}
          >
            {t("Save my value")}
          </Button>
        </>
      )}
    >
      <dl className="grid grid-cols-2 gap-4">
        <ConflictValue label={t("{label}, as it is stored", { label: field.label })}>
          <FieldValue record={stored} field={field} />
        </ConflictValue>
        <ConflictValue label={t("{label}, as you changed it", { label: field.label })}>
          <FieldValue record={wanted} field={field} />
        </ConflictValue>
      </dl>
    </Dialog>
  );
}

function ConflictValue({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <dt className="text-meta text-text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
