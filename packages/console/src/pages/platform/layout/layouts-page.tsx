import { useQuery, useQueryClient } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { nameRole, roleNames } from "../../../frame/profile/role-name.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import type { LayoutAnswer } from "../../../records/custom-field/layout-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import { useAddress } from "../settings/use-address.ts";
import { LayoutEditor } from "./layout-editor.tsx";

const ALL_ROLES = "all";
const FIRST_KIND = "lead";

/** The layouts of kinds, for all roles or for one. */
export function LayoutsPage() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const { parameters, change } = useAddress();
  const { kind: name = FIRST_KIND, role } = parameters;
  const { data: index = [] } = useKindIndex();
  const { data: kind } = useKind(name);
  const queryKey = [...scope, "layout", name, role ?? ""];
  const query = useQuery({
    queryKey,
    queryFn: async () => (await read<LayoutAnswer>(`/api/v1/layouts/${name}`, { role })).data,
    staleTime: 0,
  });
  const kinds = index.filter(({ operations }) => operations.includes("create"));
  const store = async (answer: LayoutAnswer): Promise<void> => {
    queries.setQueryData(queryKey, answer);
    await queries.invalidateQueries({ queryKey: [...scope, "kind", name] });
  };
  return (
    <SettingsFrame
      title={t("Forms and layouts")}
      description={t("Put groups and fields in the order in which your people work. What a role may see does not change.")}
      isLoading={!kind || query.isPending}
    >
      <div className="flex flex-wrap items-start gap-3">
        <span className="w-full tablet:w-field">
          <Combobox
            label={t("Kind of record")}
            options={kinds.map((entry) => ({ id: entry.kind, label: entry.labels }))}
            selectedKey={name}
            onSelectionChange={(key) => key !== null && change({ kind: String(key) })}
          />
        </span>
        <span className="w-full tablet:w-field">
          <Select
            label={t("Role")}
            options={[
              { id: ALL_ROLES, label: t("All roles without a layout of their own") },
              ...roleNames.map((id) => ({ id, label: nameRole(id, t) })),
            ]}
            value={role ?? ALL_ROLES}
            onChange={(key) => change({ role: key === ALL_ROLES ? "" : String(key) })}
          />
        </span>
      </div>
      {kind && query.data ? (
        <LayoutEditor
          key={[name, role].join()}
          kind={kind}
          role={role}
          answer={query.data}
          onChange={(answer) => void store(answer)}
        />
      ) : (
        <ListState query={query} isEmpty={false} empty={null} />
      )}
    </SettingsFrame>
  );
}
