import { ArrowDown, ArrowUp, CircleAlert, MoreHorizontal, Pencil, Plus, Trash2 } from "lucide-react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { OrderRows } from "../../../ui/kit/order-rows.tsx";
import { buildFieldQuestion, buildOwnQuestion, type LeadField, moveQuestion } from "./question-rules.ts";
import { listQuestionTypes } from "./question-types.ts";
import type { FormQuestion } from "./starter-questions.ts";

interface QuestionListProps {
  readonly questions: readonly FormQuestion[];
  readonly fields: readonly LeadField[];
  /** By the name of the question. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onOpen: (name: string) => void;
  /** Undefined: the user may only look. */
  readonly onChange: ((questions: readonly FormQuestion[]) => void) | undefined;
}

/** The questions in their order. They are put in order by dragging, by the keys of the handle, by `Alt` and an arrow, or by a menu. */
export function QuestionList({ questions, fields, errors, onOpen, onChange }: QuestionListProps) {
  const t = useText();
  const types = listQuestionTypes(t);
  const move = (name: string, places: number): void => onChange?.(moveQuestion(questions, name, places));
  const describe = ({ type, field, is_required }: FormQuestion): string =>
    [
      types.find(({ id }) => id === type)?.label,
      fields.find(({ name }) => name === field)?.label,
      is_required ? t("Required") : undefined,
    ]
      .filter(Boolean)
      .join(" · ");
  const render = ({ question }: { readonly question: FormQuestion }) => {
    const error = errors[question.name];
    return (
      <span className="flex min-w-0 items-center gap-2">
        <span className="flex min-w-0 flex-1 flex-col">
          <span dir="auto" className="truncate font-medium" title={question.label}>
            {question.label}
          </span>
          <span className="truncate text-meta text-text-muted">{describe(question)}</span>
          {error === undefined ? null : (
            <span className="flex items-start gap-1 text-meta text-danger">
              <CircleAlert className="shrink-0" />
              <span className="wrap-anywhere">{error}</span>
            </span>
          )}
        </span>
        {onChange ? (
          <Menu
            placement="bottom end"
            trigger={<IconButton isSmall label={t("Actions for {name}", { name: question.label })} icon={<MoreHorizontal />} />}
          >
            <MenuItem label={t("Edit")} icon={<Pencil />} onAction={() => onOpen(question.name)} />
            <MenuItem label={t("Move up")} icon={<ArrowUp />} shortcut="Alt ↑" onAction={() => move(question.name, -1)} />
            <MenuItem label={t("Move down")} icon={<ArrowDown />} shortcut="Alt ↓" onAction={() => move(question.name, 1)} />
            <MenuItem
              isDanger
              label={t("Remove")}
              icon={<Trash2 />}
              onAction={() => onChange(questions.filter(({ name }) => name !== question.name))}
            />
          </Menu>
        ) : null}
      </span>
    );
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {questions.length === 0 ? (
        <EmptyState kind="empty" title={t("No questions yet")}>
          {t("Visitors answer them, and each submission becomes a lead.")}
        </EmptyState>
      ) : (
        <div className="rounded-card border border-border bg-surface">
          <OrderRows
            label={t("Questions")}
            rows={questions.map((question) => ({ id: question.name, question }))}
            nameRow={({ question }) => question.label}
            render={render}
            onOpen={({ id }) => onOpen(id)}
            onOrder={
              onChange ? (ids) => onChange(ids.flatMap((id) => questions.find(({ name }) => name === id) ?? [])) : undefined
            }
            onMove={onChange ? move : undefined}
          />
        </div>
      )}
      {onChange ? <AddMenu questions={questions} fields={fields} onOpen={onOpen} onChange={onChange} /> : null}
    </div>
  );
}

interface AddMenuProps extends Pick<QuestionListProps, "questions" | "fields" | "onOpen"> {
  readonly onChange: (questions: readonly FormQuestion[]) => void;
}

/** Adds a question for a field of the lead that no question fills yet, or one of its own. */
function AddMenu({ questions, fields, onOpen, onChange }: AddMenuProps) {
  const t = useText();
  const free = fields.filter(({ name }) => !questions.some(({ field }) => field === name));
  const add = (question: FormQuestion): void => {
    onChange([...questions, question]);
    onOpen(question.name);
  };
  return (
    <span>
      <Menu trigger={<Button icon={<Plus />}>{t("Add a question")}</Button>}>
        <MenuItem label={t("Own question")} onAction={() => add(buildOwnQuestion(t("New question"), questions))} />
        <MenuDivider />
        {free.map((field) => (
          <MenuItem key={field.name} label={field.label} onAction={() => add(buildFieldQuestion(field, questions))} />
        ))}
      </Menu>
    </span>
  );
}
