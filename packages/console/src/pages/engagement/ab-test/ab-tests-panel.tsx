import { Plus } from "lucide-react";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { findAction, useCampaignPages } from "../campaign/campaign-data.ts";
import { nameMetric, namePart, nameTestStatus } from "../email-send/ab-test-rules.ts";
import { nameMade } from "../email-send/send-text.ts";
import { AbTestDetail, testHues } from "./ab-test-detail.tsx";
import { TestEditor } from "./test-editor.tsx";

interface AbTestsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const PAGE_SIZE = 25;
const NEW = "new";

/** The A/B tests of a campaign, and the one that the user chose. */
export function AbTestsPanel({ kind, record }: AbTestsProps) {
  const t = useText();
  const options = useTextOptions();
  const [chosen, setChosen] = useState<string>();
  /** The draft that is edited; "new" for a test that is not stored yet. */
  const [edited, setEdited] = useState<string>();
  /** The row that gets the focus back. */
  const [opened, setOpened] = useState<string>();
  const list = useCampaignPages(record.id, "ab-tests", { limit: PAGE_SIZE });
  if (edited !== undefined)
    return (
      <TestEditor
        kind={kind}
        record={record}
        id={edited === NEW ? undefined : edited}
        onClose={() => setEdited(undefined)}
        onDone={(made) => {
          setEdited(undefined);
          showToast({ text: nameMade(made, t) });
        }}
      />
    );
  if (chosen !== undefined)
    return (
      <AbTestDetail
        kind={kind}
        record={record}
        id={chosen}
        onEdit={() => setEdited(chosen)}
        onClose={() => setChosen(undefined)}
      />
    );
  const open = (id: string): void => {
    setChosen(id);
    setOpened(id);
  };
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const now = new Date().toISOString();
  const time = (value: unknown): string => (typeof value === "string" ? formatRelative(value, now, options) : EMPTY);
  const name = (row: ConsoleRecord) => (
    <span className="-ms-2 flex min-w-0">
      <Button isSmall variant="quiet" autoFocus={row.id === opened} onPress={() => open(row.id)}>
        {String(row.name)}
      </Button>
    </span>
  );
  const status = (row: ConsoleRecord) => (
    <span className="flex flex-wrap gap-1">
      <Tag label={nameTestStatus(row.status, t)} hue={testHues[String(row.status)] ?? "gray"} hasDot />
      {row.is_waiting === true ? <Tag label={t("Waits for a choice")} hue="yellow" hasDot /> : null}
    </span>
  );
  const winner = (row: ConsoleRecord): string => (row.winning_variant ? String(row.winning_variant) : EMPTY);
  const columns: TableColumn<ConsoleRecord>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "tests", label: t("What differs"), render: ({ tests }) => namePart(tests, t) },
    { id: "metric", label: t("What decides"), render: ({ success_metric }) => nameMetric(success_metric, t) },
    { id: "status", label: t("Status"), render: status },
    { id: "start", label: t("Start"), render: ({ start_date }) => time(start_date) },
    { id: "end", label: t("End"), render: ({ end_date }) => time(end_date) },
    { id: "winner", label: t("For the others"), render: winner },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {findAction(kind, "createCampaignAbTest") ? (
        <span className="flex justify-end">
          <Button icon={<Plus />} onPress={() => setEdited(NEW)}>
            {t("New A/B test")}
          </Button>
        </span>
      ) : null}
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 ? (
        <EmptyState kind="empty" title={t("No A/B tests yet")}>
          {t("A test tries variants of an email on a sample first. The winner goes to the other members.")}
        </EmptyState>
      ) : null}
      <RowList
        label={t("A/B tests")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            {name(row)}
            <span className="flex flex-wrap items-center gap-2">
              {status(row)}
              <span className="text-meta text-text-muted">{[namePart(row.tests, t), time(row.start_date)].join(" · ")}</span>
            </span>
          </>
        )}
        pages={list}
      />
    </div>
  );
}
