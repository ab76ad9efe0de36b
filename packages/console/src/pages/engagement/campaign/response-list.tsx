import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

export interface MemberChoice {
  readonly id: string;
  readonly name: string;
}

interface ResponseListProps {
  readonly campaign: string;
  /** Only the responses of this member are shown. */
  readonly member: MemberChoice | undefined;
  readonly onClearMember: () => void;
}

const ALL = "all";
const PAGE_SIZE = 25;
const SHOWN = rowFields<Schemas.CampaignResponseRow>()("personal_key_id", "kind", "link", "occurred_at");
type Row = ListRow<(typeof SHOWN)[number]>;

/** What members did because of a campaign, the latest first. */
export function ResponseList(props: ResponseListProps) {
  const { data: kind } = useKind("campaign_response");
  return kind ? <Responses kind={kind} {...props} /> : <Skeleton shape="block" />;
}

function Responses({ kind, campaign, member, onClearMember }: ResponseListProps & { readonly kind: Kind }) {
  const t = useText();
  const options = useTextOptions();
  const [chosen, setChosen] = useState(ALL);
  const query = { campaign, ...(chosen === ALL ? {} : { kind: chosen }), ...(member ? { member: member.id } : {}) };
  const list = useRecordList(kind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const now = new Date().toISOString();
  const field = (name: string) => kind.fields.find((candidate) => candidate.name === name);
  const choices = field("kind")?.choices ?? [];
  const person = (row: Row) => {
    const shown = field("personal_key_id");
    return shown ? <FieldValue record={row} field={shown} isCell /> : null;
  };
  const response = (row: Row) => <Tag label={choices.find(({ code }) => code === row.kind)?.name ?? EMPTY} />;
  const timeOf = (row: Row): string => formatRelative(String(row.occurred_at), now, options);
  const link = (row: Row) => (
    <span dir="auto" className={row.link ? "wrap-anywhere" : "text-text-muted"}>
      {row.link ? String(row.link) : EMPTY}
    </span>
  );
  const columns: TableColumn<Row>[] = [
    { id: "person", label: field("personal_key_id")?.label ?? "", render: person },
    { id: "kind", label: field("kind")?.label ?? "", render: response },
    { id: "link", label: field("link")?.label ?? "", render: link },
    { id: "time", label: field("occurred_at")?.label ?? "", render: timeOf },
  ];
  const isFiltered = chosen !== ALL || member !== undefined;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <div className="w-full min-w-field-short tablet:w-auto">
          <Select
            label={field("kind")?.label ?? ""}
            options={[{ id: ALL, label: t("All") }, ...choices.map(({ code, name }) => ({ id: code, label: name }))]}
            value={chosen}
            onChange={(key) => setChosen(String(key))}
          />
        </div>
        {member ? (
          <span className="flex h-control min-w-0 items-center">
            <Tag label={t("Responses of {name}", { name: member.name })} onRemove={onClearMember} />
          </span>
        ) : null}
      </div>
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 && !list.search.isIncomplete ? (
        <EmptyState
          kind={isFiltered ? "nothing-found" : "empty"}
          title={isFiltered ? t("No response matches these filters") : t("No responses yet")}
        >
          {isFiltered ? null : t("Opens, clicks, replies and purchases of the members appear here.")}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Responses")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 font-medium">{person(row)}</span>
              {response(row)}
            </span>
            {row.link ? link(row) : null}
            <span className="text-meta text-text-muted">{timeOf(row)}</span>
          </>
        )}
        pages={list}
      />
    </div>
  );
}
