import { useMemo, useState } from "react";
import { menuLabel } from "../../api/action-label.ts";
import { consolePath } from "../../api/console-path.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Action, formatTitle, type Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import type { Option } from "../../ui/kit/option.tsx";
import { Reference } from "../../ui/kit/reference.tsx";
import { MergeList } from "./merge-list.tsx";

interface DialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

/** Chooses the record to compare with. The page of merges does the rest. */
export function MergeDialog({ kind, record, action, onClose }: DialogProps) {
  const t = useText();
  const navigate = useNavigate();
  const [other, setOther] = useState<Option | null>(null);
  const search = useMemo(() => {
    const find = createRecordSearch(kind);
    return async (text: string, signal: AbortSignal): Promise<readonly Option[]> =>
      (await find(text, signal)).filter(({ id }) => id !== record.id);
  }, [kind, record.id]);
  const compare = (): void => {
    onClose();
    void navigate({
      to: `${consolePath(kind.path)}/merge`,
      search: { ids: `${record.id},${other?.id ?? ""}` },
    });
  };
  return (
    <Dialog
      title={menuLabel(action, kind)}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" isDisabled={other === null} onPress={compare}>
            {t("Compare")}
          </Button>
        </>
      )}
    >
      <Reference
        label={t("Merge {name} with", { name: formatTitle(kind, record) })}
        help={t("Nothing is merged before you have compared both.")}
        value={other}
        onChange={setOther}
        search={search}
      />
    </Dialog>
  );
}

/** The merges of a record, to undo one. */
export function UnmergeDialog({ kind, record, action, onClose }: DialogProps) {
  const t = useText();
  const mergedIds = (record.merged_ids as readonly string[] | undefined) ?? [];
  return (
    <Dialog
      title={menuLabel(action, kind)}
      isOpen
      onOpenChange={onClose}
      actions={(close) => <Button onPress={close}>{t("Close")}</Button>}
    >
      <MergeList
        kind={kind}
        survivorId={record.id}
        mergedIds={kind.kind === "person" ? undefined : mergedIds}
        onUndone={onClose}
      />
    </Dialog>
  );
}
