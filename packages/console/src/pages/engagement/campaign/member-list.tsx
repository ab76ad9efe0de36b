import type { Schemas } from "@crm/sdk/index.ts";
import { Ellipsis, UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { listActionFields } from "../../../api/action-fields.ts";
import { type ConsoleRecord, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { EMPTY, listLabels } from "../../../api/value-text.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { AddMembersDialog } from "./add-members-dialog.tsx";
import { findAction, useCampaignChange, useFill } from "./campaign-data.ts";
import { canReach, readLastInstant, stepHues } from "./member-steps.ts";
import { type MemberChoice, ResponseList } from "./response-list.tsx";

const ALL = "all";
const PAGE_SIZE = 25;
const SHOWN = rowFields<Schemas.CampaignMemberRow>()(
  "personal_key_id",
  "lead_id",
  "contact_id",
  "status",
  "inactive_reason",
  "source",
  "added_at",
  "sent_at",
  "opened_at",
  "clicked_at",
  "responded_at",
  "converted_at",
  "bounced_at",
  "opted_out_at",
);
type Row = ListRow<(typeof SHOWN)[number]>;

interface MembersProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The members of a campaign and what they did because of it. */
export function MembersPanel({ kind, record }: MembersProps) {
  const t = useText();
  const [shown, setShown] = useState("members");
  const [member, setMember] = useState<MemberChoice>();
  const { data: memberKind } = useKind("campaign_member");
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <SegmentedControl
        label={t("Members or responses")}
        segments={[
          { id: "members", label: t("Members") },
          { id: "responses", label: t("Responses") },
        ]}
        value={shown}
        onChange={(next) => {
          setShown(next);
          setMember(undefined);
        }}
      />
      {shown === "responses" ? (
        <ResponseList campaign={record.id} member={member} onClearMember={() => setMember(undefined)} />
      ) : memberKind ? (
        <MemberList
          kind={kind}
          record={record}
          memberKind={memberKind}
          onOpenResponses={(choice) => {
            setMember(choice);
            setShown("responses");
          }}
        />
      ) : (
        <Skeleton shape="block" />
      )}
    </div>
  );
}

interface MemberListProps extends MembersProps {
  readonly memberKind: Kind;
  readonly onOpenResponses: (member: MemberChoice) => void;
}

function MemberList({ kind, record, memberKind, onOpenResponses }: MemberListProps) {
  const t = useText();
  const options = useTextOptions();
  const [status, setStatus] = useState(ALL);
  const [isAdding, setAdding] = useState(false);
  const [responding, setResponding] = useState<Row>();
  const { fill, track } = useFill(record.id);
  const change = useCampaignChange(["campaign_member", "campaign_response", "campaign"]);
  const query = { campaign: record.id, ...(status === ALL ? {} : { status }) };
  const list = useRecordList(memberKind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const total = Number(list.data?.pages[0]?.meta.total ?? rows.length);
  const now = new Date().toISOString();
  const field = (name: string) => memberKind.fields.find((candidate) => candidate.name === name);
  const choices = field("status")?.choices ?? [];
  const canWrite = findAction(kind, "addCampaignMember") !== undefined;
  const report = findAction(kind, "recordCampaignResponse");
  const nameOf = (row: Row): string => {
    const person = field("personal_key_id");
    return (person && listLabels(row, person)[0]?.name) || t("A member");
  };
  const remove = async (row: Row): Promise<void> => {
    if (!(await change("DELETE", `/api/v1/campaign-members/${row.id}`))) return;
    const restore = { person_id: row.personal_key_id };
    showToast({
      text: t("{name} was removed from the campaign", { name: nameOf(row) }),
      undo: () => void change("POST", `/api/v1/campaigns/${record.id}/members`, restore),
    });
  };
  const mark = (row: ConsoleRecord, step: string) => change("PATCH", `/api/v1/campaign-members/${row.id}`, { status: step });
  const person = (row: Row) => {
    const shown = field("personal_key_id");
    return shown ? <FieldValue record={row} field={shown} isCell /> : null;
  };
  const origin = (row: Row) => {
    const shown = field(row.contact_id ? "contact_id" : "lead_id");
    if (!shown || (!row.contact_id && !row.lead_id)) return <span className="text-text-muted">{EMPTY}</span>;
    return <FieldValue record={row} field={shown} isCell />;
  };
  const step = (row: Row) => (
    <span className="flex flex-wrap gap-1">
      {[row.status, row.inactive_reason].map((code) => {
        const label = choices.find((choice) => choice.code === code)?.name;
        return label ? <Tag key={label} label={label} hue={stepHues[String(code)] ?? "gray"} hasDot /> : null;
      })}
    </span>
  );
  const lastStep = (row: Row): string => {
    const instant = readLastInstant(row);
    return instant === undefined ? EMPTY : formatRelative(instant, now, options);
  };
  const menu = (row: Row) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: nameOf(row) })} icon={<Ellipsis />} />}
    >
      <MenuItem label={t("Show responses")} onAction={() => onOpenResponses({ id: row.id, name: nameOf(row) })} />
      {report ? <MenuItem label={t("Record a response")} onAction={() => setResponding(row)} /> : null}
      {canWrite && canReach(row, "RESPONDED") ? (
        <MenuItem label={t("Mark as responded")} onAction={() => void mark(row, "RESPONDED")} />
      ) : null}
      {canWrite && canReach(row, "CONVERTED") ? (
        <MenuItem label={t("Mark as converted")} onAction={() => void mark(row, "CONVERTED")} />
      ) : null}
      {canWrite ? <MenuItem isDanger label={t("Remove from the campaign")} onAction={() => void remove(row)} /> : null}
    </Menu>
  );
  const columns: TableColumn<Row>[] = [
    { id: "person", label: field("personal_key_id")?.label ?? "", render: person },
    { id: "origin", label: t("Lead or contact"), render: origin },
    { id: "status", label: t("Status"), render: step },
    { id: "time", label: t("Last step"), render: lastStep },
    {
      id: "source",
      label: field("source")?.label ?? "",
      render: (row) => (field("source")?.choices ?? []).find(({ code }) => code === row.source)?.name ?? EMPTY,
    },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <div className="w-full min-w-field-short tablet:w-auto">
          <Select
            label={t("Status")}
            options={[{ id: ALL, label: t("All") }, ...choices.map(({ code, name }) => ({ id: code, label: name }))]}
            value={status}
            onChange={(key) => setStatus(String(key))}
          />
        </div>
        {list.isSuccess ? (
          <span className="flex h-control items-center text-control tabular-nums text-text-muted">
            {t("{count, plural, one {# member} other {# members}}", { count: total })}
          </span>
        ) : null}
        {canWrite ? (
          <span className="ms-auto">
            <Button icon={<UserRoundPlus />} onPress={() => setAdding(true)}>
              {t("Add members")}
            </Button>
          </span>
        ) : null}
      </div>
      {fill ? <FillProgress campaign={record.id} /> : null}
      {list.error ? <Banner kind="danger" title={readErrors(list.error, t).form ?? t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 && !list.search.isIncomplete ? (
        <EmptyState
          kind={status === ALL ? "empty" : "nothing-found"}
          title={status === ALL ? t("No members yet") : t("No member has this status")}
        >
          {status === ALL ? t("Add leads, contacts or a segment to see here how they respond.") : null}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Members")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1 font-medium">{person(row)}</span>
              {menu(row)}
            </span>
            <span className="flex flex-wrap items-center gap-2">
              {step(row)}
              <span className="text-meta text-text-muted">{lastStep(row)}</span>
            </span>
          </>
        )}
        pages={list}
      />
      {isAdding ? <AddMembersDialog kind={kind} record={record} onFill={track} onClose={() => setAdding(false)} /> : null}
      {responding && report ? (
        <ActionDialog
          kind={kind}
          record={record}
          action={{
            ...report,
            help: undefined,
            title: t("Record a response"),
            fields: listActionFields(report, ["member_id", "person_id", "source"]),
          }}
          preset={{ member_id: responding.id }}
          onClose={() => setResponding(undefined)}
        />
      ) : null}
    </div>
  );
}

