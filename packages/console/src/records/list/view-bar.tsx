import type { Schemas } from "@crm/sdk/index.ts";
import { ChevronDown, List, Lock, MoreHorizontal, Plus, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Kind } from "../../api/schema.ts";
import { listPath } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { useFavoriteList } from "../../frame/shell/saved-records.ts";
import { buildViewQuery } from "../../input/filters/view-query.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem, MenuSection } from "../../ui/kit/menu.tsx";
import { NavTabs } from "../../ui/kit/nav-tabs.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { listPinnedViews, movePinnedView } from "./pinned-views.ts";
import { RoleDefaultDialog } from "./role-default-dialog.tsx";
import { type SavedView, type SavedViewRow, type Sharing, useSavedViews, useViewActions } from "./saved-views.ts";
import { type ListModel, viewParameters } from "./use-list-state.ts";
import { ViewDialog } from "./view-dialog.tsx";

interface ViewBarProps {
  readonly kind: Kind;
  readonly model: ListModel;
  /** Further controls of the list. */
  readonly children?: ReactNode;
  /** On a phone, the filters of the list. They have a row of their own as soon as there are some. */
  readonly filters?: ReactNode;
  /** On a phone, the tools of the list. */
  readonly menu?: ReactNode;
}

const NEW_VIEW = "new";

