import { crm } from "../../../api/client.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { showToast } from "../../../ui/kit/toast.tsx";
import type { useMasterValues } from "./master-data.ts";
import type { MasterKind, MasterValue } from "./master-rules.ts";

/** Changes that need no form: the order, a value that is offered again, and one that is deleted. The page shows them at once. */
export function useMasterChanges(kind: MasterKind, masters: ReturnType<typeof useMasterValues>) {
  const t = useText();
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The change was refused"), isError: true });
      await masters.refresh();
    }
  };
  const restore = (value: MasterValue): Promise<void> =>
    attempt(async () => {
      masters.put(await crm.request<MasterValue>("POST", `${kind.path}/${value.id}/restore`, { body: {} }));
      await masters.refresh();
    });
  return {
    order: (ids: readonly string[]): Promise<void> =>
      attempt(async () => {
        masters.order(ids);
        const { values } = await crm.request<{ values: readonly Pick<MasterValue, "id" | "version">[] }>(
          "POST",
          `${kind.path}/reorder`,
          { body: { ids } },
        );
        const versions = new Map(values.map(({ id, version }) => [id, version]));
        for (const value of masters.values) masters.put({ ...value, version: versions.get(value.id) ?? value.version });
      }),
    activate: (value: MasterValue): Promise<void> =>
      attempt(async () => {
        const body = { is_active: true };
        masters.put(await crm.request<MasterValue>("PATCH", `${kind.path}/${value.id}`, { body, ifMatch: value.version }));
        showToast({ text: t("{name} is offered again", { name: value.name }) });
      }),
    remove: (value: MasterValue): Promise<void> =>
      attempt(async () => {
        await crm.request("DELETE", `${kind.path}/${value.id}`);
        masters.remove(value.id);
        showToast({ text: t("{name} was deleted", { name: value.name }), undo: () => void restore(value) });
      }),
  };
}
