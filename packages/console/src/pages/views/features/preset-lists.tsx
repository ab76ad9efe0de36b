import { useMemo } from "react";
import { useKindIndex } from "../../../api/schema.ts";
import { ForbiddenState } from "../../../frame/shell/forbidden-state.tsx";
import { ListPage } from "../../../records/list/list-page.tsx";
import type { DisplayMode } from "../../../records/rows/display.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";

interface PresetListProps {
  readonly kindName: string;
  readonly title: string;
  readonly mode?: DisplayMode;
  readonly conditions?: readonly FilterCondition[];
}

const NO_CONDITIONS: readonly FilterCondition[] = [];

/** The list of a kind with a title, a display and filters of its own. */
function PresetList({ kindName, title, mode, conditions = NO_CONDITIONS }: PresetListProps) {
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find(({ kind, operations }) => kind === kindName && operations.includes("list"));
  const preset = useMemo(() => ({ title, conditions }), [title, conditions]);
  if (!kinds) return null;
  if (!summary) return <ForbiddenState />;
  return <ListPage key={title} summary={summary} mode={mode} preset={preset} />;
}

const TASKS: readonly FilterCondition[] = [{ field: "activity_type_id", operator: "eq", values: ["task"] }];

/** Tasks by their status. */
export function TaskBoardPage() {
  const t = useText();
  return <PresetList kindName="activity" title={t("Board of tasks")} mode="board" conditions={TASKS} />;
}

export function PipelineBoardPage() {
  const t = useText();
  return <PresetList kindName="opportunity" title={t("Pipeline")} mode="board" />;
}

export function AccountsPage() {
  const t = useText();
  return <PresetList kindName="customer" title={t("Accounts")} />;
}

/** The conversations of the user with customers. */
export function InboxPage() {
  const t = useText();
  return <PresetList kindName="conversation" title={t("Inbox")} mode="desk" />;
}
