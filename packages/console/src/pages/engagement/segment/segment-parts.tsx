import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { formatTitle, type Kind, type KindSummary, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { ListCard, ListCardRow } from "../../../records/record/list-card.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatExact } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { memberKinds, useRuleText, useSegmentFields } from "./segment-data.ts";
import { SegmentMembers } from "./segment-members.tsx";
import { readGroups } from "./segment-rules.ts";

interface SegmentPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The page of a set of records: its rule in words, its members, and where it is used. */
export function SegmentParts({ kind, record }: SegmentPartsProps) {
  const { data: memberKind } = useKind(memberKinds[kind.kind]);
  if (!memberKind)
    return (
      <div className="px-4 tablet:px-6" aria-busy="true">
        <Skeleton shape="block" />
      </div>
    );
  return (
    <div className="mx-auto grid w-full max-w-page min-w-0 grid-cols-1 items-start gap-6 px-4 pt-2 pb-8 tablet:px-6 tablet:pt-0 desktop:grid-cols-(--segment-columns)">
      <div className="flex min-w-0 flex-col gap-4">
        <RuleCard record={record} memberKind={memberKind} />
        <UsedIn kind={kind} id={record.id} />
      </div>
      <SegmentMembers kind={kind} record={record} memberKind={memberKind} />
    </div>
  );
}

function RuleCard({ record, memberKind }: Pick<SegmentPartsProps, "record"> & { readonly memberKind: Kind }) {
  const t = useText();
  const options = useTextOptions();
  const isDynamic = record.membership === "DYNAMIC";
  const problems = (record.problems ?? []) as readonly { readonly message?: string }[];
  return (
    <section aria-label={t("Rule")} className={`${cardClass} gap-3`}>
      <h2 className="text-body font-semibold">{t("Who belongs here")}</h2>
      {record.description ? (
        <p dir="auto" className="text-control wrap-anywhere whitespace-pre-line text-text-muted">
          {String(record.description)}
        </p>
      ) : null}
      {record.state === "building" ? <Banner kind="info" title={t("The conditions are being applied. Members follow.")} /> : null}
      {problems.map(({ message }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no id
        <Banner key={index} kind="warning" title={message ?? t("A condition can no longer match any record")} />
      ))}
      {!isDynamic ? (
        <p className="text-control">{t("Only records that users add by hand are members.")}</p>
      ) : (
        <RuleText kind={memberKind} filter={record.filter} />
      )}
      <span className="text-control tabular-nums">
        {t("{count, plural, one {# member} other {# members}}", { count: Number(record.member_count ?? 0) })}
      </span>
      {typeof record.as_of === "string" ? (
        <span className="text-meta text-text-muted">
          {t("Days and scores are those of {time}. All other changes follow within moments.", {
            time: formatExact(record.as_of, options),
          })}
        </span>
      ) : null}
    </section>
  );
}

function RuleText({ kind, filter }: { readonly kind: Kind; readonly filter: unknown }): ReactNode {
  const t = useText();
  const groups = readGroups(filter);
  const fields = useSegmentFields(kind, groups ?? []);
  const describe = useRuleText(fields);
  if (groups === undefined) return <p className="text-control">{t("Several conditions with alternatives")}</p>;
  return (
    <ul className="flex min-w-0 flex-col gap-2 text-control">
      {describe(groups).map((sentence, index) => (
        <li key={sentence} className="flex min-w-0 flex-col gap-1 wrap-anywhere">
          {index > 0 ? (
            <span>
              <Tag label={t("or")} />
            </span>
          ) : null}
          <span dir="auto">{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

const MAX_LISTED = 5;

/** The kinds whose records name a set, and the field. */
const uses: readonly { readonly kind: string; readonly field: Readonly<Record<string, string>> }[] = [
  { kind: "email_send", field: { segment: "segment_id", contact_list: "contact_list_id" } },
  { kind: "playbook", field: { segment: "segment_id", contact_list: "contact_list_id" } },
];

/** The records that use the set: sends to its members, and playbooks for them. */
function UsedIn({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data: kinds = [] } = useKindIndex();
  return uses.map(({ kind: name, field }) => {
    const summary = kinds.find((candidate) => candidate.kind === name);
    const filter = field[kind.kind];
    return summary && filter ? <UseCard key={name} summary={summary} filter={{ [filter]: id }} /> : null;
  });
}

function UseCard({ summary, filter }: { readonly summary: KindSummary; readonly filter: Readonly<Record<string, string>> }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const list = useQuery({
    queryKey: [...scope, "related", summary.kind, filter],
    queryFn: async () => {
      const { data, meta } = await read<ConsoleRecord[]>(summary.path, { ...filter, limit: MAX_LISTED });
      return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length) };
    },
  });
  const total = list.data?.total ?? 0;
  return (
    <ListCard
      title={t("Used in: {kinds}", { kinds: summary.labels })}
      count={list.data?.total}
      isPending={list.isPending}
      hasFailed={list.error !== null}
      empty={t("Not used yet")}
      more={total > MAX_LISTED ? t("{count} in all", { count: formatCount(total, locale) }) : undefined}
    >
      {list.data?.rows.map((row) => (
        <ListCardRow
          key={row.id}
          title={
            <Link variant="title" href={recordPath(summary, row.id)}>
              {formatTitle(summary, row)}
            </Link>
          }
          facts={[]}
        />
      ))}
    </ListCard>
  );
}
