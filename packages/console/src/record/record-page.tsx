import { NotFoundError } from "@crm/sdk/index.ts";
import { useNavigate } from "@tanstack/react-router";
import { MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { crm } from "../data/client.ts";
import { createCodeFinder, matchesCondition } from "../data/condition.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../data/records.ts";
import { type Action, editPath, formatTitle, type Kind, type KindSummary, listPath, useKind } from "../data/schema.ts";
import { listTitleFields } from "../data/title.ts";
import { FieldValue } from "../fields/field-value.tsx";
import { readErrors } from "../form/form-state.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { Menu, MenuDivider, MenuItem } from "../kit/menu.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { showToast } from "../kit/toast.tsx";
import { RecordTools } from "../shell/record-tools.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { Composer } from "./composer.tsx";
import { KeyFields } from "./key-fields.tsx";
import { RecordTimeline } from "./record-timeline.tsx";
import { RelatedLists } from "./related-lists.tsx";

/** A record: key fields, what happened, related records. */
export function RecordPage({ summary, id }: { readonly summary: KindSummary; readonly id: string }) {
  const t = useText();
  const { data: kind } = useKind(summary.kind);
  const record = useRecordOf(kind, id);
  if (record.error instanceof NotFoundError)
    return (
      <EmptyState
        kind="forbidden"
        title={t("There is no such record, or you may not see it")}
        action={<Link href={listPath(summary)}>{t("Back to {kinds}", { kinds: toNoun(summary.labels) })}</Link>}
      >
        {t("Ask its owner or an administrator to share it.")}
      </EmptyState>
    );
  if (record.error)
    return (
      <div className="p-4 tablet:p-6">
        <Banner
          kind="danger"
          title={readErrors(record.error, t).form ?? t("The record could not be loaded")}
          action={<Button onPress={() => void record.refetch()}>{t("Try again")}</Button>}
        />
      </div>
    );
  if (!kind || !record.data) return <RecordSkeleton />;
  return <LoadedRecord key={id} kind={kind} record={record.data} />;
}

/** A record can be read only once its kind is known: the kind says which names to read with it. */
function useRecordOf(kind: Kind | undefined, id: string) {
  const placeholder = { kind: "", path: "", fields: [], expand: [], layout: { sections: [] } } as unknown as Kind;
  const query = useRecord(kind ?? placeholder, id, kind !== undefined);
  return query;
}

function RecordSkeleton() {
  return (
    <div className="flex flex-col gap-6 p-4 tablet:p-6" aria-busy="true">
      <Skeleton width="medium" />
      <Skeleton shape="block" />
    </div>
  );
}

function LoadedRecord({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <RecordHead kind={kind} record={record} />
      <div className="mx-auto grid w-full max-w-page min-w-0 grid-cols-1 gap-6 px-4 pb-8 tablet:px-6 desktop:grid-cols-(--record-columns)">
        <section aria-label={t("Fields")} className="min-w-0">
          <KeyFields kind={kind} record={record} />
        </section>
        <div className="flex min-w-0 flex-col gap-6">
          <Composer kind={kind} record={record} />
          <RecordTimeline kind={kind} record={record} />
        </div>
        <section aria-label={t("Related records")} className="min-w-0">
          <RelatedLists kind={kind} record={record} />
        </section>
      </div>
    </div>
  );
}

const MAX_BUTTONS = 2;

function RecordHead({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const [action, setAction] = useState<Action>();
  const codeFor = createCodeFinder(kind.fields);
  // Actions below a part of a record need the part's id: they belong to the list of the parts.
  const actions = kind.actions.filter(
    ({ on, path, enabled_when }) =>
      on === "record" && (path.match(/\{/g) ?? []).length === 1 && matchesCondition(enabled_when as never, record, codeFor),
  );
  const buttons = actions.filter(({ primary }) => primary).slice(0, MAX_BUTTONS);
  const others = actions.filter((candidate) => !buttons.includes(candidate));
  const status = kind.fields.find(({ name }) => name === kind.board?.field && !listTitleFields(kind.title).includes(name));
  const remove = async (): Promise<void> => {
    try {
      await crm.request("DELETE", `${kind.path}/${record.id}`);
      await invalidate(kind);
      await navigate({ to: listPath(kind) as never });
      const restore = async (): Promise<void> => {
        await crm.request("POST", `${kind.path}/${record.id}/restore`, { body: {} });
        await invalidate(kind, record.id);
      };
      showToast({
        text: t("{name} was deleted", { name: formatTitle(kind, record) }),
        ...(kind.operations.includes("restore") ? { undo: () => void restore() } : {}),
      });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The record could not be deleted"), isError: true });
    }
  };
  return (
    <header className="mx-auto flex min-h-page-head w-full shrink-0 max-w-page flex-wrap items-center gap-3 px-4 py-3 tablet:px-6">
      <span className="flex min-w-0 flex-col">
        <Link variant="muted" href={listPath(kind)}>
          <span className="text-meta">{kind.labels}</span>
        </Link>
        <h1 dir="auto" className="min-w-0 text-title font-semibold wrap-anywhere">
          {formatTitle(kind, record)}
        </h1>
      </span>
      {status ? <FieldValue record={record} field={status} isCell /> : null}
      <RecordTools kind={kind} record={record} actions={actions} onAction={setAction} />
      <span className="ms-auto flex flex-wrap items-center gap-2">
        {buttons.map((button, index) => (
          <Button key={button.name} variant={index === 0 ? "primary" : "secondary"} onPress={() => setAction(button)}>
            {shortLabel(button, kind)}
          </Button>
        ))}
        {kind.operations.includes("update") || kind.operations.includes("replace") ? (
          <Button icon={<Pencil />} onPress={() => void navigate({ to: editPath(kind, record.id) as never })}>
            {t("Edit")}
          </Button>
        ) : null}
        <Menu
          placement="bottom end"
          trigger={<IconButton label={t("More actions")} icon={<MoreHorizontal />} variant="secondary" />}
          onAction={(key) => {
            if (key === "delete") void remove();
            else setAction(others.find(({ name }) => name === key));
          }}
        >
          {others.map((other) => (
            <MenuItem key={other.name} id={other.name} label={other.label} isDanger={other.danger} />
          ))}
          <MenuDivider />
          {kind.operations.includes("delete") ? <MenuItem id="delete" label={t("Delete")} icon={<Trash2 />} isDanger /> : null}
        </Menu>
      </span>
      {action ? <ActionDialog kind={kind} record={record} action={action} onClose={() => setAction(undefined)} /> : null}
    </header>
  );
}

/** A button needs no article and no kind: `Convert a lead` is `Convert`. */
function shortLabel({ label }: Action, { label: kindLabel }: Kind): string {
  const [verb = label] = label.split(/ (?:an?|the) /);
  return label.toLocaleLowerCase().includes(kindLabel.toLocaleLowerCase()) ? verb : label;
}
