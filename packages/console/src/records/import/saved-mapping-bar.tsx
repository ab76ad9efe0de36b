import type { Schemas } from "@crm/sdk/index.ts";
import { Save } from "lucide-react";
import { useState } from "react";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import type { Kind } from "../../api/schema.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import {
  adaptMapping,
  addSavedMapping,
  type ColumnMapping,
  findSavedMapping,
  readSavedMappings,
  type SavedMapping,
} from "./mapping-rules.ts";
import { useWizard } from "./wizard-state.ts";

/** The preference that holds the saved mappings. */
const PREFERENCE = "import_mappings";

interface SavedMappingBarProps {
  readonly kind: Kind;
  readonly file: Schemas.InspectedFile;
  readonly mapping: ColumnMapping;
}

/** Uses the mapping of an earlier file, or saves the present one for later files. */
export function SavedMappingBar({ kind, file, mapping }: SavedMappingBarProps) {
  const t = useText();
  const { state, change } = useWizard();
  const { data: preferences } = usePreferences();
  const changePreferences = useChangePreferences();
  const saved = readSavedMappings(preferences?.ui[PREFERENCE]);
  const own = saved.filter((entry) => entry.kind === kind.kind);
  const fitting = findSavedMapping(own, kind.kind, file.columns);
  const [isNaming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const use = (entry: SavedMapping): void =>
    change({ mapping: adaptMapping(entry, file.columns, file.fields), values: entry.values, used: entry.name });
  const save = async (close: () => void): Promise<void> => {
    const entry = { name: name.trim(), kind: kind.kind, mapping, values: state.values };
    try {
      await changePreferences({ ui: { [PREFERENCE]: addSavedMapping(saved, entry) } });
      change({ mapping, used: entry.name });
      close();
      showToast({ text: t("The mapping “{name}” was saved", { name: entry.name }) });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The mapping could not be saved"), isError: true });
    }
  };
  return (
    <span className="flex min-w-0 flex-wrap items-end gap-2 tablet:ms-auto">
      {own.length === 0 ? null : (
        <Select
          label={t("Saved mapping")}
          isLabelHidden
          placeholder={fitting ? t("Use “{name}”", { name: fitting.name }) : t("Use a saved mapping")}
          options={own.map((entry) => ({ id: entry.name, label: entry.name }))}
          value={state.used ?? null}
          onChange={(key) => {
            const entry = own.find((candidate) => candidate.name === key);
            if (entry) use(entry);
          }}
        />
      )}
      <Dialog
        title={t("Save this mapping")}
        isOpen={isNaming}
        onOpenChange={setNaming}
        trigger={
          <Button icon={<Save />} onPress={() => setName(state.used ?? file.file_name.replace(/\.[^.]*$/, ""))}>
            {t("Save this mapping")}
          </Button>
        }
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="primary" isDisabled={name.trim() === ""} onPress={() => void save(close)}>
              {t("Save")}
            </Button>
          </>
        )}
      >
        <TextField
          autoFocus
          label={t("Name")}
          help={t("It keeps the mapping of columns and values for similar files.")}
          value={name}
          onChange={setName}
          maxLength={100}
        />
      </Dialog>
    </span>
  );
}
