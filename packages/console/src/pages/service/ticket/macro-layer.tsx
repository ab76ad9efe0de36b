import { useCallback } from "react";
import { crm } from "../../../api/client.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option.tsx";
import { OptionSearchList } from "../../../ui/kit/option-search-list.tsx";
import { SearchLayer } from "../../../ui/kit/search-layer.tsx";

interface MacroLayerProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChoose: (macro: Option) => void;
}

const LIMIT = 20;
const PATH = "/api/v1/support/macros";

/** Finds a macro by its name. */
export function MacroLayer({ isOpen, onClose, onChoose }: MacroLayerProps) {
  const t = useText();
  const search = useCallback(async (text: string, signal: AbortSignal): Promise<Option[]> => {
    const query = { limit: LIMIT, ...(text === "" ? {} : { search: text }) };
    const rows = await crm.request<Readonly<Record<string, unknown>>[]>("GET", PATH, { query, signal });
    return rows.map(({ id, name, description }) => ({
      id: String(id),
      label: String(name),
      ...(typeof description === "string" ? { description } : {}),
    }));
  }, []);
  return (
    <SearchLayer title={t("Macros")} isOpen={isOpen} onOpenChange={(isNowOpen) => isNowOpen || onClose()}>
      <OptionSearchList
        label={t("Macros")}
        value={null}
        search={search}
        onChoose={(macro) => {
          onClose();
          onChoose(macro);
        }}
      />
    </SearchLayer>
  );
}
