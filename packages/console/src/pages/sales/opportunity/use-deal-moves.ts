import { ApiError, CrmError } from "@crm/sdk/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { fillPath } from "../../../api/record-template.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { formatTitle, type Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { type ColumnData, listIds, putRow } from "../../../records/board/column-cache.ts";
import type { BoardColumn } from "../../../records/rows/board-columns.ts";
import {
  buildUndo,
  type CardMove,
  findMove,
  findQuestion,
  isUndoable,
  type MoveQuestion,
} from "../../../records/rows/card-move.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { showToast } from "../../../ui/kit/toast.tsx";

/** A move that waits for an answer of the user, such as the reason of a move back. */
interface PendingMove {
  readonly record: ConsoleRecord;
  readonly column: BoardColumn;
  readonly move: CardMove;
  readonly question?: MoveQuestion & { readonly reason: string };
}

/** Moves rows of a list to another stage, with the requests of the board. The row stays where it is, under the eyes of the user. */
export function useDealMoves(kind: Kind, columns: readonly BoardColumn[], onMoved: () => void) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<PendingMove>();
  const running = useRef(new Set<string>());
  const field = kind.board?.field ?? "";
  const show = (record: ConsoleRecord): void => {
    queries.setQueriesData<ColumnData>({ queryKey: [...scope, "list", kind.kind] }, (data) =>
      data && "pages" in data && listIds(data).includes(record.id) ? putRow(data, record) : data,
    );
    const stale = [["record", kind.kind, record.id], ["related"], ["timeline"]];
    for (const key of stale) void queries.invalidateQueries({ queryKey: [...scope, ...key] });
  };
  const finish = ({ record, column }: PendingMove, answer: Partial<ConsoleRecord>): void => {
    const choice = kind.fields.find(({ name }) => name === field)?.choices?.find(({ code }) => code === column.code);
    const moved = {
      ...record,
      ...answer,
      [field]: column.value,
      expanded: { ...record.expanded, [field]: choice ?? null },
    } as ConsoleRecord;
    show(moved);
    onMoved();
    const before = columns.find(({ value }) => value === record[field]);
    const back = before && findMove(kind, moved, before);
    showToast({
      text: t("{name} was moved to {column}", { name: formatTitle(kind, moved), column: column.name }),
      ...(before && back && isUndoable(back)
        ? { undo: () => void run({ record: moved, column: before, move: back }, buildUndo(back, t("Undone"))) }
        : {}),
    });
  };
  const refuse = (error: unknown, asking: PendingMove): void => {
    const names = error instanceof ApiError ? error.details.map((detail) => detail.field) : [];
    const { form, fields } = readErrors(error, t);
    const reason = Object.values(fields)[0] ?? form ?? t("The change was refused");
    const question = findQuestion(kind, asking.move, names);
    if (question) setAsked({ ...asking, question: { ...question, reason } });
    else showToast({ text: reason, isError: true });
  };
  const run = async (asking: PendingMove, body: Readonly<Record<string, unknown>>): Promise<void> => {
    const { record, move } = asking;
    if (running.current.has(record.id)) return;
    running.current.add(record.id);
    try {
      const path = fillPath(move.action.path, record);
      finish(asking, (await crm.request<Partial<ConsoleRecord> | null>(move.action.method, path, { body })) ?? {});
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      refuse(error, asking);
    } finally {
      running.current.delete(record.id);
    }
  };
  /** The stages that the record may be moved to. */
  const canMove = (record: ConsoleRecord, column: BoardColumn): boolean => findMove(kind, record, column) !== undefined;
  const moveDeal = (record: ConsoleRecord, column: BoardColumn): void => {
    const move = findMove(kind, record, column);
    if (!move) return;
    if (move.asks) setAsked({ record, column, move });
    else void run({ record, column, move }, move.preset);
  };
  return { asked, closeAsked: (): void => setAsked(undefined), finish, canMove, moveDeal };
}
