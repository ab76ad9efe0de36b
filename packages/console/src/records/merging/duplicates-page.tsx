import { useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, UserX } from "lucide-react";
import { useState } from "react";
import { type ConsoleRecord, useRecord } from "../../api/records.ts";
import { type Kind, useKind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { PageFrame } from "../../frame/shell/page-frame.tsx";
import { useShortcut } from "../../frame/shortcuts/use-shortcut.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import type { Hue } from "../../ui/kit/hue.ts";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { useIsDesktop } from "../../ui/kit/use-media.ts";
import { RecordError } from "../record/record-error.tsx";
import { hasFailed } from "../record/record-rules.ts";
import { type DuplicatePair, dismissPair, type PairStatus, pairsKey, usePairs } from "./merge-data.ts";
import { MergeList } from "./merge-list.tsx";
import { MergePanel } from "./merge-panel.tsx";
import { canMerge, followPair, stepPair } from "./merge-rules.ts";
import { PairList } from "./pair-list.tsx";
import { formatLevel, formatReasons } from "./reason-text.ts";

const PAGE_PATH = "/crm/persons/duplicates";
const statuses: readonly PairStatus[] = ["OPEN", "MERGED", "DISMISSED"];

const nameStatus = (status: PairStatus, t: Translate): string =>
  status === "MERGED" ? t("Merged") : status === "DISMISSED" ? t("Not duplicates") : t("To decide");

/** Pairs of persons who may be one: why they are alike, their values side by side, and the decision. J and K go from pair to pair. */
export function DuplicatesPage() {
  const t = useText();
  const navigate = useNavigate();
  const isDesktop = useIsDesktop();
  const { id: pathId } = useParams({ strict: false }) as { readonly id?: string };
  const address = useSearch({ strict: false }) as { readonly status?: string; readonly pair?: string };
  const candidate = useKind("candidate").data;
  const linked = useRecord(pathId === undefined ? undefined : candidate, pathId ?? "");
  const linkedPair = linked.data as (ConsoleRecord & DuplicatePair) | undefined;
  const status = statuses.find((name) => name === address.status) ?? linkedPair?.status ?? "OPEN";
  const pairs = usePairs(status);
  const { data: kind } = useKind("person");
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const loaded = pairs.data?.pages.flatMap((page) => page.rows) ?? [];
  // The pair of the address may be beyond the loaded ones.
  const isBeyond = linkedPair?.status === status && loaded.every(({ id }) => id !== linkedPair.id);
  const rows = [...(isBeyond ? [linkedPair] : []), ...loaded].filter(({ id }) => !decided.has(id));
  const chosen = address.pair ?? pathId;
  // On a small screen the list comes first.
  const current = rows.find(({ id }) => id === chosen) ?? (isDesktop ? rows[0] : undefined);
  const open = (pair: string | undefined): void =>
    void navigate({
      to: PAGE_PATH,
      search: { ...(status === "OPEN" ? {} : { status }), ...(pair === undefined ? {} : { pair }) },
      replace: isDesktop,
    });
  const ids = rows.map(({ id }) => id);
  useShortcut("next-row", () => open(stepPair(ids, current?.id, 1)), rows.length > 0);
  useShortcut("previous-row", () => open(stepPair(ids, current?.id, -1)), rows.length > 0);
  const decide = (pair: string): void => {
    setDecided(new Set([...decided, pair]));
    open(followPair(ids, pair));
  };
  const restore = (pair: string): void => {
    setDecided((before) => new Set([...before].filter((id) => id !== pair)));
    void pairs.refetch();
  };
  const total = pairs.data?.pages[0]?.total;
  if (candidate && hasFailed(linked)) return <RecordError summary={candidate} query={linked} />;
  return (
    <PageFrame
      title={t("Duplicates")}
      description={
        isDesktop
          ? t("Persons who may be the same. The next pair: J. The one before: K. Enter merges.")
          : t("Persons who may be the same.")
      }
      isLoading={pairs.isPending || !kind || (pathId !== undefined && !linkedPair)}
      pages={{
        label: t("Decisions"),
        tabs: statuses.map((name) => ({
          id: name,
          label: nameStatus(name, t),
          href: name === "OPEN" ? PAGE_PATH : `${PAGE_PATH}?status=${name}`,
          isCurrent: name === status,
        })),
      }}
    >
      {pairs.error ? (
        <LoadError query={pairs} text={t("The duplicates could not be loaded")} />
      ) : !pairs.data || !kind ? (
        <Skeleton shape="block" />
      ) : rows.length === 0 ? (
        <EmptyState
          kind="empty"
          title={status === "OPEN" ? t("No pair waits for a decision") : t("No pairs")}
          action={
            <Link variant="action" href="/crm/persons">
              {t("All persons")}
            </Link>
          }
        >
          {t("New persons are compared with the others when they are saved.")}
        </EmptyState>
      ) : (
        <div className="grid min-w-0 items-start gap-6 desktop:grid-cols-(--report-columns)">
          {isDesktop || current === undefined ? (
            <PairList
              pairs={rows}
              currentId={current?.id}
              onOpen={open}
              foot={
                pairs.hasNextPage ? (
                  <Button isSmall isPending={pairs.isFetchingNextPage} onPress={() => void pairs.fetchNextPage()}>
                    {t("Show more")}
                  </Button>
                ) : null
              }
              label={t("{count, plural, one {# pair} other {# pairs}}", { count: Math.max(total ?? 0, rows.length) })}
            />
          ) : null}
          {current === undefined ? null : (
            <div className="flex min-w-0 flex-col gap-4">
              {isDesktop ? null : (
                <span>
                  <Button icon={<ArrowLeft className="mirror" />} onPress={() => open(undefined)}>
                    {t("All pairs")}
                  </Button>
                </span>
              )}
              <PairPanel
                key={current.id}
                kind={kind}
                pair={current}
                onDecided={() => decide(current.id)}
                onUndone={() => restore(current.id)}
              />
            </div>
          )}
        </div>
      )}
    </PageFrame>
  );
}

interface PairPanelProps {
  readonly kind: Kind;
  readonly pair: DuplicatePair;
  readonly onDecided: () => void;
  readonly onUndone: () => void;
}

/** Red and orange are for what is wrong or late. */
const levelHues: Readonly<Record<string, Hue>> = { certain: "blue", likely: "teal" };

/** A pair with the reasons, and its decision. */
function PairPanel({ kind, pair, onDecided, onUndone }: PairPanelProps) {
  const t = useText();
  const queries = useQueryClient();
  const scope = useScope();
  const [isBusy, setBusy] = useState(false);
  const { id, person_id, other_person_id, status, level, score, reasons } = pair;
  const refreshOthers = (): void => {
    for (const name of statuses) if (name !== status) void queries.invalidateQueries({ queryKey: pairsKey(scope, name) });
  };
  const decide = (): void => {
    refreshOthers();
    onDecided();
  };
  const dismiss = async (): Promise<void> => {
    setBusy(true);
    try {
      await dismissPair(id);
      showToast({ text: t("The pair is not proposed again") });
      decide();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The decision could not be saved"), isError: true });
      setBusy(false);
    }
  };
  if (status === "MERGED") return <MergedPair kind={kind} pair={pair} onDecided={decide} />;
  return (
    <MergePanel
      kind={kind}
      ids={[person_id, other_person_id]}
      head={
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-control">
          <Tag hasDot hue={levelHues[level ?? ""] ?? "gray"} label={formatLevel(level, t)} />
          <span className="tabular-nums text-text-muted">{t("{score} of 100 points", { score })}</span>
          <span className="min-w-0 wrap-anywhere">{formatReasons(reasons, t)}</span>
        </div>
      }
      actions={
        status === "OPEN" && canMerge(kind) ? (
          <Button icon={<UserX />} isPending={isBusy} onPress={() => void dismiss()}>
            {t("Not a duplicate")}
          </Button>
        ) : null
      }
      onMerged={decide}
      onUndone={() => {
        refreshOthers();
        onUndone();
      }}
    />
  );
}

/** Two persons who were merged. They can be separated again. */
function MergedPair({ kind, pair, onDecided }: Omit<PairPanelProps, "onUndone">) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-body wrap-anywhere">
        {t("These two persons are one now:")}{" "}
        <Link variant="inline" href={`/crm/persons/view/${pair.person_id}`}>
          {pair.person_name ?? t("Without a name")}
        </Link>
      </p>
      <p className="text-control text-text-muted">{formatReasons(pair.reasons, t)}</p>
      <MergeList kind={kind} survivorId={pair.person_id} mergedIds={undefined} onUndone={onDecided} />
    </div>
  );
}
