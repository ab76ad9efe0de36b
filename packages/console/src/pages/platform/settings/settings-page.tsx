import { useState } from "react";
import { listPath, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { useSetup } from "../setup/use-setup.ts";
import { filterByPermission, listGroups, listKindSettings, listSettings, type Setting, searchSettings } from "./setting-list.ts";

/** All settings that the user may change, by what they are about. */
export function SettingsPage() {
  const t = useText();
  const { permissions, tenant } = useSession();
  const [query, setQuery] = useState("");
  const { data: kinds = [] } = useKindIndex();
  const granted = filterByPermission(listSettings(t), permissions);
  const lists = kinds
    .filter(({ menu, operations }) => menu === "settings" && operations.includes("list"))
    .map((kind) => ({ ...kind, href: listPath(kind) }));
  const allowed = [...granted, ...listKindSettings(lists, granted)];
  const settings = searchSettings(allowed, query);
  const groups = listGroups(t)
    .map(([group, title]) => ({ group, title, settings: settings.filter((setting) => setting.group === group) }))
    .filter((group) => group.settings.length > 0);
  return (
    <PageFrame
      title={t("Settings")}
      description={t("All that you can change for {organization}.", { organization: tenant.name })}
      width="form"
      bar={<SearchInput label={t("Search settings")} value={query} onSearch={setQuery} shortcut="/" />}
    >
      {groups.length === 0 ? (
        <EmptyState
          kind="nothing-found"
          title={t("No setting has “{query}” in its name", { query })}
          action={<Button onPress={() => setQuery("")}>{t("Clear the search")}</Button>}
        >
          {t("Try another word for it.")}
        </EmptyState>
      ) : null}
      <div className="flex flex-col gap-6">
        {groups.map(({ group, title, settings: entries }) => (
          <section key={group} className="flex min-w-0 flex-col gap-2">
            <h2 className="text-section font-semibold">{title}</h2>
            <ul className="flex flex-col rounded-card border border-border bg-surface">
              {entries.map((setting) => (
                <SettingEntry key={setting.id} setting={setting} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {query === "" ? <SetupNote /> : null}
    </PageFrame>
  );
}

function SettingEntry({ setting: { title, description, href } }: { readonly setting: Setting }) {
  return (
    <li className="flex flex-col border-b border-border px-4 py-2 last:border-b-0">
      <Link variant="title" href={href}>
        {title}
      </Link>
      {description === undefined ? null : <p className="text-control text-text-muted">{description}</p>}
    </li>
  );
}

/** Leads a new tenant back to its first steps. */
function SetupNote() {
  const t = useText();
  const setup = useSetup();
  if (!setup) return null;
  const done = setup.steps.filter(({ isDone }) => isDone).length;
  return (
    <p className="text-control text-text-muted">
      {t("{done} of {count} first steps are done.", { done, count: setup.steps.length })}{" "}
      <Link href="/crm">{t("Go on with the first steps")}</Link>
    </p>
  );
}
