import { Heading, Plus } from "lucide-react";
import { Fragment, type KeyboardEvent, useRef, useState } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { useProductSearch } from "./line-data.ts";
import { type LineCommands, LineRow } from "./line-row.tsx";
import {
  createLine,
  type EditedLine,
  type LineInput,
  listHeadings,
  listLineErrors,
  moveLine,
  renameSection,
} from "./line-rules.ts";
import type { DocumentLines } from "./use-document-lines.ts";
import { useRowDrag } from "./use-row-drag.ts";

interface LineListProps {
  readonly document: DocumentLines;
  readonly currency: string;
  readonly errors: Readonly<Record<string, string>>;
  readonly isCompact: boolean;
  /** The page begins at the button that adds a line. */
  readonly isFirst?: boolean;
  readonly onChange: (lines: readonly EditedLine[]) => void;
}

const MAX_LINES = 300;
const MAX_HEADING = 100;

const createKey = (): string => crypto.randomUUID();

/** Leaves out what the editor adds to a line. */
const toLines = (document: DocumentLines): EditedLine[] => document.lines.map(({ price: _price, ...line }) => line);

/** The lines of a document as a grid. Enter goes to the line below, and adds one after the last; `Alt` and an arrow move a line. */
export function LineList({ document, currency, errors, isCompact, isFirst = false, onChange }: LineListProps) {
  const t = useText();
  const list = useRef<HTMLDivElement>(null);
  const search = useProductSearch();
  const [newKey, setNewKey] = useState<string>();
  const lines = toLines(document);
  const headings = listHeadings(lines);
  const { drag, handle } = useRowDrag(list, (key, place) => onChange(moveLine(lines, key, place)));
  const focusCell = (key: string, cell: string): void => {
    const input = list.current?.querySelector<HTMLInputElement>(`[data-line="${key}"] [data-cell="${cell}"] input`);
    input?.focus();
    input?.select();
  };
  const add = (section?: string): void => {
    if (lines.length >= MAX_LINES) return;
    const line = createLine(createKey(), lines);
    setNewKey(section === undefined ? line.key : undefined);
    onChange([...lines, section === undefined ? line : { ...line, section }]);
  };
  const change = (key: string, values: Partial<LineInput>): void =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...values } : line)));
  const createCommands = (line: EditedLine, index: number): LineCommands => ({
    change: (values) => change(line.key, values),
    move: (step) => onChange(moveLine(lines, line.key, index + step)),
    duplicate: () => onChange([...lines.slice(0, index + 1), { ...line, key: createKey() }, ...lines.slice(index + 1)]),
    remove: () => onChange(lines.filter((other) => other !== line)),
    goToQuantity: () => focusCell(line.key, "quantity"),
  });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, line: EditedLine, index: number): void => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      onChange(moveLine(lines, line.key, index + (event.key === "ArrowUp" ? -1 : 1)));
      return;
    }
    const isInput = event.target instanceof HTMLInputElement && event.currentTarget.contains(event.target);
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !isInput) return;
    event.preventDefault();
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]")?.dataset.cell;
    const next = lines[index + 1];
    if (next && cell !== undefined) focusCell(next.key, cell);
    else if (!next) add();
  };
  const others = lines.filter(({ key }) => key !== drag?.key);
  const isTarget = (key: string): boolean => drag !== undefined && others[drag.place]?.key === key;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {isCompact || lines.length === 0 ? null : (
        <div aria-hidden="true" className="grid grid-cols-(--line-columns) gap-2 text-meta font-medium text-text-muted">
          <span />
          <span>{t("Product or service")}</span>
          <span className="text-end">{t("Quantity")}</span>
          <span className="text-end">{t("Unit price")}</span>
          <span className="text-end">{t("Discount")}</span>
          <span className="text-end">{t("Tax")}</span>
          <span className="text-end">{t("Amount ({currency})", { currency })}</span>
          <span />
        </div>
      )}
      <div ref={list} className="flex min-w-0 flex-col">
        {document.lines.map((line, index) => (
          <Fragment key={line.key}>
            {headings[index] === null ? null : (
              <div className={joinClasses("pt-3", isCompact ? "" : "ps-8")}>
                <TextField
                  label={t("Section")}
                  isLabelHidden
                  maxLength={MAX_HEADING}
                  value={headings[index] ?? ""}
                  onChange={(name) => onChange(renameSection(lines, index, name))}
                />
              </div>
            )}
            <fieldset
              data-line={line.key}
              aria-label={line.name ?? t("Line {number}", { number: index + 1 })}
              onKeyDown={(event) => onKeyDown(event, lines[index] as EditedLine, index)}
              className={joinClasses(
                "flex min-w-0 flex-col border-t-2 py-1",
                isTarget(line.key) ? "border-accent" : "border-transparent",
                drag?.key === line.key && "opacity-50",
                isCompact && "border-b border-b-border pb-3",
              )}
            >
              <LineRow
                document={document.document}
                line={line}
                number={index + 1}
                isFirst={index === 0}
                isLast={index === lines.length - 1}
                currency={currency}
                amount={document.totals.amounts.get(line.key)}
                price={document.prices.get(line.key)}
                listPrice={document.listPrices.get(line.key) ?? null}
                errors={listLineErrors(errors, lines, line.key)}
                search={search}
                isCompact={isCompact}
                isNew={line.key === newKey}
                handle={handle(line.key)}
                commands={createCommands(lines[index] as EditedLine, index)}
              />
            </fieldset>
          </Fragment>
        ))}
        <div
          className={joinClasses(
            "border-t-2",
            drag !== undefined && drag.place === others.length ? "border-accent" : "border-transparent",
          )}
        />
      </div>
      {errors.line_items === undefined ? null : <p className="text-meta text-danger">{errors.line_items}</p>}
      <div className="flex flex-wrap gap-2">
        <Button isSmall icon={<Plus />} onPress={() => add()} isDisabled={lines.length >= MAX_LINES} autoFocus={isFirst}>
          {t("Add a line")}
        </Button>
        <Button
          isSmall
          variant="quiet"
          icon={<Heading />}
          onPress={() => add(t("New section"))}
          isDisabled={lines.length >= MAX_LINES}
        >
          {t("Add a section")}
        </Button>
      </div>
    </div>
  );
}
