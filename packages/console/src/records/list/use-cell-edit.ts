import { VersionConflictError } from "@crm/sdk/index.ts";
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { type ConsoleRecord, expandFor } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { type Label, readValue } from "../../api/value-text.ts";
import { buildBody, readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { decideEdit, dropOtherNames, isSameValue } from "./cell-edit.ts";
import type { CellEdit } from "./cell-editor.tsx";

/** A change that another user was faster with. */
export interface EditConflict {
  readonly field: Field;
  /** The record as it is stored. */
  readonly stored: ConsoleRecord;
  /** The record as the user wants it. */
  readonly wanted: ConsoleRecord;
  readonly edit: CellEdit;
}

interface ListPage {
  readonly data: readonly ConsoleRecord[];
}

/** Other fields of a record may change at the same time, so that its version does. */
const MAX_ATTEMPTS = 4;

/** Puts a value into a record, with the name that it has. */
function setValue(record: ConsoleRecord, field: Field, { value, option }: CellEdit): ConsoleRecord {
  const [head = "", tail] = field.name.split(".");
  const choice = field.choices?.find(({ id, code }) => value !== null && (value === id || value === code));
  const label: Label | null = choice ? { ...choice } : option ? { id: option.id, name: option.label } : null;
  const changed = tail === undefined ? { [head]: value } : { [head]: { ...(record[head] as object), [tail]: value } };
  // Several values keep no names: they are read from the choices of the field.
  return { ...record, ...changed, expanded: { ...record.expanded, [field.name]: label } };
}

/** Changes of single cells. A change is shown at once, and taken back with a reason if it is refused. */
export function useCellEdit(kind: Kind, shown: readonly string[]) {
  const t = useText();
  const queries = useQueryClient();
  const scope = useScope();
  const [conflict, setConflict] = useState<EditConflict>();
  const queue = useRef(new Map<string, Promise<void>>());

  const showRow = (id: string, change: (row: ConsoleRecord) => ConsoleRecord): void => {
    queries.setQueriesData<InfiniteData<ListPage>>({ queryKey: [...scope, "list", kind.kind] }, (list) =>
      list && "pages" in list
        ? {
            ...list,
            pages: list.pages.map((page) =>
              page.data.some((row) => row.id === id)
                ? { ...page, data: page.data.map((row) => (row.id === id ? change(row) : row)) }
                : page,
            ),
          }
        : list,
    );
  };
  /** Shows what is stored, as far as the row has the fields. */
  const showStored = (stored: ConsoleRecord): void =>
    showRow(stored.id, (row) => {
      const values = Object.fromEntries(Object.keys(row).flatMap((name) => (name in stored ? [[name, stored[name]]] : [])));
      return { ...row, ...values, expanded: dropOtherNames(stored, { ...row.expanded, ...stored.expanded }) };
    });

  const read = (id: string): Promise<ConsoleRecord> =>
    crm
      .request<ConsoleRecord>("GET", `${kind.path}/${id}`, { query: { expand: expandFor(kind, new Set(shown)) } })
      .then((record) => record);

  const send = async (row: ConsoleRecord, field: Field, edit: CellEdit): Promise<void> => {
    const seen = readValue(row, field.name);
    for (let attempt = 1; ; attempt++) {
      const stored = await read(row.id);
      const outcome = decideEdit(seen, readValue(stored, field.name), edit.value);
      if (outcome === "done") return showStored(stored);
      if (outcome === "conflict") {
        showStored(stored);
        setConflict({ field, stored, wanted: setValue(stored, field, edit), edit });
        return;
      }
      try {
        const body = buildBody({ [field.name]: edit.value });
        const saved = await crm.request<ConsoleRecord>("PATCH", `${kind.path}/${row.id}`, {
          body,
          ifMatch: Number(stored.version),
        });
        showStored(setValue({ ...stored, ...saved }, field, { ...edit, value: readValue(saved, field.name) }));
        return;
      } catch (error) {
        if (!(error instanceof VersionConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  };

  const save = async (row: ConsoleRecord, field: Field, edit: CellEdit): Promise<void> => {
    if (isSameValue(readValue(row, field.name), edit.value)) return;
    showRow(row.id, (record) => setValue(record, field, edit));
    const earlier = queue.current.get(row.id);
    const work = (earlier ?? Promise.resolve()).then(() => send(row, field, edit));
    // Changes of one record go one after the other: the next one sees the value that this one writes.
    const finished = work.catch(() => undefined);
    queue.current.set(row.id, finished);
    try {
      await work;
      // The rows stay where they are, under the eyes of the user, also if the order of the list would be another one now.
      await queries.invalidateQueries({ queryKey: [...scope, "record", kind.kind, row.id] });
      await queries.invalidateQueries({ queryKey: [...scope, "timeline"] });
    } catch (error) {
      showRow(row.id, (record) => ({
        ...setValue(record, field, { value: readValue(row, field.name) }),
        expanded: { ...record.expanded, [field.name]: row.expanded?.[field.name] ?? null },
      }));
      const { fields, form } = readErrors(error, t);
      const reason = Object.values(fields)[0] ?? form ?? t("The change was refused");
      showToast({ text: t("{label} was not changed. {reason}", { label: field.label, reason }), isError: true });
    } finally {
      if (queue.current.get(row.id) === finished) queue.current.delete(row.id);
    }
  };

  return { save, conflict, closeConflict: (): void => setConflict(undefined) };
}
