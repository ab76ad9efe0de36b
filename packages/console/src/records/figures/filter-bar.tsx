import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { read } from "../../api/client.ts";
import { createMasterSearch, readMasterName } from "../../api/master-values.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import { formatTitle, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { DateRange } from "../../ui/kit/date-range.tsx";
import { FiltersButton } from "../../ui/kit/filters-button.tsx";
import { Reference } from "../../ui/kit/reference.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";
import { NO_COMPARISON, type OwnerFilter, ownerFilters } from "./analytics-query.ts";
import { CUSTOM, nameDays, nameSpan, spans } from "./period-rules.ts";
import type { AnalyticsAddress } from "./use-analytics-address.ts";

interface FilterBarProps {
  readonly address: AnalyticsAddress;
  /** Figures of now have no period. */
  readonly hasPeriod?: boolean;
  readonly hasComparison?: boolean;
  /** What is chosen before all others, such as a month. It stays in view. */
  readonly children?: ReactNode;
}

const fieldClass = "min-w-0 tablet:w-field-short";

/**
 * The period, its comparison, and whose records the figures count. The address holds all of them. A phone shows them behind one button, so that the
 * figures are in view.
 */
export function FilterBar({ address, hasPeriod = true, hasComparison = true, children }: FilterBarProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const isPhone = useIsPhone();
  const { span, query, comparison, filters, change } = address;
  const [isOpen, setOpen] = useState(false);
  const isShown = !isPhone || isOpen;
  const count = Object.keys(filters).length;
  return (
    <search aria-label={t("Filters")} className="grid grid-cols-2 items-end gap-3 tablet:flex tablet:flex-wrap">
      {children === undefined ? null : <div className={fieldClass}>{children}</div>}
      {isPhone ? <FiltersButton count={count} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} /> : null}
      {isPhone && !isOpen && hasPeriod ? (
        <span className="min-w-0 self-center truncate text-control text-text-muted">
          {span === CUSTOM ? nameDays({ from: query.from, to: query.to }, locale, t) : nameSpan(span, t)}
        </span>
      ) : null}
      {isShown && hasPeriod ? (
        <div className={fieldClass}>
          <Select
            label={t("Period")}
            options={([...spans, CUSTOM] as const).map((id) => ({ id, label: nameSpan(id, t) }))}
            value={span}
            onChange={(id) =>
              change(
                id === CUSTOM
                  ? { period: undefined, from: query.from, to: query.to }
                  : { period: String(id), from: undefined, to: undefined },
              )
            }
          />
        </div>
      ) : null}
      {isShown && hasPeriod && span === CUSTOM ? (
        <div className="col-span-2 min-w-0">
          <DateRange
            label={t("Days")}
            value={{ start: query.from, end: query.to }}
            onChange={(range) => {
              if (range) change({ period: undefined, from: range.start, to: range.end });
            }}
            timeZone={timeZone}
          />
        </div>
      ) : null}
      {isShown && hasComparison ? (
        <div className={fieldClass}>
          <Select
            label={t("Compared with")}
            options={[
              { id: "previous_period", label: t("The period before") },
              { id: "previous_year", label: t("The year before") },
              { id: NO_COMPARISON, label: t("Nothing") },
            ]}
            value={comparison ?? NO_COMPARISON}
            onChange={(id) => change({ compare_to: String(id) })}
          />
        </div>
      ) : null}
      {isShown
        ? ownerFilters.map((name) => (
            <div key={name} className={fieldClass}>
              <OwnerChoice name={name} value={filters[name]} onChange={(id) => change({ [name]: id })} />
            </div>
          ))
        : null}
    </search>
  );
}

const labelFilter = (name: OwnerFilter, t: Translate): string =>
  ({ owner: t("Owner"), team: t("Team"), territory: t("Territory") })[name];

const TERRITORIES = "territories";
const ME = "me";
const NO_OWNER = "none";

interface OwnerChoiceProps {
  readonly name: OwnerFilter;
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
  readonly label?: string;
  readonly error?: string;
}

/** Chooses an owner, a team or a territory. */
export function OwnerChoice({ name, value, onChange, label, error }: OwnerChoiceProps) {
  const t = useText();
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const kindName = name === "owner" ? "user" : name;
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  const search = useMemo(() => (name === "territory" ? createMasterSearch(TERRITORIES) : createRecordSearch(kind)), [name, kind]);
  const isOffered = name === "territory" || kind !== undefined;
  const fixed = value === ME ? t("Me") : value === NO_OWNER ? t("No owner") : undefined;
  const { data: found } = useQuery({
    queryKey: [...scope, "record", kindName, value, "name"],
    queryFn: async () => {
      if (name === "territory") return readMasterName(TERRITORIES, value ?? "");
      const { data } = await read<Record<string, unknown>>(`${kind?.path}/${encodeURIComponent(value ?? "")}`);
      return kind ? formatTitle(kind, data) : "";
    },
    enabled: value !== undefined && fixed === undefined && isOffered,
    retry: false,
  });
  if (!isOffered) return null;
  return (
    <Reference
      label={label ?? labelFilter(name, t)}
      placeholder={t("All")}
      value={value === undefined ? null : { id: value, label: fixed ?? found ?? "…" }}
      search={search}
      onChange={(option) => onChange(option?.id)}
      {...(error === undefined ? {} : { error })}
    />
  );
}
