import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { useSession } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { nameRole, roleNames } from "../../../frame/profile/role-name.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FiltersButton } from "../../../ui/kit/filters-button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import { useAddress } from "../settings/use-address.ts";
import { useSettingList } from "../settings/use-setting-list.ts";
import { HandoverDialog } from "./handover-dialog.tsx";
import { listUserActions, nameUserStatus, type UserAction, userHues, userStatuses } from "./user-rules.ts";

const PATH = "/api/v1/users";
const USER = { kind: "user" } as const;
const ANY = "any";

interface ActionText {
  readonly label: string;
  readonly isDanger?: boolean;
  /** Asks before it is done. */
  readonly question?: { readonly title: string; readonly effect: string };
}

const describeAction = (action: UserAction, name: string, t: Translate): ActionText => {
  switch (action) {
    case "invite":
      return { label: t("Send the invitation again") };
    case "activate":
      return { label: t("Activate") };
    case "suspend":
      return {
        label: t("Suspend"),
        isDanger: true,
        question: {
          title: t("Suspend {name}?", { name }),
          effect: t(
            "They are signed out within a minute. They cannot sign in until you activate them again. They keep their records.",
          ),
        },
      };
    case "deactivate":
      return { label: t("Deactivate…"), isDanger: true };
    case "end-sessions":
      return {
        label: t("End all sessions"),
        isDanger: true,
        question: {
          title: t("End all sessions of {name}?", { name }),
          effect: t("They are signed out on all devices and can sign in again."),
        },
      };
    case "reset-factor":
      return {
        label: t("Remove the second factor"),
        isDanger: true,
        question: {
          title: t("Remove the second factor of {name}?", { name }),
          effect: t("They then sign in with the password alone, and get a mail about it. Do it only if you know who asks."),
        },
      };
  }
};

const runAction = (action: UserAction, id: string): Promise<unknown> => {
  const setStatus = (status: string) => crm.request("PATCH", `${PATH}/${id}/status`, { body: { status } }).then(() => true);
  switch (action) {
    case "invite":
      return crm.request("POST", `${PATH}/${id}/invite`).then(() => true);
    case "end-sessions":
      return crm.request("DELETE", `${PATH}/${id}/sessions`).then(() => true);
    case "reset-factor":
      return crm.request("DELETE", `${PATH}/${id}/second-factor`).then(() => true);
    case "activate":
      return setStatus("ACTIVE");
    default:
      return setStatus("SUSPENDED");
  }
};

