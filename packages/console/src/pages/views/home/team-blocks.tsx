import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { read } from "../../../api/client.ts";
import { HOME_KEY, MAX_ROWS, useBlock, useListedKinds } from "../../../api/home-data.ts";
import { type KindSummary, listPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatShownCount } from "../../../api/shown-count.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatTotal } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";

interface OwnerFigures {
  readonly key: string | null;
  readonly label: string;
  readonly count: number;
  readonly value: string;
}

/** The open opportunities of each colleague, as the pipeline sums them. */
export function TeamBlock({ kind }: { readonly kind: KindSummary }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const pipeline = useQuery({
    queryKey: [...scope, HOME_KEY, "opportunity", "team"],
    queryFn: async () => (await read<{ currency: string; by_owner: OwnerFigures[] }>("/api/v1/opportunities/pipeline")).data,
  });
  const owners = (pipeline.data?.by_owner ?? []).filter(({ count }) => count > 0);
  const rows = owners.slice(0, MAX_ROWS);
  return (
    <HomeBlock
      title={t("Team: {kinds}", { kinds: kind.labels })}
      count={formatShownCount(rows.length, { total: owners.length, isLowerBound: false }, locale, t)}
      href={owners.length > 0 ? `${listPath(kind)}?is_closed=false` : undefined}
      isLoading={pipeline.isPending}
      hasFailed={pipeline.isError}
      onRetry={() => void pipeline.refetch()}
      isEmpty={owners.length === 0}
    >
      <BlockRows>
        {rows.map(({ key, label, count, value }) => (
          <BlockRow
            key={key ?? ""}
            start={<Avatar name={label} />}
            href={`${listPath(kind)}?${new URLSearchParams({ ...(key ? { owner_id: key } : {}), is_closed: "false" })}`}
            title={label}
            about={t("{count, plural, one {# open} other {# open}}", { count })}
            end={formatMoney(value, pipeline.data?.currency ?? "", locale)}
          />
        ))}
      </BlockRows>
    </HomeBlock>
  );
}

/** Records without an owner or a plan: each is a list with a count. */
export function GapBlock() {
  const t = useText();
  const findKind = useListedKinds();
  const ownerless = (kinds: string): string => t("{kinds} without an owner", { kinds });
  const gaps = [
    useGap("lead", ownerless, { "owner_id[is_null]": "true", is_converted: "false" }),
    useGap("opportunity", (kinds) => t("{kinds} without a next step", { kinds }), {
      is_closed: "false",
      "next_step_date[is_null]": "true",
    }),
    useGap("ticket", ownerless, { "assigned_to_id[is_null]": "true", is_resolved: "false" }),
  ].filter(({ kind }) => findKind(kind) !== undefined);
  const open = gaps.filter(({ data }) => data !== undefined && data.total > 0);
  return (
    <HomeBlock
      title={t("Needs attention")}
      isLoading={gaps.some(({ isPending }) => isPending)}
      hasFailed={gaps.some(({ isError }) => isError)}
      onRetry={() => {
        for (const gap of gaps) void gap.refetch();
      }}
      isEmpty={open.length === 0}
    >
      <BlockRows>
        {open.map(({ kind, title, href, total }) => (
          <BlockRow
            key={kind}
            href={href}
            title={title}
            end={
              <>
                <span className="font-semibold text-text">{total}</span>
                <ChevronRight aria-hidden="true" className="mirror -me-1" />
              </>
            }
          />
        ))}
      </BlockRows>
    </HomeBlock>
  );
}

function useGap(name: string, title: (kinds: string) => string, filter: Readonly<Record<string, string>>) {
  const { locale } = useTextOptions();
  const kind = useListedKinds()(name);
  const path = kind?.path.replace("/api/v1", "") ?? "";
  const block = useBlock("gap", name, path, { ...filter, limit: 1, fields: "id" }, kind !== undefined);
  return {
    ...block,
    kind: name,
    title: title(kind?.labels ?? ""),
    href: kind ? `${listPath(kind)}?${new URLSearchParams(filter)}` : "",
    total: block.data ? formatTotal(block.data, locale) : "",
  };
}
