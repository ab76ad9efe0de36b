import { useQueryClient } from "@tanstack/react-query";
import { crm } from "../../api/client.ts";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { useInvalidation } from "../../api/records.ts";
import { useScope } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { buildLayoutBody, type LayoutAnswer } from "./layout-rules.ts";

export const CUSTOM_FIELDS_PATH = "/api/v1/custom-fields";
export const LAYOUT_PERMISSION = "layout:manage";
export const CUSTOM_FIELD = { kind: "custom_field" } as const;

/** Reads again what depends on the fields of a kind of records: the fields themselves, forms and lists of such records, and files that are imported. */
export function useFieldInvalidation(): (kind: string, id?: string) => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  const invalidate = useInvalidation();
  return async (kind, id) => {
    await Promise.all([
      invalidate(CUSTOM_FIELD, id),
      queries.invalidateQueries({ queryKey: [...scope, "kind", kind] }),
      queries.invalidateQueries({ queryKey: [...scope, "layout", kind] }),
      queries.invalidateQueries({ queryKey: [...scope, "field-names", kind] }),
      queries.invalidateQueries({ queryKey: [...scope, "list", kind], refetchType: "none" }),
      queries.invalidateQueries({ queryKey: [...scope, "import-file"] }),
    ]);
  };
}

/** Puts a column behind the first one, the title of the record. The last columns of a list may have no room on a screen. */
const insertColumn = <C>([title, ...columns]: readonly C[], column: C): C[] =>
  title === undefined ? [column] : [title, column, ...columns];

/**
 * Returns a function that adds a field to the columns of its list: in the layout of all roles without a layout of their own, and in the columns that the
 * user has chosen. A toast says why if it cannot, and the function returns false.
 */
export function useColumnAddition(): (kind: string, fieldName: string) => Promise<boolean> {
  const t = useText();
  const { data: preferences } = usePreferences();
  const changePreferences = useChangePreferences();
  const invalidate = useFieldInvalidation();
  const add = async (kind: string, fieldName: string): Promise<void> => {
    const path = `/api/v1/layouts/${kind}`;
    const name = `custom_fields.${fieldName}`;
    const before = await crm.request<LayoutAnswer>("GET", path).then((answer) => answer);
    const { version, layout } = before;
    if (!layout.columns.includes(name)) {
      const body = buildLayoutBody(before, { ...layout, columns: insertColumn(layout.columns, name) });
      await crm.request("PUT", path, { body, ...(version > 0 ? { ifMatch: version } : {}) });
    }
    const own = preferences?.columns[kind];
    if (own && !own.some((column) => column.name === name))
      await changePreferences({ columns: { [kind]: insertColumn(own, { name, frozen: false }) } });
    await invalidate(kind);
  };
  return async (kind, fieldName) => {
    try {
      await add(kind, fieldName);
      return true;
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The columns could not be saved"), isError: true });
      return false;
    }
  };
}