/** The users of the tenant: who they are, what they may, and when they were here last. */
export function UsersPage() {
  const t = useText();
  const me = useSession();
  const reader = useTextOptions();
  const invalidate = useInvalidation();
  const { parameters, change } = useAddress();
  const { search = "", status, role } = parameters;
  const isPhone = useIsPhone();
  const [isFiltering, setFiltering] = useState(false);
  const [isInviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<ConsoleRecord>();
  const [asked, setAsked] = useState<{ readonly user: ConsoleRecord; readonly action: UserAction }>();
  const { list, rows } = useSettingList("user", PATH, {
    ...{ expand: "labels,team", sort: "display_name", order: "asc" },
    ...{ search: search || undefined, status, role },
  });
  const isFiltered = search !== "" || status !== undefined || role !== undefined;
  const run = async (action: UserAction, { id, display_name }: ConsoleRecord): Promise<void> => {
    setAsked(undefined);
    try {
      await runAction(action, id);
      await invalidate(USER, id);
      showToast({ text: t("Done: {action}", { action: `${describeAction(action, "", t).label} · ${display_name}` }) });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The user could not be changed"), isError: true });
    }
  };
  const start = (action: UserAction, user: ConsoleRecord): void => {
    if (action === "deactivate") setLeaving(user);
    else if (describeAction(action, "", t).question) setAsked({ user, action });
    else void run(action, user);
  };
  const now = new Date().toISOString();
  const name = (user: ConsoleRecord, detail?: string) => (
    <span className="flex min-w-0 items-center gap-2">
      <Avatar name={String(user.display_name)} isDecorative />
      <span className="flex min-w-0 flex-col">
        <span className="flex flex-wrap items-center gap-x-2">
          <Link variant="title" href={`/crm/users/view/${user.id}`}>
            {String(user.display_name)}
          </Link>
          {user.id === me.id ? <Tag label={t("You")} /> : null}
          {detail === undefined || user.status === "ACTIVE" ? null : tag(user)}
        </span>
        <span className="text-meta wrap-anywhere text-text-muted">
          <bdi>{String(user.email)}</bdi>
          {detail === undefined ? null : ` · ${detail}`}
        </span>
      </span>
    </span>
  );
  const roles = ({ role: main, extra_roles }: ConsoleRecord): string =>
    [main, ...((extra_roles as string[] | null) ?? [])].map((entry) => nameRole(String(entry), t)).join(", ");
  const team = ({ expanded }: ConsoleRecord): string => [expanded?.team_id].flat()[0]?.name ?? EMPTY;
  const tag = ({ status: value }: ConsoleRecord) => (
    <Tag label={nameUserStatus(String(value), t)} hue={userHues[String(value)] ?? "gray"} hasDot />
  );
  const lastSeen = ({ last_login_at }: ConsoleRecord) =>
    typeof last_login_at === "string" ? (
      <time dateTime={last_login_at} title={formatExact(last_login_at, reader)}>
        {formatRelative(last_login_at, now, reader)}
      </time>
    ) : (
      t("Never")
    );
  const menu = (user: ConsoleRecord) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: String(user.display_name) })} icon={<Ellipsis />} />}
      onAction={(key) => start(key as UserAction, user)}
    >
      <MenuItem id="edit" href={`/crm/users/edit/${user.id}`} label={t("Edit")} />
      <MenuDivider />
      {listUserActions(String(user.status), user.id === me.id).map((action) => {
        const { label, isDanger = false } = describeAction(action, "", t);
        return <MenuItem key={action} id={action} label={label} isDanger={isDanger} />;
      })}
    </Menu>
  );
  const columns: TableColumn<ConsoleRecord>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "role", label: t("Role"), render: roles },
    { id: "team", label: t("Team"), render: team },
    { id: "status", label: t("Status"), render: tag },
    { id: "seen", label: t("Last sign-in"), render: lastSeen },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  /** On a phone a status that is not the usual one stands beside the name, and the role beside the address. */
  const card = (user: ConsoleRecord) => (
    <span className="flex min-w-0 items-center gap-2">
      <span className="min-w-0 flex-1">{name(user, roles(user))}</span>
      <span className="pointer-coarse:-my-2 pointer-coarse:-me-3">{menu(user)}</span>
    </span>
  );
  const filters = (
    <>
      <span className="min-w-0 flex-1 tablet:w-field-short tablet:flex-none">
        <Select
          label={t("Status")}
          isLabelHidden
          options={[
            { id: ANY, label: t("All statuses") },
            ...userStatuses.map((id) => ({ id, label: nameUserStatus(id, t), hue: userHues[id] ?? "gray" })),
          ]}
          value={status ?? ANY}
          onChange={(key) => change({ status: key === ANY ? "" : String(key) })}
        />
      </span>
      <span className="min-w-0 flex-1 tablet:w-field-short tablet:flex-none">
        <Select
          label={t("Role")}
          isLabelHidden
          options={[{ id: ANY, label: t("All roles") }, ...roleNames.map((id) => ({ id, label: nameRole(id, t) }))]}
          value={role ?? ANY}
          onChange={(key) => change({ role: key === ANY ? "" : String(key) })}
        />
      </span>
    </>
  );
  const invite = (
    <Button variant="primary" icon={<Plus />} onPress={() => setInviting(true)}>
      {t("Invite a user")}
    </Button>
  );
  const question = asked && describeAction(asked.action, String(asked.user.display_name), t);
  return (
    <SettingsFrame
      title={t("Users")}
      {...(isPhone
        ? {}
        : { description: t("Users sign in with their email address. Their role says what they may see and do.") })}
      isLoading={list.isPending}
      actions={invite}
    >
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1 tablet:flex-none">
          <SearchInput label={t("Search users")} value={search} onSearch={(text) => change({ search: text })} shortcut="/" />
        </span>
        {isPhone ? (
          <FiltersButton
            count={[status, role].filter((value) => value !== undefined).length}
            isOpen={isFiltering}
            onToggle={() => setFiltering(!isFiltering)}
          />
        ) : null}
        {isPhone && !isFiltering ? null : filters}
      </div>
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState
            kind={isFiltered ? "nothing-found" : "empty"}
            title={t("No user matches")}
            action={<Button onPress={() => change({ search: "", status: "", role: "" })}>{t("Clear the filters")}</Button>}
          />
        }
      />
      <RowList label={t("Users")} columns={columns} rows={rows} pages={list} renderCard={card} />
      {isInviting ? <CreateDrawer kindName="user" onClose={() => setInviting(false)} /> : null}
      {leaving ? <HandoverDialog user={leaving} onClose={() => setLeaving(undefined)} /> : null}
      {asked && question?.question ? (
        <Dialog
          role="alertdialog"
          title={question.question.title}
          isOpen
          onOpenChange={() => setAsked(undefined)}
          actions={(close) => (
            <>
              <Button onPress={close}>{t("Cancel")}</Button>
              <Button variant="danger" onPress={() => void run(asked.action, asked.user)}>
                {question.label}
              </Button>
            </>
          )}
        >
          {question.question.effect}
        </Dialog>
      ) : null}
    </SettingsFrame>
  );
}
