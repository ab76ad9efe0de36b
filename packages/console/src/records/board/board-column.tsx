import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { Collection } from "react-aria-components/Collection";
import { GridList, GridListItem, GridListLoadMoreItem } from "react-aria-components/GridList";
import { ListLayout, Virtualizer } from "react-aria-components/Virtualizer";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { formatSums } from "../../input/fields/field-sum.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { hueClasses } from "../../ui/kit/hue.ts";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import type { BoardColumn } from "../rows/board-columns.ts";
import { formatRecords } from "../rows/bulk-text.ts";
import { findMove, findPlacing } from "../rows/card-move.ts";
import { type CardPlace, findPlaceSort, stepPlace } from "../rows/card-order.ts";
import { findActivityList, getNextActivity } from "../rows/next-activity.ts";
import { SearchProgress } from "../rows/search-progress.tsx";
import { BoardCard } from "./board-card.tsx";
import type { ColumnTotal } from "./board-total.ts";
import { type CardDrag, stepTarget } from "./card-drag.ts";
import { hasFigureRow } from "./card-facts.ts";
import { ColumnDrop } from "./column-drop.tsx";
import { type ColumnSums, useColumn } from "./use-column.ts";

interface BoardColumnProps {
  readonly kind: Kind;
  readonly column: BoardColumn;
  readonly columns: readonly BoardColumn[];
  /** Those that the page has room for. */
  readonly visible: readonly BoardColumn[];
  readonly drag: CardDrag;
  /** The id of the text that says how the keyboard lifts a card. */
  readonly hint: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** Its conditions as a report takes them; undefined if a report cannot have them. */
  readonly where: unknown;
  /** As wide as the page: there is no other column beside it. */
  readonly isWide: boolean;
  readonly onMove: (record: ConsoleRecord, from: BoardColumn, to: BoardColumn, place?: CardPlace) => void;
  readonly onPlan: ((record: ConsoleRecord) => void) | undefined;
  readonly onTotal: (code: string, total: ColumnTotal) => void;
}

/** The height of cards whose records have activities: title, figures, texts, and what is planned next. */
const CARD_HEIGHT = 102;
const LINE_HEIGHT = 20;
const CARD_GAP = 8;