/** The saved views of a list as tabs, and what can be done with a list that differs from its view. */
export function ViewBar({ kind, model, children, filters, menu }: ViewBarProps) {
  const t = useText();
  const me = useSession();
  const actions = useViewActions(kind.kind);
  const favorites = useFavoriteList();
  const [dialog, setDialog] = useState<"create" | "edit" | "roles">();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const views = useSavedViews(kind.kind, isMenuOpen);
  const { view, defaultView } = model;
  const pinned = listPinnedViews(favorites.data?.records ?? [], kind.kind);
  const isPinned = pinned.some(({ id }) => id === view?.id);
  const isOwn = view?.created_by === me.id;
  const isDefault = model.isOwnDefault && defaultView === view?.id;
  const columns = model.columns.slice(1).map(({ id }) => id);
  const query = buildViewQuery(model.state, columns) as SavedView["query"];
  const run = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) =>
      showToast({ text: readErrors(error, t).form ?? t("The view could not be saved"), isError: true }),
    );
  const href = (id: string | undefined): string => {
    const search = new URLSearchParams(viewParameters(id, defaultView)).toString();
    return search === "" ? listPath(kind) : `${listPath(kind)}?${search}`;
  };
  const move = (id: string, places: number): void =>
    run(
      actions.reorder((ids) =>
        movePinnedView(
          ids,
          pinned.map((entry) => entry.id),
          id,
          places,
        ),
      ),
    );
  const save = async (current: SavedView): Promise<void> => {
    const before = current.query;
    const changed = await actions.update(current, { query });
    model.openView(current.id);
    showToast({
      text: t("“{name}” was saved", { name: current.name }),
      undo: () => run(actions.update(changed, { query: before })),
    });
  };
  const remove = async ({ id, name }: SavedView): Promise<void> => {
    await actions.remove(id);
    model.openView(undefined);
    showToast({
      text: t("“{name}” was deleted", { name }),
      undo: () => run(actions.restore(id).then(() => model.openView(id))),
    });
  };
  const viewMenu = view && (
    <ViewMenu
      view={view}
      isOwn={isOwn}
      isPinned={isPinned}
      isDefault={isDefault}
      canSetRoles={me.role === "ADMIN" && view.sharing === "EVERYONE"}
      place={pinned.findIndex(({ id }) => id === view.id)}
      count={pinned.length}
      onAction={(action) => {
        if (action === "edit" || action === "roles") setDialog(action);
        else if (action === "copy") setDialog("create");
        else if (action === "default") run(actions.setDefault(view.id, !isDefault));
        else if (action === "pin") run(actions.pin(view.id, !isPinned));
        else if (action === "earlier" || action === "later") move(view.id, action === "earlier" ? -1 : 1);
        else if (action === "delete") run(remove(view));
      }}
    />
  );
  const tabs = [
    {
      id: "all",
      label: t("All {kinds}", { kinds: toPluralNoun(kind.labels) }),
      href: href(undefined),
      isCurrent: view === undefined,
    },
    ...pinned.map(({ id, title }) => ({
      id,
      label: title,
      href: href(id),
      isCurrent: view?.id === id,
      isMovable: true,
      action: view?.id === id ? viewMenu : undefined,
    })),
    ...(view && !isPinned ? [{ id: view.id, label: view.name, href: href(view.id), isCurrent: true, action: viewMenu }] : []),
  ];
  const saveButtons = model.isChanged ? (
    <>
      {view ? (
        <Button isSmall variant="quiet" onPress={model.reset}>
          {t("Reset view")}
        </Button>
      ) : null}
      <Button isSmall onPress={() => (view && isOwn ? run(save(view)) : setDialog("create"))}>
        {view && isOwn ? t("Save") : t("Save as a new view…")}
      </Button>
    </>
  ) : null;
  const isForPhone = menu !== undefined;
  const hasFilterRow = isForPhone && (model.isChanged || model.state.conditions.length > 0);
  return (
    <div
      className={joinClasses(
        "flex shrink-0 items-center gap-x-1 border-b border-border px-4 tablet:flex-wrap tablet:gap-x-3 tablet:gap-y-1 tablet:px-6",
        hasFilterRow && "flex-wrap",
      )}
    >
      <span className={joinClasses("flex min-w-0 items-center", hasFilterRow && "flex-1")}>
        <NavTabs label={t("Saved views")} tabs={tabs} onMove={move} hint={t("Alt and an arrow move it")} />
        <span className="shrink-0 pt-1">
          <Menu
            isOpen={isMenuOpen}
            onOpenChange={setMenuOpen}
            onAction={(key) => (key === NEW_VIEW ? setDialog("create") : model.openView(String(key)))}
            trigger={<IconButton isSmall label={t("More views")} icon={<ChevronDown />} />}
          >
            <ViewSections views={views.data ?? []} me={me.id} />
            <MenuItem id={NEW_VIEW} label={t("Save as a new view…")} icon={<Plus />} />
          </Menu>
        </span>
      </span>
      <span className="ms-auto flex shrink-0 flex-wrap items-center gap-1 py-px empty:hidden">
        {isForPhone ? null : saveButtons}
        {children}
      </span>
      {isForPhone ? (
        <>
          {/* The filters stay where they are in the document, since one of them may be open. */}
          <span
            className={
              hasFilterRow
                ? "order-last -mx-4 flex grow basis-full flex-wrap items-center gap-2 border-t border-border px-4 py-2"
                : "flex"
            }
          >
            {filters}
            {saveButtons}
          </span>
          <span className="-me-icon-inset shrink-0">{menu}</span>
        </>
      ) : null}
      {dialog === "create" ? (
        <ViewDialog
          title={t("Save as a new view")}
          initial={{ name: "", sharing: "PRIVATE", isDefault: false }}
          submitLabel={t("Save view")}
          content={t(
            "Keeps {filters, plural, =0 {no filters} one {# filter} other {# filters}} and {columns, plural, one {# column} other {# columns}}",
            { filters: model.state.conditions.length, columns: columns.length + 1 },
          )}
          onClose={() => setDialog(undefined)}
          onSubmit={async ({ name, sharing, isDefault }) => {
            const { id } = await actions.create({ kind: kind.kind as Schemas.CreateViewBody["kind"], name, sharing, query });
            if (isDefault) await actions.setDefault(id, true);
            model.openView(id);
          }}
        />
      ) : null}
      {dialog === "edit" && view ? (
        <ViewDialog
          title={t("Change “{name}”", { name: view.name })}
          initial={{ name: view.name, sharing: view.sharing, isDefault }}
          submitLabel={t("Save view")}
          onClose={() => setDialog(undefined)}
          onSubmit={async ({ name, sharing, isDefault: wantsDefault }) => {
            await actions.update(view, { name, sharing });
            if (wantsDefault !== isDefault) await actions.setDefault(view.id, wantsDefault);
          }}
        />
      ) : null}
      {dialog === "roles" && view ? (
        <RoleDefaultDialog
          view={view}
          onSave={(body) => actions.setRoleDefaults(view.id, body)}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
    </div>
  );
}

const sharingIcons: Readonly<Record<Sharing, ReactNode>> = { PRIVATE: <Lock />, TEAM: <Users />, EVERYONE: <List /> };

/** My views, those of the team, and those for all users. */
function ViewSections({ views, me }: { readonly views: readonly SavedViewRow[]; readonly me: string }) {
  const t = useText();
  const own = views.filter(({ created_by }) => created_by === me);
  const others = views.filter(({ created_by }) => created_by !== me);
  const sections = [
    { title: t("My views"), entries: own },
    { title: t("Views of my team"), entries: others.filter(({ sharing }) => sharing === "TEAM") },
    { title: t("Views for everyone"), entries: others.filter(({ sharing }) => sharing === "EVERYONE") },
  ].filter(({ entries }) => entries.length > 0);
  if (sections.length === 0) return null;
  return (
    <>
      {sections.map(({ title, entries }) => (
        <MenuSection key={title} title={title}>
          {entries.map(({ id, name, sharing }) => (
            <MenuItem key={id} id={id} label={name} icon={sharingIcons[sharing]} />
          ))}
        </MenuSection>
      ))}
      <MenuDivider />
    </>
  );
}

interface ViewMenuProps {
  readonly view: SavedView;
  readonly isOwn: boolean;
  readonly isPinned: boolean;
  readonly isDefault: boolean;
  readonly canSetRoles: boolean;
  /** Among the pinned views. */
  readonly place: number;
  readonly count: number;
  readonly onAction: (action: string) => void;
}

function ViewMenu({ view, isOwn, isPinned, isDefault, canSetRoles, place, count, onAction }: ViewMenuProps) {
  const t = useText();
  return (
    <Menu
      onAction={(key) => onAction(String(key))}
      trigger={<IconButton isSmall label={t("Actions of the view “{name}”", { name: view.name })} icon={<MoreHorizontal />} />}
    >
      {isOwn ? <MenuItem id="edit" label={t("Rename or share…")} /> : null}
      <MenuItem id="copy" label={t("Save as a new view…")} />
      <MenuItem id="default" label={isDefault ? t("Do not open the list with it") : t("Open the list with it")} />
      {canSetRoles ? <MenuItem id="roles" label={t("Default for roles…")} /> : null}
      <MenuItem id="pin" label={isPinned ? t("Unpin") : t("Pin")} />
      {isPinned ? (
        <>
          <MenuItem id="earlier" label={t("Move towards the start")} shortcut="Alt ←" isDisabled={place <= 0} />
          <MenuItem id="later" label={t("Move towards the end")} shortcut="Alt →" isDisabled={place === count - 1} />
        </>
      ) : null}
      {isOwn ? (
        <>
          <MenuDivider />
          <MenuItem id="delete" label={t("Delete")} isDanger />
        </>
      ) : null}
    </Menu>
  );
}
