import { Columns3 } from "lucide-react";
import { useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import type { Density } from "../../api/preferences.ts";
import type { Kind } from "../../api/schema.ts";
import { useAppearance } from "../../frame/shell/use-appearance.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { OrderList } from "../../ui/kit/order-list.tsx";
import { Panel } from "../../ui/kit/panel.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { listColumnFields } from "../rows/list-columns.ts";
import type { ListModel } from "./use-list-state.ts";

/** The columns of a list and the height of its rows. */
export function DisplayMenu({ kind, model }: { readonly kind: Kind; readonly model: ListModel }) {
  const t = useText();
  const { locale } = useLocale();
  const [{ density }, changeAppearance] = useAppearance();
  const chosen = model.columns.slice(1).map(({ id }) => id);
  const fields = useMemo(() => listColumnFields(kind), [kind]);
  const hidden = fields.filter(({ name }) => !chosen.includes(name)).sort((a, b) => a.label.localeCompare(b.label, locale));
  const entries = [...model.columns.slice(1), ...hidden.map(({ name, label }) => ({ id: name, label }))];
  return (
    <Panel
      label={t("Columns and row height")}
      trigger={<IconButton isSmall label={t("Columns and row height")} icon={<Columns3 />} />}
    >
      <div className="flex flex-col gap-2 border-b border-border p-3">
        <SegmentedControl
          label={t("Row height")}
          value={density}
          onChange={(id) => changeAppearance({ density: id as Density })}
          segments={[
            { id: "compact", label: t("Compact") },
            { id: "default", label: t("Default") },
            { id: "comfortable", label: t("Comfortable") },
          ]}
        />
        <span className="text-meta text-text-muted">
          {t("In the table head, Alt and an arrow move a column. Shift and an arrow resize it.")}
        </span>
      </div>
      <OrderList label={t("Columns")} entries={entries} chosen={chosen} onChange={model.setColumns} />
      <div className="border-t border-border p-2">
        <Button isSmall variant="quiet" onPress={() => model.setColumns(kind.layout.columns)}>
          {t("Default columns")}
        </Button>
      </div>
    </Panel>
  );
}
