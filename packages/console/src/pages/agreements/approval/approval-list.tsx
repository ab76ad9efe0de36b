import type { Schemas } from "@crm/sdk/index.ts";
import type { Dispatch, SetStateAction } from "react";
import type { ApiRow } from "../../../api/row-fields.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { useApprovalGroup } from "./approval-data.ts";
import { ApprovalRow } from "./approval-row.tsx";
import { type ApprovalGroup, canDecide, readSubject } from "./approval-rules.ts";
import { ApprovalStatus } from "./approval-status.tsx";
import type { Decision } from "./decision-dialog.tsx";

type Row = ApiRow<Schemas.ApprovalRow>;

interface ApprovalListProps {
  readonly kind: Kind;
  readonly group: ApprovalGroup;
  readonly title: string;
  /** Stands beside the title of a group without approvals. */
  readonly empty?: string;
  readonly userId: string;
  readonly subject: string | undefined;
  /** The approval that is shown beside the list. */
  readonly preview: string | undefined;
  readonly onShow: (id: string) => void;
  /** The approvals that the user has chosen to decide at once. Without it none can be chosen. */
  readonly chosen?: ReadonlyMap<string, Row>;
  readonly onChoose?: Dispatch<SetStateAction<ReadonlyMap<string, Row>>>;
  readonly onDecide: (decision: Decision) => void;
}

/** The approvals of a group, with reasons and figures. The user decides here or on the approval itself. */
export function ApprovalList({ group, title, empty, userId, subject, ...row }: ApprovalListProps) {
  const t = useText();
  const list = useApprovalGroup(group, userId, subject);
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const total = Number(list.data?.pages[0]?.meta.total ?? rows.length);
  return (
    <section aria-label={title} aria-busy={list.isPending} className="flex min-w-0 flex-col gap-2">
      <header className="flex flex-wrap items-baseline gap-x-2">
        <h2 className="text-section font-semibold">{title}</h2>
        <span className="text-control tabular-nums text-text-muted">
          {rows.length > 0 ? Math.max(total, rows.length) : list.isSuccess ? empty : null}
        </span>
      </header>
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.error ? <LoadError query={list} text={t("The list could not be loaded")} /> : null}
      {rows.length > 0 ? (
        <ul className="flex min-w-0 flex-col rounded-card border border-border bg-surface">
          {rows.map((approval) => (
            <ListedApproval key={approval.id} approval={approval} userId={userId} {...row} />
          ))}
        </ul>
      ) : null}
      {list.hasNextPage ? (
        <span>
          <Button isSmall isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </section>
  );
}

interface ListedApprovalProps
  extends Pick<ApprovalListProps, "kind" | "userId" | "preview" | "onShow" | "chosen" | "onChoose" | "onDecide"> {
  readonly approval: Row;
}

/** An approval of the list. On a desktop its name shows it beside the list; the user may choose several to decide them at once. */
function ListedApproval({ kind, approval, userId, preview, onShow, chosen, onChoose, onDecide }: ListedApprovalProps) {
  const t = useText();
  const options = useTextOptions();
  const isDesktop = useIsDesktop();
  const { data: kinds = [] } = useKindIndex();
  const { name } = readSubject(approval, options);
  const subjectLabel =
    kinds.find((candidate) => candidate.kind === approval.subject_type)?.label ??
    kind.fields.find((field) => field.name === "subject_type")?.choices?.find(({ code }) => code === approval.subject_type)?.name;
  const choose = (isChosen: boolean): void =>
    onChoose?.((before) => {
      const next = new Map(before);
      if (isChosen) next.set(approval.id, approval);
      else next.delete(approval.id);
      return next;
    });
  return (
    <ApprovalRow
      kind={kind}
      approval={approval}
      subjectLabel={subjectLabel}
      userId={userId}
      now={new Date().toISOString()}
      onShow={isDesktop ? onShow : undefined}
      onDecide={onDecide}
      isCurrent={preview === approval.id}
      status={approval.status === "pending" ? null : <ApprovalStatus kind={kind} status={approval.status} />}
      start={
        onChoose && canDecide(approval, userId) ? (
          <Checkbox aria-label={t("Choose {name}", { name })} isSelected={chosen?.has(approval.id) ?? false} onChange={choose} />
        ) : null
      }
    />
  );
}
