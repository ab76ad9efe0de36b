import { useCallback, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { fillTemplate } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind } from "../../api/schema.ts";
import { useTenant } from "../../api/tenant.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import type { ListState } from "../../input/filters/list-address.ts";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { readDay } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { useWidth } from "../../ui/kit/use-width.ts";
import { ActionDialog } from "../record/action-dialog.tsx";
import { type BoardColumn, buildColumnQuery, buildColumnWhere, listBoardColumns } from "../rows/board-columns.ts";
import { findActivityList } from "../rows/next-activity.ts";
import { BoardColumnView } from "./board-column.tsx";
import { type ColumnTotal, formatBoardTotal } from "./board-total.ts";
import { CardDrag } from "./card-drag.ts";
import { findWorkday } from "./next-workday.ts";
import { useCardMoves } from "./use-card-moves.ts";

interface BoardViewProps {
  readonly kind: Kind;
  readonly state: ListState;
  /** Called with the number and the sum of all columns, in words, once they are known. */
  readonly onTotal: (text: string) => void;
}

/** Narrower boards show one column at a time. */
const MIN_BOARD_WIDTH = 560;

/** Records as cards in the columns of their stages or statuses. */
export function BoardView({ kind, state, onTotal }: BoardViewProps) {
  const t = useText();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const [chosen, setChosen] = useState<string>();
  const [planned, setPlanned] = useState<ConsoleRecord>();
  const columns = useMemo(() => listBoardColumns(kind, state.conditions, t("None")), [kind, state.conditions, t]);
  const queryFor = useCallback((column: BoardColumn) => buildColumnQuery(kind, state, column), [kind, state]);
  const canPlan = findActivityList(kind)?.preset !== undefined;
  const { asked, closeAsked, finish, moveCard } = useCardMoves({
    kind,
    queryFor,
    next: canPlan ? { label: t("Plan the next task"), run: setPlanned } : undefined,
  });
  const [drag] = useState(() => new CardDrag());
  const hint = useId();
  const isNarrow = width > 0 && width < MIN_BOARD_WIDTH;
  const shown = isNarrow ? columns.filter(({ code }, index) => (chosen === undefined ? index === 0 : code === chosen)) : columns;
  const [current = columns[0]] = shown;
  const visible = isNarrow && current ? [current] : shown;
  const { locale } = useTextOptions();
  const [totals, setTotals] = useState<Readonly<Record<string, ColumnTotal>>>({});
  const setTotal = useCallback(
    (code: string, total: ColumnTotal): void => setTotals((before) => ({ ...before, [code]: total })),
    [],
  );
  const known = columns.flatMap(({ code }) => totals[code] ?? []);
  const text = known.length < columns.length ? "" : formatBoardTotal(known, locale, t);
  useEffect(() => onTotal(text), [text, onTotal]);
  return (
    <section
      ref={frame}
      aria-label={t("Board of {kinds}", { kinds: toPluralNoun(kind.labels) })}
      className="flex h-full min-h-0 min-w-0 flex-col"
    >
      {isNarrow && current ? (
        <div className="shrink-0 px-4 pt-3">
          <Select
            isLabelHidden
            label={t("Column")}
            options={columns.map(({ code, name, hue }) => ({ id: code, label: name, hue }))}
            value={current.code}
            onChange={(key) => setChosen(toKeys(key)[0] ?? "")}
          />
        </div>
      ) : null}
      {columns.length === 0 ? <EmptyState kind="nothing-found" title={t("The filters leave no column")} /> : null}
      {/* The arrows scroll it also while its columns load, or are empty. */}
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 gap-3 overflow-x-auto px-4 pt-3 outline-none focus-visible:ring-inside tablet:px-6"
      >
        {width === 0
          ? null
          : visible.map((column) => (
              <BoardColumnView
                key={column.code}
                kind={kind}
                column={column}
                columns={columns}
                visible={visible}
                drag={drag}
                hint={hint}
                query={queryFor(column)}
                where={buildColumnWhere(kind, state, column)}
                isWide={isNarrow}
                onMove={moveCard}
                onPlan={canPlan ? setPlanned : undefined}
                onTotal={setTotal}
              />
            ))}
      </div>
      <span id={hint} hidden>
        {t("Press Enter to lift the card")}
      </span>
      <DragMessage drag={drag} />
      {asked ? (
        <ActionDialog
          key={asked.record.id}
          kind={kind}
          record={asked.record}
          action={asked.move.action}
          preset={asked.move.preset}
          question={asked.question}
          onDone={(answer) => finish(asked.record, answer, asked)}
          onClose={closeAsked}
        />
      ) : null}
      {planned ? <TaskDrawer kind={kind} record={planned} onClose={() => setPlanned(undefined)} /> : null}
    </section>
  );
}

/** Says each step of a drag by keyboard to screen readers. */
function DragMessage({ drag }: { readonly drag: CardDrag }) {
  const { number, text } = useSyncExternalStore(drag.subscribe, () => drag.message);
  return (
    <div aria-live="assertive" className="sr-only">
      <span key={number}>{text}</span>
    </div>
  );
}

/** Plans the next task of a record: a subject is enough. */
function TaskDrawer({
  kind,
  record,
  onClose,
}: {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly onClose: () => void;
}) {
  const { settings } = useTenant();
  const related = findActivityList(kind);
  const today = readDay(new Date().toISOString(), settings.timezone);
  return (
    <CreateDrawer
      kindName={related?.kind}
      preset={{
        ...fillTemplate(related?.preset ?? {}, { id: record.id }),
        activity_type_id: "task",
        due_date: findWorkday(today),
      }}
      labels={{ related_to_id: { id: record.id, label: formatTitle(kind, record) } }}
      onClose={onClose}
    />
  );
}
