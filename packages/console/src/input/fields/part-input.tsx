import { ArrowDown, ArrowUp, ChevronDown, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Field } from "../../api/schema.ts";
import { toNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { listDefaults } from "./editable-field.ts";
import { FieldInput, type FieldInputProps } from "./field-input.tsx";
import { changePart, isGroup, listFirstParts, listPartInputs, movePart, type Part, toPartInput } from "./part-rules.ts";

/** The inputs of an object, or of a list of objects, inside a record. */
export function PartInput(props: FieldInputProps) {
  return props.field.multiple ? <PartList {...props} /> : <PartGroup {...props} />;
}

function PartGroup({ field, value, onChange, error, ...shared }: FieldInputProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-2 text-control font-medium">{field.label}</legend>
      <PartFields {...shared} field={field} part={(value ?? null) as Part | null} path={field.name} onChange={onChange} />
      {error === undefined ? null : <span className="text-meta text-danger">{error}</span>}
    </fieldset>
  );
}

function PartList({ field, value, onChange, error, note, ...shared }: FieldInputProps) {
  const t = useText();
  const [addedIndex, setAddedIndex] = useState<number>();
  const parts = ((value ?? []) as readonly (Part | null)[]).map((part) => (part ? toPartInput(part, field) : null));
  const change = (index: number, part: Part | null): void =>
    onChange(parts.map((other, place) => (place === index ? (part ?? {}) : other)));
  const { list, setMoved } = useMovedFocus();
  const move = (index: number, places: -1 | 1): void => {
    onChange(movePart(parts, index, places));
    setMoved({ index: index + places, places });
  };
  const add = (): void => {
    setAddedIndex(parts.length);
    onChange([...parts, listDefaults(listFirstParts(field))]);
  };
  return (
    <fieldset ref={list} className="flex min-w-0 flex-col gap-3">
      <legend className="pb-2 text-control font-medium">
        {field.label}
        {note === "required" ? <span className="ps-1 text-meta font-normal text-text-muted">{t("required")}</span> : null}
      </legend>
      {parts.map((part, index) => (
        // A part has no name of its own, and stays in its place while it is edited.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className="flex min-w-0 items-start gap-2 border-s-2 border-border ps-3">
          <div className="min-w-0 flex-1">
            <PartFields
              {...shared}
              field={field}
              part={part}
              path={`${field.name}[${index}]`}
              autoFocus={index === addedIndex}
              onChange={(next) => change(index, next)}
            />
          </div>
          <span data-part-actions className="flex flex-col">
            <IconButton
              isSmall
              label={t("Remove {label} {number}", { label: field.label, number: index + 1 })}
              icon={<X />}
              onPress={() => onChange(parts.filter((_, place) => place !== index))}
            />
            {parts.length > 1 ? (
              <PartMoves
                label={`${field.label} ${index + 1}`}
                isFirst={index === 0}
                isLast={index === parts.length - 1}
                onMove={(places) => move(index, places)}
              />
            ) : null}
          </span>
        </div>
      ))}
      {error === undefined ? null : <span className="text-meta text-danger">{error}</span>}
      <span className="-ms-2">
        <Button variant="quiet" isSmall icon={<Plus />} onPress={add}>
          {field.addLabel ?? t("Add {kinds}", { kinds: toNoun(field.label) })}
        </Button>
      </span>
    </fieldset>
  );
}

interface MovedPart {
  readonly index: number;
  readonly places: -1 | 1;
}

/** Keeps the focus with a part that was moved, so that it can be moved on by the same key. */
function useMovedFocus() {
  const list = useRef<HTMLFieldSetElement>(null);
  const [moved, setMoved] = useState<MovedPart>();
  useEffect(() => {
    if (!moved) return;
    const actions = list.current?.querySelectorAll(":scope > div > [data-part-actions]")[moved.index];
    const [up, down] = actions?.querySelectorAll<HTMLButtonElement>("button[data-move]") ?? [];
    const [wanted, other] = moved.places < 0 ? [up, down] : [down, up];
    (wanted?.disabled ? other : wanted)?.focus();
  }, [moved]);
  return { list, setMoved };
}

interface PartMovesProps {
  readonly label: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (places: -1 | 1) => void;
}

function PartMoves({ label, isFirst, isLast, onMove }: PartMovesProps) {
  const t = useText();
  return (
    <>
      <IconButton
        isSmall
        data-move="up"
        isDisabled={isFirst}
        label={t("Move {label} up", { label })}
        icon={<ArrowUp />}
        onPress={() => onMove(-1)}
      />
      <IconButton
        isSmall
        data-move="down"
        isDisabled={isLast}
        label={t("Move {label} down", { label })}
        icon={<ArrowDown />}
        onPress={() => onMove(1)}
      />
    </>
  );
}

interface PartFieldsProps extends Pick<FieldInputProps, "field" | "values" | "record" | "errors"> {
  readonly part: Part | null;
  /** Where the part is in a request: `line_items[0]`. */
  readonly path: string;
  /** Whether its first input takes the focus, because the user has just added the part. */
  readonly autoFocus?: boolean;
  readonly onChange: (part: Part | null) => void;
}

function PartFields({ field, part, path, values, record, errors = {}, autoFocus = false, onChange }: PartFieldsProps) {
  const t = useText();
  const inputs = listPartInputs(field);
  const firstNames = new Set(listFirstParts(field).map(({ name }) => name));
  const [showsAll, setShowsAll] = useState(false);
  const hasError = (place: string): boolean =>
    Object.keys(errors).some((name) => name === place || name.startsWith(`${place}.`) || name.startsWith(`${place}[`));
  const shown = inputs.filter(
    (input) =>
      showsAll || firstNames.has(input.name) || hasError(`${path}.${input.name}`) || (isGroup(input) && part?.[input.name]),
  );
  return (
    <div className="grid min-w-0 grid-cols-2 items-start gap-3">
      {shown.map((input, index) => {
        const common = {
          value: part?.[input.name],
          onChange: (value: unknown) => onChange(changePart(part, input.name, value)),
          error: errors[`${path}.${input.name}`],
        };
        if (isGroup(input))
          return (
            <fieldset key={input.name} className="col-span-2 flex min-w-0 flex-col gap-2 border-s-2 border-border ps-3">
              <legend className="pb-2 text-control font-medium">{input.label}</legend>
              <PartFields
                field={input}
                part={(common.value ?? null) as Part | null}
                path={`${path}.${input.name}`}
                values={values}
                record={record}
                errors={errors}
                onChange={common.onChange}
              />
            </fieldset>
          );
        return (
          <div key={input.name} className={isNarrow(input) ? "min-w-0" : "col-span-2 min-w-0"}>
            <FieldInput
              {...common}
              field={input}
              record={record}
              autoFocus={autoFocus && index === 0}
              values={{ ...part, currency: values.currency ?? record?.currency }}
              {...(input.required ? { note: "required" as const } : {})}
            />
          </div>
        );
      })}
      {shown.length < inputs.length ? (
        <span className="col-span-2 -ms-2">
          <Button variant="quiet" isSmall icon={<ChevronDown />} onPress={() => setShowsAll(true)}>
            {t("Show all fields")}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

const narrowTypes: ReadonlySet<Field["type"]> = new Set(["number", "integer", "money", "date", "boolean"]);

/** Short values share a row. The help of a box to tick needs more room. */
const isNarrow = ({ type, help, max_length = 255 }: Field): boolean =>
  (narrowTypes.has(type) && !(type === "boolean" && help)) || (type === "text" && max_length <= 50);
