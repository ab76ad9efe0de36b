import { useQuery } from "@tanstack/react-query";
import { Check, ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { read } from "../../../api/client.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { nameRole } from "../../../frame/profile/role-name.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { matchesQuery } from "../../../frame/shell/text-match.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import {
  findLevel,
  listResources,
  nameAction,
  nameLevel,
  nameResource,
  type Resource,
  type RolePermissions,
} from "./role-rules.ts";

const ALL = "all";

interface Row {
  readonly id: string;
  readonly label: string;
  readonly resource: Resource;
  /** A row of one action, below its resource. */
  readonly action?: string;
}

/** The rights of the roles: one row for each kind of record, which opens to its single rights. */
export function RolesPage() {
  const t = useText();
  const scope = useScope();
  const me = useSession();
  const { locale } = useTextOptions();
  const isDesktop = useIsDesktop();
  const { data: kinds = [] } = useKindIndex();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<readonly string[]>([]);
  const [choice, setChoice] = useState<string>();
  const query = useQuery({
    queryKey: [...scope, "roles"],
    queryFn: async () => (await read<RolePermissions[]>("/api/v1/roles")).data,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const roles = query.data ?? [];
  // Where there is no room for all columns, one role is shown.
  const shown = choice ?? (isDesktop ? ALL : me.role);
  const shownRoles = roles.filter(({ role }) => shown === ALL || role === shown);
  const resources = listResources(roles)
    .map((resource): Row => ({ id: resource.name, label: nameResource(resource.name, kinds, t), resource }))
    .filter(({ label }) => matchesQuery(label, search))
    .sort((left, right) => left.label.localeCompare(right.label, locale));
  const rows = resources.flatMap((row) =>
    open.includes(row.id)
      ? [
          row,
          ...row.resource.actions.map(
            (action): Row => ({ ...row, id: `${row.id}:${action}`, action, label: nameAction(action, t) }),
          ),
        ]
      : [row],
  );
  const toggle = (id: string): void => setOpen(open.includes(id) ? open.filter((other) => other !== id) : [...open, id]);
  const name = ({ id, label, action }: Row) =>
    action === undefined ? (
      <span className="-my-1 -ms-2 flex">
        <Button
          isSmall
          variant="quiet"
          aria-expanded={open.includes(id)}
          icon={open.includes(id) ? <ChevronDown /> : <ChevronRight className="mirror" />}
          onPress={() => toggle(id)}
        >
          {label}
        </Button>
      </span>
    ) : (
      <span className="block ps-6 text-text-muted">{label}</span>
    );
  const right = ({ id, action, resource }: Row, role: RolePermissions) => {
    if (action === undefined) {
      const level = findLevel(resource, role);
      // Most cells are all or nothing, and the others stand out.
      return (
        <span className={level === "none" || level === "all" ? "text-text-muted" : "font-medium"}>{nameLevel(level, t)}</span>
      );
    }
    return role.permissions.includes(id) ? (
      <Check aria-label={t("Yes")} />
    ) : (
      <span role="img" aria-label={t("No")} className="text-text-muted">
        –
      </span>
    );
  };
  const columns: TableColumn<Row>[] = [
    { id: "name", label: t("Records and functions"), render: name },
    ...shownRoles.map((role) => ({
      id: role.role,
      label: nameRole(role.role, t),
      render: (row: Row) => right(row, role),
    })),
  ];
  return (
    <SettingsFrame
      title={t("Roles")}
      description={t(
        "Every user has a role, and may have more. Roles are the same in every organization. Single custom fields can be hidden from roles.",
      )}
      isLoading={query.isPending}
    >
      <div className="flex flex-wrap items-center gap-3">
        <SearchInput label={t("Search rights")} value={search} onSearch={setSearch} shortcut="/" />
        <span className="w-field-short">
          <Select
            label={t("Role")}
            isLabelHidden
            options={[
              ...(isDesktop ? [{ id: ALL, label: t("All roles") }] : []),
              ...roles.map(({ role }) => ({ id: role, label: nameRole(role, t) })),
            ]}
            value={shown}
            onChange={(key) => setChoice(String(key))}
          />
        </span>
        <Link variant="action" href="/crm/settings/users">
          {t("Give roles to users")}
        </Link>
        <Link variant="action" href="/crm/settings/organization#visibility">
          {t("Which records users see")}
        </Link>
      </div>
      <ListState
        query={query}
        isEmpty={resources.length === 0}
        empty={
          <EmptyState
            kind="nothing-found"
            title={t("No right matches")}
            action={<Button onPress={() => setSearch("")}>{t("Clear the search")}</Button>}
          />
        }
      />
      <RowList
        label={t("Roles")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <span className="flex min-w-0 items-center gap-2">
            <span className="min-w-0 flex-1">{name(row)}</span>
            {shownRoles.map((role) => (
              <span key={role.role}>{right(row, role)}</span>
            ))}
          </span>
        )}
      />
    </SettingsFrame>
  );
}
