import { ArrowDown, ArrowUp, GripVertical, Image, List, Trash2, Type } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { DragHandle } from "../../../ui/kit/tile-grid.tsx";
import { createSection, type EditedSection, moveSection, type SectionInput, type SectionType } from "./section-rules.ts";
import { useRowDrag } from "./use-row-drag.ts";

interface SectionListProps {
  readonly sections: readonly EditedSection[];
  readonly errors: Readonly<Record<string, string>>;
  /** The pictures that are attached to the proposal. A new one has none yet. */
  readonly pictures: readonly { readonly id: string; readonly label: string }[];
  readonly hasQuote: boolean;
  readonly onChange: (sections: readonly EditedSection[]) => void;
}

const MAX_SECTIONS = 100;
const MAX_HEADING = 200;
const MAX_TEXT = 20_000;

const toNull = (text: string): string | null => (text === "" ? null : text);

/** The content of a proposal in its order: texts, pictures, and the lines of its quote. `Alt` and an arrow move a section. */
export function SectionList({ sections, errors, pictures, hasQuote, onChange }: SectionListProps) {
  const t = useText();
  const list = useRef<HTMLDivElement>(null);
  const move = (key: string, place: number): void => onChange(moveSection(sections, key, place));
  const { drag, handle } = useRowDrag(list, move);
  const names: Readonly<Record<SectionType, string>> = {
    TEXT: t("Text"),
    PICTURE: t("Picture"),
    QUOTE_LINES: t("Lines of the quote"),
  };
  const add = (type: SectionType): void => onChange([...sections, createSection(crypto.randomUUID(), type)]);
  const change = (key: string, values: Partial<SectionInput>): void =>
    onChange(sections.map((section) => (section.key === key ? { ...section, ...values } : section)));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, key: string, index: number): void => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(key, index + (event.key === "ArrowUp" ? -1 : 1));
  };
  const others = sections.filter(({ key }) => key !== drag?.key);
  const isFull = sections.length >= MAX_SECTIONS;
  const hasLines = sections.some(({ section_type }) => section_type === "QUOTE_LINES");
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div ref={list} className="flex min-w-0 flex-col gap-3">
        {sections.map((section, index) => {
          const { key, section_type, heading, text, alt_text, attachment_id, page_break } = section;
          const error = (field: string): string | undefined => errors[`sections[${index}].${field}`];
          const label = heading ?? names[section_type];
          return (
            <fieldset
              key={key}
              data-line={key}
              aria-label={label}
              onKeyDown={(event) => onKeyDown(event, key, index)}
              className={joinClasses(
                "flex min-w-0 flex-col gap-3 rounded-card border bg-surface p-3",
                others[drag?.place ?? -1]?.key === key ? "border-accent" : "border-border",
                drag?.key === key && "opacity-50",
              )}
            >
              <div className="flex min-w-0 items-center gap-2">
                <DragHandle {...handle(key)}>
                  <GripVertical />
                </DragHandle>
                <span className="min-w-0 flex-1 text-control font-medium">{names[section_type]}</span>
                <IconButton
                  isSmall
                  isDisabled={index === 0}
                  label={t("Move {label} up", { label })}
                  icon={<ArrowUp />}
                  onPress={() => move(key, index - 1)}
                />
                <IconButton
                  isSmall
                  isDisabled={index === sections.length - 1}
                  label={t("Move {label} down", { label })}
                  icon={<ArrowDown />}
                  onPress={() => move(key, index + 1)}
                />
                <IconButton
                  isSmall
                  label={t("Remove {label}", { label })}
                  icon={<Trash2 />}
                  onPress={() => onChange(sections.filter((other) => other !== section))}
                />
              </div>
              <TextField
                label={t("Heading")}
                maxLength={MAX_HEADING}
                value={heading ?? ""}
                onChange={(value) => change(key, { heading: toNull(value) })}
                error={error("heading")}
              />
              {section_type === "TEXT" ? (
                <TextArea
                  label={t("Text")}
                  rows={4}
                  maxLength={MAX_TEXT}
                  value={text ?? ""}
                  onChange={(value) => change(key, { text: toNull(value) })}
                  error={error("text")}
                />
              ) : null}
              {section_type === "PICTURE" ? (
                <>
                  <Select
                    label={t("Picture")}
                    help={pictures.length === 0 ? t("Attach a PNG or JPEG file to the saved proposal first.") : undefined}
                    options={pictures}
                    value={attachment_id}
                    onChange={(id) => change(key, { attachment_id: id === null ? null : String(id) })}
                    error={error("attachment_id")}
                  />
                  <TextField
                    label={t("Text for people who do not see the picture")}
                    maxLength={MAX_HEADING}
                    value={alt_text ?? ""}
                    onChange={(value) => change(key, { alt_text: toNull(value) })}
                    error={error("alt_text")}
                  />
                </>
              ) : null}
              {section_type === "QUOTE_LINES" ? (
                <p className="text-meta text-text-muted">
                  {hasQuote
                    ? t("The lines, totals and terms of the quote stand here.")
                    : t("Choose the quote above whose lines stand here.")}
                </p>
              ) : null}
              {error("section_type") === undefined ? null : <p className="text-meta text-danger">{error("section_type")}</p>}
              <Checkbox isSelected={page_break} onChange={(value) => change(key, { page_break: value })}>
                {t("Begins on a new page")}
              </Checkbox>
            </fieldset>
          );
        })}
      </div>
      {errors.sections === undefined ? null : <p className="text-meta text-danger">{errors.sections}</p>}
      <div className="flex flex-wrap gap-2">
        <Button isSmall icon={<Type />} isDisabled={isFull} onPress={() => add("TEXT")}>
          {t("Add a text")}
        </Button>
        <Button isSmall icon={<List />} isDisabled={isFull || hasLines} onPress={() => add("QUOTE_LINES")}>
          {t("Add the lines of the quote")}
        </Button>
        <Button isSmall icon={<Image />} isDisabled={isFull} onPress={() => add("PICTURE")}>
          {t("Add a picture")}
        </Button>
      </div>
    </div>
  );
}
