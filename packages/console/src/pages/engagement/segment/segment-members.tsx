import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type ConsoleRecord, expandFor, useInvalidation } from "../../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { VisibleOnlyNote } from "../../../api/visible-only-note.tsx";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { toNoun, toPluralNoun } from "../../../ui/i18n/noun.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

interface SegmentMembersProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly memberKind: Kind;
}

const PAGE_SIZE = 25;
/** Fields of a member beside its title. */
const MAX_COLUMNS = 2;

interface Results {
  readonly results: readonly { readonly success: boolean; readonly error: { readonly message: string } | null }[];
}

/** The members of a set, since when, and whether a user added them. */
export function SegmentMembers({ kind, record, memberKind }: SegmentMembersProps) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const options = useTextOptions();
  const [isAdding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Option | null>(null);
  const path = `${kind.path}/${record.id}/members`;
  const shownFields = memberKind.layout.columns
    .flatMap((name) => memberKind.fields.find((field) => field.name === name) ?? [])
    .filter(({ name }) => !memberKind.title.includes(`{${name}}`))
    .slice(0, MAX_COLUMNS);
  const expand = expandFor(memberKind, new Set(shownFields.map(({ name }) => name)));
  const queryKey = [...scope, "list", kind.kind, memberKind.kind, record.id, "members"];
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read<ConsoleRecord[]>(path, { limit: PAGE_SIZE, expand, cursor: pageParam }),
    getNextPageParam: ({ meta }) => (meta.next_cursor as string | null | undefined) ?? undefined,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const canWrite = kind.operations.includes("update");
  const now = new Date().toISOString();
  const change = async (body: Readonly<Record<string, readonly string[]>>): Promise<boolean> => {
    try {
      const { results } = await crm.request<Results>("POST", path, { body });
      const refused = results.find(({ success }) => !success)?.error?.message;
      if (refused !== undefined) showToast({ text: refused, isError: true });
      return refused === undefined;
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The change was refused"), isError: true });
      return false;
    } finally {
      await Promise.all([queries.invalidateQueries({ queryKey }), invalidate(kind, record.id)]);
    }
  };
  const remove = async (row: ConsoleRecord): Promise<void> => {
    if (!(await change({ remove: [row.id] }))) return;
    showToast({
      text: t("{name} is no longer a member by hand", { name: formatTitle(memberKind, row) }),
      undo: () => void change({ add: [row.id] }),
    });
  };
  const add = async (): Promise<void> => {
    if (!chosen || !(await change({ add: [chosen.id] }))) return;
    setChosen(null);
    setAdding(false);
  };
  const title = (row: ConsoleRecord) => (
    <Link variant="title" href={recordPath(memberKind, row.id)}>
      {formatTitle(memberKind, row)}
    </Link>
  );
  const origin = (row: ConsoleRecord) => (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span>{typeof row.added_date === "string" ? formatRelative(row.added_date, now, options) : null}</span>
      {row.is_manual ? <Tag label={t("By hand")} /> : null}
    </span>
  );
  const menu = (row: ConsoleRecord) =>
    canWrite && row.is_manual ? (
      <Menu
        placement="bottom end"
        trigger={
          <IconButton isSmall label={t("Actions for {name}", { name: formatTitle(memberKind, row) })} icon={<Ellipsis />} />
        }
      >
        <MenuItem isDanger label={t("Remove")} onAction={() => void remove(row)} />
      </Menu>
    ) : null;
  const columns: TableColumn<ConsoleRecord>[] = [
    { id: "title", label: memberKind.label, render: title },
    ...shownFields.map((field) => ({
      id: field.name,
      label: field.label,
      render: (row: ConsoleRecord) => <FieldValue record={row} field={field} isCell />,
    })),
    { id: "added", label: t("Added"), render: origin },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  return (
    <section aria-label={t("Members")} aria-busy={list.isPending} className="flex min-w-0 flex-col gap-3">
      <header className="flex min-h-control flex-wrap items-center gap-2">
        <h2 className="text-section font-semibold">{t("Members")}</h2>
        {canWrite ? (
          <span className="ms-auto">
            <Button icon={<UserRoundPlus />} onPress={() => setAdding(true)}>
              {t("Add by hand")}
            </Button>
          </span>
        ) : null}
      </header>
      {list.isSuccess ? <VisibleOnlyNote /> : null}
      {list.error ? <LoadError query={list} text={t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && rows.length === 0 ? (
        <EmptyState kind="empty" title={t("No members yet")}>
          {record.state === "building"
            ? t("The conditions are being applied. Members follow.")
            : t("No {kinds} match the conditions, and none was added by hand.", { kinds: toPluralNoun(memberKind.labels) })}
        </EmptyState>
      ) : null}
      <RowList
        label={t("Members")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span className="min-w-0 flex-1">{title(row)}</span>
              {menu(row)}
            </span>
            {origin(row)}
          </>
        )}
        pages={list}
      />
      <Dialog
        title={t("Add by hand")}
        isOpen={isAdding}
        onOpenChange={setAdding}
        actions={(close) => (
          <>
            <Button onPress={close}>{t("Cancel")}</Button>
            <Button variant="primary" isDisabled={chosen === null} onPress={() => void add()}>
              {t("Add {kind}", { kind: toNoun(memberKind.label) })}
            </Button>
          </>
        )}
      >
        <Reference label={memberKind.label} value={chosen} onChange={setChosen} search={createRecordSearch(memberKind)} />
      </Dialog>
    </section>
  );
}
