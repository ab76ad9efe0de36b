import type { Schemas } from "@crm/sdk/index.ts";
import { useSearch } from "@tanstack/react-router";
import { Maximize2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { type Action, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { useApprovalGroup } from "./approval-data.ts";
import { ApprovalList } from "./approval-list.tsx";
import { approvalGroups, canDecide, readSubject, writeTotal } from "./approval-rules.ts";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";

type Row = ApiRow<Schemas.ApprovalRow>;

const ApprovalDetail = lazy(() => import("./approval-detail.tsx").then(({ ApprovalDetail: detail }) => ({ default: detail })));
const ActionRunDialog = lazy(() =>
  import("../../../records/bulk/action-run-dialog.tsx").then(({ ActionRunDialog: dialog }) => ({ default: dialog })),
);

interface ApprovalSearch {
  readonly preview?: string;
  /** The record whose approvals are listed. */
  readonly subject?: string;
}

/** What waits for the decision of the user, what waits for others, and what has been decided. */
export function ApprovalsPage() {
  const t = useText();
  const { data: kind } = useKind("approval");
  return (
    <PageFrame title={t("Approvals")} isLoading={!kind}>
      {kind ? <Inbox kind={kind} /> : <Skeleton shape="block" />}
    </PageFrame>
  );
}

function Inbox({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const me = useSession();
  const navigate = useNavigate();
  const isDesktop = useIsDesktop();
  const { preview, subject } = useSearch({ strict: false }) as ApprovalSearch;
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const [decision, setDecision] = useState<Decision>();
  const show = (id: string | undefined): void =>
    void navigate({
      to: ".",
      search: ({ preview: before, ...search }: Readonly<Record<string, string>>) =>
        id === undefined || id === before ? search : { ...search, preview: id },
      replace: true,
    });
  const shown = isDesktop ? preview : undefined;
  const [mine, team, decided] = approvalGroups;
  const groups = [
    useApprovalGroup(mine, me.id, subject),
    useApprovalGroup(team, me.id, subject),
    useApprovalGroup(decided, me.id, subject),
  ];
  // A group would move when the one above it appears.
  if (groups.some(({ isPending }) => isPending)) return <Skeleton shape="block" />;
  const [, isTeamEmpty = false, isDecidedEmpty = false] = groups.map(({ data }) =>
    data?.pages.every((page) => page.data.length === 0),
  );
  const common = { kind, subject, preview: shown, userId: me.id, onShow: show, onDecide: setDecision };
  return (
    <div className="flex min-w-0 items-start gap-6">
      <div className="flex min-w-0 flex-1 flex-col gap-6">
        {subject === undefined ? null : (
          <span className="flex flex-wrap items-center gap-2 text-control">
            {t("Approvals of one record")}
            <Link href="/crm/approvals">{t("Show all")}</Link>
          </span>
        )}
        {chosen.size > 0 ? <ChosenBar kind={kind} chosen={chosen} onClear={() => setChosen(new Map())} /> : null}
        <ApprovalList
          {...common}
          group="mine"
          title={t("Waiting for me")}
          empty={t("No approval waits for you")}
          chosen={chosen}
          onChoose={setChosen}
        />
        {isTeamEmpty ? null : <ApprovalList {...common} group="team" title={t("Waiting for others")} />}
        {isDecidedEmpty ? null : <ApprovalList {...common} group="decided" title={t("Decided")} />}
        <p className="text-control text-text-muted empty:hidden">
          {[isTeamEmpty ? t("No approval waits for someone else") : "", isDecidedEmpty ? t("No decisions yet") : ""]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {shown === undefined ? null : <ApprovalPreview key={shown} kind={kind} id={shown} onClose={() => show(undefined)} />}
      {decision ? <DecisionDialog {...decision} onClose={() => setDecision(undefined)} /> : null}
    </div>
  );
}

/** The actions that a decision on several approvals runs. */
const decisionActions = { approve: "approveApproval", reject: "rejectApproval" } as const;

/** What can be done with the chosen approvals. The API decides one after another. */
function ChosenBar({
  kind,
  chosen,
  onClear,
}: {
  readonly kind: Kind;
  readonly chosen: ReadonlyMap<string, Row>;
  readonly onClear: () => void;
}) {
  const t = useText();
  const [action, setAction] = useState<Action>();
  const open = (name: keyof typeof decisionActions, title: string): void => {
    const found = kind.actions.find((candidate) => candidate.name === decisionActions[name]);
    if (found) setAction({ ...found, title, help: undefined, danger: name === "reject" } as Action);
  };
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-card border border-border bg-raised px-4 py-2">
      <span className="text-control tabular-nums">{t("{count} chosen", { count: formatCount(chosen.size) })}</span>
      <span className="ms-auto flex flex-wrap gap-2">
        <Button isSmall variant="primary" onPress={() => open("approve", t("Approve"))}>
          {t("Approve all chosen")}
        </Button>
        <Button isSmall onPress={() => open("reject", t("Reject"))}>
          {t("Reject all chosen")}
        </Button>
        <Button isSmall variant="quiet" onPress={onClear}>
          {t("Clear")}
        </Button>
      </span>
      {action ? (
        <Suspense>
          <ActionRunDialog
            kind={kind}
            action={action}
            records={[...chosen.values()]}
            onClose={(hasRun) => {
              setAction(undefined);
              if (hasRun) onClear();
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

interface ApprovalPreviewProps {
  readonly kind: Kind;
  readonly id: string;
  readonly onClose: () => void;
}

/** An approval beside the list: the record, why it waits, and who decides. */
function ApprovalPreview({ kind, id, onClose }: ApprovalPreviewProps) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const approval = useRecord(kind, id);
  const [decided, setDecided] = useState<Decision>();
  const data = approval.data;
  const subject = data ? readSubject(data, options) : undefined;
  return (
    <aside
      aria-label={t("Approval")}
      aria-busy={approval.isPending}
      className="sticky top-0 flex w-1/2 max-w-form shrink-0 flex-col gap-4 rounded-card border border-border bg-surface p-4"
    >
      <header className="flex min-w-0 items-start gap-2">
        <h2 dir="auto" className="min-w-0 flex-1 text-section font-semibold wrap-anywhere">
          {subject ? [subject.name, writeTotal(subject.amount, subject.hasTax, t)].filter(Boolean).join(" · ") : null}
        </h2>
        {data && canDecide(data, me.id) ? (
          <>
            <Button isSmall variant="primary" onPress={() => setDecided({ row: data, decision: "approve" })}>
              {t("Approve")}
            </Button>
            <Button isSmall variant="quiet" onPress={() => setDecided({ row: data, decision: "reject" })}>
              {t("Reject")}
            </Button>
          </>
        ) : null}
        <OpenButton href={recordPath(kind, id)} />
        <IconButton isSmall label={t("Close")} icon={<X />} onPress={onClose} />
      </header>
      {approval.isPending ? <Skeleton shape="block" /> : null}
      {approval.error ? <LoadError query={approval} text={t("The record could not be loaded")} /> : null}
      {data ? (
        <Suspense fallback={<Skeleton shape="block" />}>
          <ApprovalDetail kind={kind} approval={data} />
        </Suspense>
      ) : null}
      {decided ? <DecisionDialog {...decided} onClose={() => setDecided(undefined)} /> : null}
    </aside>
  );
}

function OpenButton({ href }: { readonly href: string }) {
  const t = useText();
  const navigate = useNavigate();
  return <IconButton isSmall label={t("Open")} icon={<Maximize2 />} onPress={() => void navigate({ to: href })} />;
}
