import { Plus } from "lucide-react";
import { formatTitle, type Kind, recordPath } from "../../../api/schema.ts";
import { VisibleOnlyNote } from "../../../api/visible-only-note.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { FilterBuilder } from "../../../ui/kit/filter-builder.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useMatches, useSegmentFields } from "./segment-data.ts";
import { buildFilter, type Groups, isCountable } from "./segment-rules.ts";

interface ConditionGroupsProps {
  /** The kind of the members. */
  readonly kind: Kind;
  readonly groups: Groups;
  readonly onChange: (groups: Groups) => void;
  readonly error: string | undefined;
}

const MAX_GROUPS = 10;

/** The conditions of a set. All conditions of one alternative must hold. Below them stands how many records match now. */
export function ConditionGroups({ kind, groups, onChange, error }: ConditionGroupsProps) {
  const t = useText();
  const fields = useSegmentFields(kind, groups);
  const shown: Groups = groups.length === 0 ? [[]] : groups;
  const replace = (index: number, group: Groups[number]): void =>
    onChange(shown.map((old, place) => (place === index ? group : old)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="pb-1 text-control font-medium">{t("Conditions")}</legend>
      {shown.map((group, index) => (
        <div
          // Alternatives have no name, and their order does not change.
          // biome-ignore lint/suspicious/noArrayIndexKey: groups have no id
          key={index}
          className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-3"
        >
          <span className="flex min-h-target items-center gap-2">
            <span className="flex-1 text-meta font-medium text-text-muted">
              {index === 0 ? t("All of these") : t("Or all of these")}
            </span>
            {shown.length > 1 ? (
              <Button isSmall variant="quiet" onPress={() => onChange(shown.filter((_, place) => place !== index))}>
                {t("Remove")}
              </Button>
            ) : null}
          </span>
          <FilterBuilder
            fields={fields}
            value={group}
            onChange={(next) => replace(index, next)}
            searchLabel={t("Search conditions")}
          />
        </div>
      ))}
      {error === undefined ? null : (
        <span role="alert" className="text-meta wrap-anywhere text-danger">
          {error}
        </span>
      )}
      {shown.length < MAX_GROUPS && shown.every((group) => group.length > 0) ? (
        <span>
          <Button isSmall icon={<Plus />} onPress={() => onChange([...shown, []])}>
            {t("Add an alternative")}
          </Button>
        </span>
      ) : null}
      <MatchCount kind={kind} groups={groups} />
    </fieldset>
  );
}

/** How many records match now, and some of them. */
function MatchCount({ kind, groups }: Pick<ConditionGroupsProps, "kind" | "groups">) {
  const t = useText();
  const { locale } = useTextOptions();
  const matches = useMatches(kind, groups);
  const kinds = toPluralNoun(kind.labels);
  if (buildFilter(groups) === undefined)
    return <p className="text-control text-text-muted">{t("Add a condition to see how many {kinds} match.", { kinds })}</p>;
  if (!isCountable(groups)) return <p className="text-control text-text-muted">{t("Counted after saving.")}</p>;
  if (matches.error)
    return (
      <p className="text-control text-danger">{readErrors(matches.error, t).form ?? t("The matches could not be counted")}</p>
    );
  if (!matches.data) return <Skeleton width="medium" />;
  const { total, isLowerBound, sample } = matches.data;
  const count = formatCount(total, locale);
  return (
    <div aria-live="polite" aria-busy={matches.isFetching} className="flex min-w-0 flex-col gap-1 text-control">
      <span className="font-medium tabular-nums">
        {isLowerBound
          ? t("At least {count} {kinds} match now", { count, kinds })
          : t("{count} {kinds} match now", { count, kinds })}
      </span>
      <VisibleOnlyNote />
      {sample.length === 0 ? null : (
        <ul className="flex min-w-0 flex-wrap gap-x-3">
          {sample.map((record) => (
            <li key={record.id} className="max-w-full truncate">
              <Link variant="muted" href={recordPath(kind, record.id)}>
                {formatTitle(kind, record)}
              </Link>
            </li>
          ))}
          {total > sample.length ? <li className="content-center text-text-muted">…</li> : null}
        </ul>
      )}
    </div>
  );
}
