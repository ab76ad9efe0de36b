import type { Schemas } from "@crm/sdk/index.ts";
import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useSession } from "../../../api/session.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useSave } from "../../../frame/profile/use-save.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import { useSettingList } from "../settings/use-setting-list.ts";

const PATH = "/api/v1/teams";
const TEAM = { kind: "team" } as const;
/** A list of the API has at most so many rows. A larger tenant sees the members of a team in the list of users. */
const MAX_USERS = 100;

type Team = Schemas.TeamRow & LabelledRecord;

/** Teams with their managers and members. */
export function TeamsPage() {
  const t = useText();
  const { permissions } = useSession();
  const invalidate = useInvalidation();
  const save = useSave();
  const [isCreating, setCreating] = useState(false);
  const { list, rows } = useSettingList<Team>("team", PATH, { expand: "labels,manager", sort: "name", order: "asc" });
  const { list: userList, rows: users } = useSettingList<Schemas.UserRow>("user", "/api/v1/users", {
    ...{ status: "ACTIVE", limit: MAX_USERS, sort: "display_name", order: "asc" },
  });
  const canManage = permissions.includes("team:manage");
  const remove = ({ id, name: label }: Team): Promise<void> =>
    save(async () => {
      await crm.request("DELETE", `${PATH}/${id}`);
      await invalidate(TEAM, id);
      const restore = () =>
        save(async () => {
          await crm.request("POST", `${PATH}/${id}/restore`);
          await invalidate(TEAM, id);
        });
      showToast({ text: t("{name} was deleted", { name: label }), undo: () => void restore() });
    });
  const name = (team: Team) => (
    <Link variant="title" href={`/crm/teams/view/${team.id}`}>
      {team.name}
    </Link>
  );
  const label = (team: Team, field: string): string => [team.expanded?.[field]].flat()[0]?.name ?? EMPTY;
  const members = ({ id }: Team) => {
    if (userList.isPending) return null;
    if (userList.hasNextPage) return <Link href={`/crm/users?team=${id}`}>{t("Show the members")}</Link>;
    const names = users.filter(({ team_id }) => team_id === id).map(({ display_name }) => display_name);
    if (names.length === 0) return t("No members");
    return (
      <span className="flex flex-wrap gap-x-3 gap-y-1">
        {names.map((member) => (
          <Avatar key={member} name={member} hasName />
        ))}
      </span>
    );
  };
  const manager = (team: Team) => {
    const name = label(team, "manager_id");
    return name === EMPTY ? EMPTY : <Avatar name={name} hasName />;
  };
  const menu = (team: Team) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: team.name })} icon={<Ellipsis />} />}
    >
      <MenuItem label={t("Edit")} href={`/crm/teams/edit/${team.id}`} />
      <MenuItem isDanger label={t("Delete")} onAction={() => void remove(team)} />
    </Menu>
  );
  const columns: TableColumn<Team>[] = [
    { id: "name", label: t("Team"), render: name },
    { id: "manager", label: t("Manager"), render: manager },
    { id: "territory", label: t("Territory"), render: (team) => label(team, "territory_id") },
    { id: "members", label: t("Members"), render: members },
    ...(canManage ? [{ id: "menu", label: t("Actions"), isForActions: true, render: menu }] : []),
  ];
  const create = canManage ? (
    <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
      {t("New team")}
    </Button>
  ) : undefined;
  return (
    <SettingsFrame
      title={t("Teams")}
      description={t(
        "A user belongs to one team at most: choose it on the page of the user. A manager sees the records of their teams.",
      )}
      isLoading={list.isPending}
      actions={list.isPending || rows.length > 0 ? create : undefined}
    >
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No teams yet")} action={create}>
            {t("Teams share records, work in a territory, and have figures of their own.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("Teams")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(team) => (
          <>
            <span className="flex items-start gap-2">
              <span className="min-w-0 flex-1">{name(team)}</span>
              {canManage ? <span className="pointer-coarse:-my-2 pointer-coarse:-me-3">{menu(team)}</span> : null}
            </span>
            <span className="text-text-muted">{t("Manager: {name}", { name: label(team, "manager_id") })}</span>
            <span className="text-text-muted">{members(team)}</span>
          </>
        )}
      />
      {isCreating ? <CreateDrawer kindName="team" onClose={() => setCreating(false)} /> : null}
    </SettingsFrame>
  );
}