/** How far a fill is, until the user has read how it ended. */
function FillProgress({ campaign }: { readonly campaign: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { fill, isFilling, track } = useFill(campaign);
  const change = useCampaignChange(["campaign_member"]);
  if (!fill) return null;
  const counts = {
    found: formatCount(fill.found, locale),
    added: formatCount(fill.added, locale),
    skipped: formatCount(fill.skipped, locale),
  };
  const text = t("{found} persons found, {added} added, {skipped} left out because their data are restricted", counts);
  if (isFilling)
    return (
      <Banner
        kind="info"
        title={t("Members are being added")}
        action={
          <Button isSmall onPress={() => void change("POST", `/api/v1/campaign-fills/${fill.id}/cancel`, {})}>
            {t("Stop adding")}
          </Button>
        }
      >
        <p className="tabular-nums">{text}</p>
        <ProgressBar label={t("Members are being added")} value={fill.added + fill.skipped} max={undefined} />
      </Banner>
    );
  const title =
    fill.status === "completed"
      ? t("All members are added")
      : fill.status === "cancelled"
        ? t("Adding was stopped. Members that were added stay.")
        : t("Adding members failed");
  return (
    <Banner
      kind={fill.status === "failed" ? "danger" : fill.status === "completed" ? "success" : "info"}
      title={title}
      onDismiss={() => track(null)}
    >
      <p className="tabular-nums">{fill.error ?? text}</p>
    </Banner>
  );
}