export function BoardColumnView({ kind, column, columns, visible, drag, hint, ...props }: BoardColumnProps) {
  const { query, where, isWide, onMove, onPlan, onTotal } = props;
  const t = useText();
  const { list, rows, total, isLowerBound, sums } = useColumn(kind, query, where, true);
  const isLoaded = list.data !== undefined;
  useEffect(() => {
    if (isLoaded)
      onTotal(column.code, { count: total, isLowerBound, sums: sums?.sums, hasAllSums: sums === undefined || sums.isComplete });
  }, [onTotal, column.code, isLoaded, total, isLowerBound, sums]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const cardHeight = CARD_HEIGHT - (findActivityList(kind) ? 0 : LINE_HEIGHT) - (hasFigureRow(kind) ? 0 : LINE_HEIGHT);
  const [menuCard, setMenuCard] = useState<string>();
  const targetsFor = (record: ConsoleRecord): BoardColumn[] => columns.filter((target) => findMove(kind, record, target));
  const isPlaced = findPlaceSort(kind) !== undefined;
  const stepCard = (record: ConsoleRecord, step: 1 | -1): void => {
    const place = stepPlace(ids, record.id, step);
    if (place) onMove(record, column, column, place);
  };
  const canOrder = (record: ConsoleRecord): boolean => isPlaced && findPlacing(kind, record, column) !== undefined;
  const canLift = (record: ConsoleRecord): boolean =>
    canOrder(record) || visible.some((target) => findMove(kind, record, target) !== undefined);
  const lift = (record: ConsoleRecord, isByKeys: boolean): void => {
    const takes = (target: BoardColumn): boolean =>
      target.code === column.code ? isByKeys || canOrder(record) : findMove(kind, record, target) !== undefined;
    const title = formatTitle(kind, record);
    drag.lift({ record, title, from: column, columns: visible.filter(takes), isPlaced, isByKeys });
    if (isByKeys) drag.say(t("{name} was lifted. Arrows choose the place, Enter drops, Escape cancels.", { name: title }));
  };
  const drop = (): void => {
    const dropped = drag.drop();
    if (dropped) onMove(dropped.record, dropped.from, dropped.to, dropped.place);
  };
  /** Moves, drops or puts back the card that the keyboard has lifted. Returns whether the key is one of these. */
  const pressDragKey = ({ key, currentTarget }: KeyboardEvent<HTMLElement>): boolean => {
    const { lifted, target } = drag;
    if (!lifted?.isByKeys || !target) return false;
    const name = lifted.title;
    const countOthers = (other: BoardColumn): number => drag.listOthers(other).length;
    const describe = ({ column: at, index }: typeof target): string =>
      isPlaced
        ? t("{column}, place {number} of {count}", { column: at.name, number: index + 1, count: countOthers(at) + 1 })
        : at.name;
    if (key === "Escape") {
      drag.say(t("{name} stays in {column}", { name, column: column.name }));
      drag.cancel();
    } else if (key === "Enter" || key === " ") {
      drag.say(
        drag.isStaying
          ? t("{name} stays in {column}", { name, column: column.name })
          : t("{name} was dropped: {place}", { name, place: describe(target) }),
      );
      drop();
    } else if (/^(Arrow|Home$|End$)/.test(key)) {
      const isRightToLeft = getComputedStyle(currentTarget).direction === "rtl";
      const next = stepTarget(target, key, { lifted, countOthers, isRightToLeft });
      drag.aim(next);
      drag.say(describe(next));
    } else return false;
    return true;
  };
  const onKeyDownCapture = (event: KeyboardEvent<HTMLElement>): void => {
    if (!event.altKey && !event.ctrlKey && !event.metaKey && pressDragKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : undefined;
    const isStep = isPlaced && event.altKey && step !== undefined;
    const isMenu = event.key.toLowerCase() === "m" && !event.altKey;
    if (!(isMenu || isStep) || event.ctrlKey || event.metaKey) return;
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-card]");
    const id = card?.dataset.card ?? (event.target as HTMLElement).querySelector<HTMLElement>("[data-card]")?.dataset.card;
    if (id === undefined || (event.target as HTMLElement).closest("[role=menu]")) return;
    event.preventDefault();
    event.stopPropagation();
    const record = isStep ? rows.find((row) => row.id === id) : undefined;
    if (record && step) stepCard(record, step);
    else if (isMenu) setMenuCard(id);
  };
  const cards = (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: cardHeight, gap: CARD_GAP, loaderSize: 32 }}>
      <GridList
        aria-label={column.name}
        renderEmptyState={() =>
          list.search.isIncomplete ? null : <span className="block py-3 text-control text-text-muted">{t("No cards")}</span>
        }
        className="min-h-0 flex-1 overflow-auto rounded-small focus-ring contain-strict data-focus-visible:ring-inside"
      >
        <Collection items={rows} dependencies={[menuCard, columns, visible]}>
          {(record) => (
            <GridListItem
              id={record.id}
              textValue={formatTitle(kind, record)}
              href={recordPath(kind, record.id)}
              className="group h-full cursor-default rounded-card focus-ring data-focus-visible:ring-inside"
            >
              <BoardCard
                kind={kind}
                record={record}
                next={getNextActivity(record)}
                targets={targetsFor(record)}
                isMenuOpen={menuCard === record.id}
                onMenuChange={(isOpen) => setMenuCard(isOpen ? record.id : undefined)}
                onMove={(target) => onMove(record, column, target)}
                onPlan={onPlan && (() => onPlan(record))}
                onStep={canOrder(record) ? (step) => stepCard(record, step) : undefined}
                drag={drag}
                hint={hint}
                onLift={canLift(record) ? () => lift(record, true) : undefined}
              />
            </GridListItem>
          )}
        </Collection>
        <GridListLoadMoreItem
          isLoading={list.isFetchingNextPage}
          onLoadMore={() => {
            const { isIncomplete, isFilled } = list.search;
            if (list.hasNextPage && !list.isFetchingNextPage && (!isIncomplete || isFilled)) void list.fetchNextPage();
          }}
        >
          <Skeleton />
        </GridListLoadMoreItem>
      </GridList>
    </Virtualizer>
  );
  return (
    <section
      aria-label={column.name}
      aria-busy={list.isPending}
      onKeyDownCapture={onKeyDownCapture}
      className={joinClasses("flex h-full min-h-0 shrink-0 flex-col gap-2", isWide ? "w-full" : "w-board-column")}
    >
      <ColumnHead
        kind={kind}
        column={column}
        hasName={!isWide}
        // Nothing was found so far: that is no number.
        total={list.data && !(total === 0 && isLowerBound) ? total : undefined}
        isLowerBound={isLowerBound}
        sums={sums}
      />
      {list.error ? (
        <div className="flex flex-col items-start gap-2 p-2 text-control">
          <span className="text-danger">{readErrors(list.error, t).form ?? t("The list could not be loaded")}</span>
          <Button isSmall onPress={() => void list.refetch()}>
            {t("Try again")}
          </Button>
        </div>
      ) : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      <SearchProgress search={list.search} />
      {list.data ? (
        <ColumnDrop
          {...{ drag, column, ids, isPlaced }}
          rowHeight={cardHeight + CARD_GAP}
          gap={CARD_GAP}
          onLift={(id) => {
            const record = rows.find((row) => row.id === id);
            if (record) lift(record, false);
          }}
          onDrop={drop}
        >
          {cards}
        </ColumnDrop>
      ) : null}
    </section>
  );
}

