import type { Schemas } from "@crm/sdk/index.ts";
import type { Dispatch, SetStateAction } from "react";
import type { ApiRow } from "../data/row-fields.ts";
import { type Kind, recordPath, useKindIndex } from "../data/schema.ts";
import { nameRecord } from "../data/title.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import type { Decision } from "../home/decision-dialog.tsx";
import { formatExact, formatRelative } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { Checkbox } from "../kit/checkbox.tsx";
import { FactLine } from "../kit/fact-line.tsx";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { useIsDesktop } from "../kit/use-media.ts";
import { LoadError } from "../shell/load-error.tsx";
import { useApprovalGroup } from "./approval-data.ts";
import { type ApprovalGroup, canDecide, isUrgent, listReasons, readSubject } from "./approval-rules.ts";
import { ApprovalStatus } from "./approval-status.tsx";
import { DecisionFigures } from "./decision-figures.tsx";

type Row = ApiRow<Schemas.ApprovalRow>;

interface ApprovalListProps {
  readonly kind: Kind;
  readonly group: ApprovalGroup;
  readonly title: string;
  readonly empty: string;
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
            <ApprovalRow key={approval.id} approval={approval} userId={userId} {...row} />
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

interface ApprovalRowProps
  extends Pick<ApprovalListProps, "kind" | "userId" | "preview" | "onShow" | "chosen" | "onChoose" | "onDecide"> {
  readonly approval: Row;
}

/** One approval: what it is about, why, who asks, how much, and for how long it has waited. */
function ApprovalRow({ kind, approval, userId, preview, onShow, chosen, onChoose, onDecide }: ApprovalRowProps) {
  const t = useText();
  const options = useTextOptions();
  const isDesktop = useIsDesktop();
  const { data: kinds = [] } = useKindIndex();
  const now = new Date().toISOString();
  const { name, amount } = readSubject(approval, options);
  const isMine = canDecide(approval, userId);
  const asker = nameRecord({ ...approval.expanded?.requested_by });
  const approver = nameRecord({ ...approval.expanded?.approver_id });
  const decider = nameRecord({ ...approval.expanded?.decided_by });
  const subjectLabel =
    kinds.find((candidate) => candidate.kind === approval.subject_type)?.label ??
    kind.fields.find((field) => field.name === "subject_type")?.choices?.find(({ code }) => code === approval.subject_type)?.name;
  const isPending = approval.status === "pending";
  const instant = String((isPending ? approval.asked_at : approval.decided_at) ?? approval.created_at);
  const reasons = listReasons(approval);
  const facts = [
    subjectLabel,
    t("Level {level}", { level: String(approval.level) }),
    asker === "" ? undefined : t("Asked by {name}", { name: asker }),
    isPending && !isMine && approver !== "" ? t("Waits for {name}", { name: approver }) : undefined,
    !isPending && decider !== "" ? t("Decided by {name}", { name: decider }) : undefined,
    isPending && !approval.asked_at ? t("Not asked yet") : undefined,
  ];
  const choose = (isChosen: boolean): void =>
    onChoose?.((before) => {
      const next = new Map(before);
      if (isChosen) next.set(approval.id, approval);
      else next.delete(approval.id);
      return next;
    });
  return (
    <li
      data-current={preview === approval.id || undefined}
      className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-border px-4 py-2 last:border-b-0 data-current:bg-accent-subtle"
    >
      {onChoose && isMine ? (
        <Checkbox aria-label={t("Choose {name}", { name })} isSelected={chosen?.has(approval.id) ?? false} onChange={choose} />
      ) : null}
      <span className="flex min-w-0 flex-1 basis-0 flex-col tablet:basis-menu">
        <span className="flex min-w-0 items-center gap-2">
          <span dir="auto" className="reaching-line min-w-0 text-control" title={name}>
            {isDesktop ? (
              <Link variant="title" onPress={() => onShow(approval.id)}>
                {name}
              </Link>
            ) : (
              <Link variant="title" href={recordPath(kind, approval.id)}>
                {name}
              </Link>
            )}
          </span>
          {isPending ? null : <ApprovalStatus kind={kind} status={approval.status} />}
          <span className="ms-auto shrink-0 text-control tabular-nums">{amount}</span>
        </span>
        {reasons.length === 0 ? null : (
          <span className="text-control">
            <FactLine facts={reasons} />
          </span>
        )}
        {isPending ? <DecisionFigures approval={approval} isShort /> : null}
        <span className="text-meta text-text-muted">
          <FactLine
            facts={[
              ...facts,
              <time key="instant" dateTime={instant} title={formatExact(instant, options)}>
                {formatRelative(instant, now, options)}
              </time>,
              approval.status === "pending" && approval.due_at ? (
                <span key="due" className={isUrgent(approval, now) ? "text-danger" : ""}>
                  {t("Expires {time}", { time: formatRelative(String(approval.due_at), now, options) })}
                </span>
              ) : undefined,
            ]}
          />
        </span>
      </span>
      {isMine ? (
        <span className="flex gap-2 max-tablet:basis-full">
          <Button isSmall onPress={() => onDecide({ row: approval, decision: "approve" })}>
            {t("Approve")}
          </Button>
          <Button isSmall variant="quiet" onPress={() => onDecide({ row: approval, decision: "reject" })}>
            {t("Reject")}
          </Button>
        </span>
      ) : null}
    </li>
  );
}
