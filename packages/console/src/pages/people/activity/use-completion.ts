import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { HOME_KEY } from "../../../api/home-data.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { KindSummary } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { showToast } from "../../../ui/kit/toast.tsx";

/** Completes tasks in place. The box is filled at once; it is emptied again if the API refuses. */
export function useCompletion(kind: KindSummary) {
  const t = useText();
  const queries = useQueryClient();
  const scope = useScope();
  const invalidate = useInvalidation();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const mark = (id: string, isDone: boolean): void =>
    setDone((before) => new Set(isDone ? [...before, id] : [...before].filter((other) => other !== id)));
  const change = async (task: ConsoleRecord, isDone: boolean): Promise<boolean> => {
    mark(task.id, isDone);
    try {
      await crm.request("PATCH", `${kind.path}/${task.id}/${isDone ? "complete" : "reopen"}`, { body: {} });
      await invalidate(kind, task.id);
      return true;
    } catch (error) {
      mark(task.id, !isDone);
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The task could not be changed"), isError: true });
      return false;
    }
  };
  const reopen = async (task: ConsoleRecord): Promise<void> => {
    if (await change(task, false)) await queries.invalidateQueries({ queryKey: [...scope, HOME_KEY, "activity", "day"] });
  };
  const complete = async (task: ConsoleRecord, isDone: boolean): Promise<void> => {
    if (!isDone) return reopen(task);
    if (await change(task, true))
      showToast({ text: t("{name} is done", { name: String(task.subject) }), undo: () => void reopen(task) });
  };
  return { done, complete };
}