interface ColumnHeadProps {
  readonly kind: Kind;
  readonly column: BoardColumn;
  /** Where the choice of the column names it, the head does not. */
  readonly hasName: boolean;
  readonly total: number | undefined;
  readonly isLowerBound: boolean;
  readonly sums: ColumnSums | undefined;
}

/** Name, number and sum of a column, over a line in its hue. */
function ColumnHead({ kind, column, hasName, total, isLowerBound, sums }: ColumnHeadProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const count = total === undefined ? "" : formatCount(total, locale);
  const text = formatSums(sums?.sums ?? [], locale);
  const sum = sums === undefined || sums.isComplete || text === "" ? text : t("{sum} and more", { sum: text });
  const records = total === undefined || hasName || isLowerBound ? count : formatRecords(total, kind, t);
  const sumTitle = sums?.isComplete === false ? t("Sum of the cards that are loaded: {sum}", { sum: text }) : text;
  return (
    <header
      className={joinClasses("flex shrink-0 flex-col gap-1 border-b-2 border-current bg-transparent pb-1", textHue(column))}
    >
      <span className="flex items-baseline gap-2 text-text">
        <h2 dir="auto" title={column.name} className={hasName ? "min-w-0 truncate text-body font-semibold" : "sr-only"}>
          {column.name}
        </h2>
        <span className="text-meta tabular-nums text-text-muted">
          {isLowerBound && total !== undefined ? `${records}+` : records}
        </span>
        {sums === undefined || hasName ? null : (
          <span title={sumTitle} className="ms-auto truncate text-meta tabular-nums text-text-muted">
            {sum}
          </span>
        )}
      </span>
      {sums === undefined || !hasName ? null : (
        <span title={sumTitle} className="min-h-4 truncate text-meta tabular-nums text-text-muted">
          {sum}
        </span>
      )}
    </header>
  );
}

/** The text color of a hue, without its background. */
const textHue = ({ hue }: BoardColumn): string => hueClasses[hue].split(" ")[1] ?? "";
