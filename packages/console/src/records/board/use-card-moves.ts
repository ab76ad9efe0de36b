import { ApiError, CrmError } from "@crm/sdk/index.ts";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { fillPath } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import type { BoardColumn } from "../rows/board-columns.ts";
import {
  buildUndo,
  type CardMove,
  findMove,
  findPlacing,
  findQuestion,
  isUndoable,
  type MoveQuestion,
} from "../rows/card-move.ts";
import { type CardPlace, findPlace, findPlaceSort, isSamePlace } from "../rows/card-order.ts";
import { type ColumnData, listIds, putRow, removeRow } from "./column-cache.ts";
import { CARD_PAGE_SIZE } from "./use-column.ts";

/** A move that waits for an answer of the user. */
interface PendingMove {
  readonly record: ConsoleRecord;
  readonly from: BoardColumn;
  readonly to: BoardColumn;
  readonly move: CardMove;
  /** The place in each column, where users choose it. */
  readonly places?: { readonly from: CardPlace; readonly to: CardPlace };
  readonly question?: MoveQuestion & { readonly reason: string };
}

interface CardMovesOptions {
  readonly kind: Kind;
  readonly queryFor: (column: BoardColumn) => Readonly<Record<string, unknown>>;
  readonly next: { readonly label: string; readonly run: (record: ConsoleRecord) => void } | undefined;
}

/** Moves cards: at once on the board, then on the server. A card that the server refuses goes back, with the reason. */
export function useCardMoves({ kind, queryFor, next }: CardMovesOptions) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<PendingMove>();
  const running = useRef(new Set<string>());
  const closeRefusal = useRef<() => void>(undefined);
  const keyFor = useCallback(
    (column: BoardColumn): QueryKey => [...scope, "list", kind.kind, queryFor(column), CARD_PAGE_SIZE],
    [scope, kind.kind, queryFor],
  );
  const change = (column: BoardColumn, update: (data: ColumnData | undefined) => ColumnData | undefined): void => {
    queries.setQueriesData<ColumnData>({ queryKey: keyFor(column) }, update);
  };
  const findCardPlace = (column: BoardColumn, id: string): CardPlace => {
    const [[, data] = []] = queries.getQueriesData<ColumnData>({ queryKey: keyFor(column) });
    return findPlace(listIds(data), id);
  };
  const place = async (row: ConsoleRecord, from: BoardColumn, to: BoardColumn, at?: CardPlace): Promise<void> => {
    // What is being loaded shows the columns before the move.
    await Promise.all([from, to].map((column) => queries.cancelQueries({ queryKey: keyFor(column) })));
    change(from, (data) => removeRow(data, row.id));
    change(to, (data) => putRow(data, row, at));
  };
  const finish = (
    record: ConsoleRecord,
    answer: Partial<ConsoleRecord>,
    { from, to, places }: Pick<PendingMove, "from" | "to" | "places">,
  ): void => {
    const moved = withColumn(kind, { ...record, ...answer, expanded: record.expanded } as ConsoleRecord, to);
    if (from.code !== to.code) change(from, (data) => removeRow(data, record.id));
    change(to, (data) => putRow(data, moved, places?.to));
    // Lists lag a write by moments, so what is shown is kept, and read again when it is shown the next time.
    const stale: QueryKey[] = [["list", kind.kind], ["record", kind.kind, record.id], ["related"], ["timeline"]];
    for (const key of stale) void queries.invalidateQueries({ queryKey: [...scope, ...key], refetchType: "none" });
    // What a user sees anyway needs no message.
    if (from.code === to.code) return;
    const back = findMove(kind, moved, from);
    showToast({
      text: t("{name} was moved to {column}", { name: formatTitle(kind, moved), column: to.name }),
      ...(next ? { next: { label: next.label, run: () => next.run(moved) } } : {}),
      ...(back && isUndoable(back)
        ? {
            undo: () =>
              void run(
                {
                  record: moved,
                  from: to,
                  to: from,
                  move: back,
                  ...(places ? { places: { from: places.to, to: places.from } } : {}),
                },
                buildUndo(back, t("Undone")),
              ),
          }
        : {}),
    });
  };
  const refuse = (error: unknown, asking: PendingMove): void => {
    const { record, from, to, move, places } = asking;
    void place(record, to, from, places?.from);
    const names = error instanceof ApiError ? error.details.map(({ field }) => field) : [];
    const { form, fields } = readErrors(error, t);
    const reason = Object.values(fields)[0] ?? form ?? t("The card could not be moved");
    const question = findQuestion(kind, move, names);
    if (question) setAsked({ ...asking, question: { ...question, reason } });
    else
      closeRefusal.current = showToast({
        text: t("{name} stays in {column}: {reason}", { name: formatTitle(kind, record), column: from.name, reason }),
        isError: true,
      });
  };
  const run = async (asking: PendingMove, body: Readonly<Record<string, unknown>>): Promise<void> => {
    const { record, from, to, move, places } = asking;
    if (running.current.has(record.id)) return;
    running.current.add(record.id);
    // The reason of the last refusal does not hold for this move.
    closeRefusal.current?.();
    try {
      await place(withColumn(kind, record, to), from, to, places?.to);
      const answer = await crm.request<Partial<ConsoleRecord> | null>(move.action.method, fillPath(move.action.path, record), {
        body: { ...body, ...places?.to },
      });
      finish(record, answer ?? {}, asking);
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      refuse(error, asking);
    } finally {
      running.current.delete(record.id);
    }
  };
  const moveCard = (record: ConsoleRecord, from: BoardColumn, to: BoardColumn, wanted: CardPlace = {}): void => {
    const isPlaced = findPlaceSort(kind) !== undefined;
    const move = findMove(kind, record, to) ?? (isPlaced && from.code === to.code ? findPlacing(kind, record, to) : undefined);
    if (!move) return;
    const asking: PendingMove = {
      record,
      from,
      to,
      move,
      ...(isPlaced ? { places: { from: findCardPlace(from, record.id), to: wanted } } : {}),
    };
    if (from.code === to.code && asking.places && isSamePlace(asking.places.from, asking.places.to)) return;
    if (move.asks) setAsked(asking);
    else void run(asking, move.preset);
  };
  return { asked, closeAsked: () => setAsked(undefined), finish, moveCard };
}

/** The record as it is in a column, with the name that cards and lists show. */
function withColumn({ board, fields }: Kind, record: ConsoleRecord, column: BoardColumn): ConsoleRecord {
  const name = board?.field ?? "";
  const field = fields.find((candidate) => candidate.name === name);
  const choice = field?.choices?.find(({ code }) => code === column.code);
  const value = column.code === "" ? null : column.value;
  return {
    ...record,
    [name]: value,
    expanded: { ...record.expanded, ...(field?.type === "master" ? { [name]: choice ?? null } : {}) },
  } as ConsoleRecord;
}
