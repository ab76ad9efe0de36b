import { useState } from "react";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { matchesQuery } from "../../../frame/shell/text-match.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useMasterKinds } from "./master-data.ts";
import { useMasterText } from "./master-names.ts";
import { findGroup, masterGroups } from "./master-rules.ts";

/** All kinds of master data, in groups. */
export function MastersPage() {
  const t = useText();
  const { nameGroup } = useMasterText();
  const kinds = useMasterKinds();
  const [search, setSearch] = useState("");
  const named = (kinds.data ?? []).map((kind) => ({ ...kind, name: kind.label }));
  const found = named.filter(({ name, kind }) => matchesQuery(`${name} ${kind.replaceAll("_", " ")}`, search));
  const groups = masterGroups
    .map((group) => ({ group, entries: found.filter(({ kind }) => findGroup(kind) === group) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <PageFrame
      title={t("Lists of choices")}
      description={t("The values that users choose from: statuses, stages, types, reasons and places.")}
      width="record"
      isLoading={kinds.isPending}
      bar={<SearchInput label={t("Search lists of choices")} value={search} onSearch={setSearch} />}
    >
      {kinds.error ? <LoadError query={kinds} text={t("The list could not be loaded")} /> : null}
      {kinds.isPending ? <Skeleton shape="block" /> : null}
      {kinds.isSuccess && groups.length === 0 ? (
        <EmptyState
          kind="nothing-found"
          title={t("No list of choices matches “{text}”", { text: search })}
          action={<Button onPress={() => setSearch("")}>{t("Clear")}</Button>}
        />
      ) : null}
      <div className="grid min-w-0 grid-cols-1 items-start gap-4 tablet:grid-cols-2 desktop:grid-cols-3">
        {groups.map(({ group, entries }) => (
          <section
            key={group}
            aria-label={nameGroup(group)}
            className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4"
          >
            <h2 className="text-body font-semibold">{nameGroup(group)}</h2>
            <ul className="flex flex-col">
              {entries.map(({ kind, name, value_count }) => (
                <li key={kind} className="flex min-h-target min-w-0 items-center gap-2 text-control">
                  <span className="min-w-0 flex-1">
                    <Link variant="value" href={`/crm/settings/masters/${kind}`}>
                      {name}
                    </Link>
                  </span>
                  {value_count === undefined ? null : (
                    <span
                      role="img"
                      aria-label={t("{count, plural, one {# value} other {# values}}", { count: value_count })}
                      className="text-text-muted tabular-nums"
                    >
                      {formatCount(value_count)}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </PageFrame>
  );
}
