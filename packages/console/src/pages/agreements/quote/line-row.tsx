import { ArrowDown, ArrowUp, Copy, GripVertical, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { type HTMLAttributes, useState } from "react";
import { EMPTY, formatAmount, formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { DecimalField } from "../../../ui/kit/decimal-field.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import type { SearchOptions } from "../../../ui/kit/option-type.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { DragHandle } from "../../../ui/kit/tile-grid.tsx";
import { readChoice } from "./line-data.ts";
import type { LineDocument, LineInput, ListPrice, PricedLine } from "./line-rules.ts";

export interface LineCommands {
  readonly change: (values: Partial<LineInput>) => void;
  readonly move: (step: 1 | -1) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
  /** Puts the focus into the first number of the line. */
  readonly goToQuantity: () => void;
}

interface LineRowProps {
  readonly document: LineDocument;
  readonly line: PricedLine;
  /** Counts from 1. */
  readonly number: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly currency: string;
  readonly amount: string | undefined;
  readonly price: ListPrice | undefined;
  /** The price of the catalog, also for a line that did not change. */
  readonly listPrice: string | null;
  readonly errors: Readonly<Record<string, string>>;
  readonly search: SearchOptions;
  /** Two rows in place of one, where there is little room. */
  readonly isCompact: boolean;
  /** Whether the line was just added. */
  readonly isNew: boolean;
  readonly handle: HTMLAttributes<HTMLSpanElement>;
  readonly commands: LineCommands;
}

const QUANTITY_DECIMALS = 4;
const PERCENT_DECIMALS = 2;

/** A line of a document: what is offered, how much of it, at what price. */
export function LineRow(props: LineRowProps) {
  const { line, number, currency, amount, price, errors, search, isCompact, isNew, handle, commands } = props;
  const t = useText();
  const { locale } = useTextOptions();
  const [isOpen, setOpen] = useState(false);
  const { change } = commands;
  const name = line.name ?? line.description ?? "";
  const label = name === "" ? t("Line {number}", { number }) : name;
  const hasHiddenError = ["name", "description", "section", "bundle", "preorder_release_at", "preorder_notes"].some(
    (field) => errors[field] !== undefined,
  );
  const isShown = isOpen || hasHiddenError;
  const cell = { isLabelHidden: !isCompact, isLive: true } as const;
  return (
    <>
      <div
        className={joinClasses(
          "grid items-start gap-2",
          isCompact ? "grid-cols-2 tablet:grid-cols-4" : "grid-cols-(--line-columns)",
        )}
      >
        {isCompact ? null : (
          <span className="flex h-control items-center">
            <DragHandle {...handle}>
              <GripVertical />
            </DragHandle>
          </span>
        )}
        <div data-cell="item" className={joinClasses("min-w-0", isCompact && "col-span-2 tablet:col-span-4")}>
          <Reference
            label={t("Product or service")}
            isLabelHidden
            isClearable={false}
            isOpenAtFirst={isNew}
            value={name === "" && line.product_id === null ? null : { id: line.product_id ?? line.key, label }}
            placeholder={t("Choose or type…")}
            search={search}
            error={errors.product_id ?? (isShown ? undefined : errors.name)}
            onChange={(option) => {
              if (option === null) return;
              change({ ...readChoice(option), unit_price: null });
            }}
            onChosen={commands.goToQuantity}
          />
        </div>
        <div data-cell="quantity" className="min-w-0">
          <DecimalField
            {...cell}
            label={t("Quantity")}
            value={line.quantity}
            maxDecimals={QUANTITY_DECIMALS}
            onChange={(quantity) => change({ quantity: quantity ?? "" })}
            error={errors.quantity}
          />
        </div>
        <div data-cell="unit_price" className="min-w-0">
          <MoneyField
            {...cell}
            label={t("Unit price")}
            currency={currency}
            isCurrencyHidden
            value={line.unit_price ?? line.price ?? null}
            onChange={(unit_price) => change({ unit_price })}
            error={errors.unit_price}
          />
        </div>
        <div data-cell="discount_percent" className="min-w-0">
          <DecimalField
            {...cell}
            label={t("Discount")}
            suffix={t("%")}
            value={line.discount_percent === "0" ? null : line.discount_percent}
            maxDecimals={PERCENT_DECIMALS}
            onChange={(percent) => change({ discount_percent: percent ?? "0" })}
            error={errors.discount_percent}
          />
        </div>
        <div data-cell="tax_percent" className="min-w-0">
          <DecimalField
            {...cell}
            label={t("Tax")}
            suffix={t("%")}
            value={line.tax_percent === "0" ? null : line.tax_percent}
            maxDecimals={PERCENT_DECIMALS}
            onChange={(percent) => change({ tax_percent: percent ?? "0" })}
            error={errors.tax_percent}
          />
        </div>
        <span
          className={joinClasses(
            "flex min-h-control items-center text-control text-number",
            line.optional && !line.chosen && "text-text-muted",
            isCompact ? "justify-between gap-2 tablet:col-span-3" : "justify-end",
          )}
        >
          {isCompact ? <span className="text-text-muted">{t("Amount")}</span> : null}
          {amount === undefined ? EMPTY : formatAmount(amount, currency, locale, "exact")}
        </span>
        <span className="flex items-center justify-end">
          <Menu
            placement="bottom end"
            trigger={<IconButton label={t("Actions of {label}", { label })} icon={<MoreHorizontal />} />}
          >
            <MenuItem
              label={isOpen ? t("Hide details") : t("Show details")}
              icon={<Pencil />}
              onAction={() => setOpen(!isOpen)}
            />
            <MenuItem label={t("Duplicate")} icon={<Copy />} onAction={commands.duplicate} />
            <MenuItem
              label={t("Move up")}
              icon={<ArrowUp />}
              shortcut="Alt ↑"
              isDisabled={props.isFirst}
              onAction={() => commands.move(-1)}
            />
            <MenuItem
              label={t("Move down")}
              icon={<ArrowDown />}
              shortcut="Alt ↓"
              isDisabled={props.isLast}
              onAction={() => commands.move(1)}
            />
            <MenuDivider />
            <MenuItem label={t("Remove")} icon={<Trash2 />} isDanger onAction={commands.remove} />
          </Menu>
        </span>
      </div>
      <LineFacts line={line} currency={currency} price={price} listPrice={props.listPrice} isCompact={isCompact} />
      {isShown ? (
        <LineDetails document={props.document} line={line} errors={errors} isCompact={isCompact} onChange={change} />
      ) : null}
    </>
  );
}

interface LineFactsProps extends Pick<LineRowProps, "line" | "currency" | "price" | "listPrice" | "isCompact"> {}

/** Below a line: what its price is made of, and whether the customer can choose it. */
function LineFacts({ line, currency, price, listPrice, isCompact }: LineFactsProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const isTyped = line.unit_price !== null && listPrice !== null && line.unit_price !== listPrice;
  const texts = [
    ...(isTyped ? [t("Catalog price {price}", { price: formatMoney(listPrice, currency, locale, "exact") })] : []),
    ...(line.unit_price === null ? (price?.rules ?? []).map((rule) => rule.name) : []),
    ...(line.description && line.name ? [line.description.split("\n")[0] ?? ""] : []),
  ];
  const { bundle, optional, chosen } = line;
  if (texts.length === 0 && !optional && !line.is_preorder) return null;
  const option = bundle === null ? t("Optional") : t("Option of {bundle}", { bundle });
  return (
    <span
      className={joinClasses("flex min-w-0 flex-wrap items-center gap-2 pt-1 text-meta text-text-muted", !isCompact && "ps-8")}
    >
      {line.is_preorder ? <Tag label={t("Pre-order")} /> : null}
      {optional ? <Tag label={chosen ? t("{option}, chosen", { option }) : option} /> : null}
      {texts.length === 0 ? null : <span className="min-w-0 truncate">{texts.join(" · ")}</span>}
    </span>
  );
}

interface LineDetailsProps extends Pick<LineRowProps, "document" | "errors" | "isCompact"> {
  readonly line: PricedLine;
  readonly onChange: LineCommands["change"];
}

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2000;
const MAX_HEADING = 100;

const toNull = (text: string): string | null => (text === "" ? null : text);

/** What most lines leave as it is: another name, a description, a heading, and whether the customer can choose the line. */
function LineDetails({ document, line, errors, isCompact, onChange }: LineDetailsProps) {
  const t = useText();
  return (
    <div className={joinClasses("grid grid-cols-1 gap-3 py-2 tablet:grid-cols-2", !isCompact && "ps-8")}>
      <TextField
        label={t("Name")}
        maxLength={MAX_NAME}
        value={line.name ?? ""}
        onChange={(text) => onChange({ name: toNull(text) })}
        error={errors.name}
      />
      <TextField
        label={t("Section")}
        maxLength={MAX_HEADING}
        value={line.section ?? ""}
        onChange={(text) => onChange({ section: toNull(text) })}
        error={errors.section}
      />
      <div className="min-w-0 tablet:col-span-2">
        <TextArea
          label={t("Description")}
          rows={2}
          maxLength={MAX_DESCRIPTION}
          value={line.description ?? ""}
          onChange={(text) => onChange({ description: toNull(text) })}
          error={errors.description}
        />
      </div>
      {document === "order" ? (
        <DeliveryDetails line={line} errors={errors} onChange={onChange} />
      ) : (
        <OptionDetails line={line} errors={errors} onChange={onChange} />
      )}
    </div>
  );
}

type DetailsProps = Pick<LineDetailsProps, "line" | "errors" | "onChange">;

/** Whether the customer can choose the line, and together with which others. */
function OptionDetails({ line, errors, onChange }: DetailsProps) {
  const t = useText();
  return (
    <>
      <div className="flex min-w-0 flex-col gap-2">
        <Checkbox
          isSelected={line.optional}
          onChange={(optional) => onChange({ optional, ...(optional ? {} : { chosen: false }) })}
        >
          {t("The customer can choose this line")}
        </Checkbox>
        {line.optional ? (
          <Checkbox isSelected={line.chosen} onChange={(chosen) => onChange({ chosen })}>
            {t("Chosen at first")}
          </Checkbox>
        ) : null}
      </div>
      {line.optional ? (
        <TextField
          label={t("Bundle")}
          help={t("Options of the same bundle are chosen together.")}
          maxLength={MAX_HEADING}
          value={line.bundle ?? ""}
          onChange={(text) => onChange({ bundle: toNull(text) })}
          error={errors.bundle}
        />
      ) : null}
    </>
  );
}

/** Whether something is delivered, and whether it is sold before it can be delivered. */
function DeliveryDetails({ line, errors, onChange }: DetailsProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  return (
    <>
      <div className="flex min-w-0 flex-col gap-2">
        <Checkbox isSelected={line.requires_delivery} onChange={(requires_delivery) => onChange({ requires_delivery })}>
          {t("Is delivered")}
        </Checkbox>
        <Checkbox
          isSelected={line.is_preorder}
          onChange={(is_preorder) =>
            onChange({ is_preorder, ...(is_preorder ? {} : { preorder_release_at: null, preorder_notes: null }) })
          }
        >
          {t("Pre-order: delivered only after its release")}
        </Checkbox>
      </div>
      {line.is_preorder ? (
        <>
          <InstantField
            label={t("Release")}
            timeZone={timeZone}
            value={line.preorder_release_at}
            onChange={(preorder_release_at) => onChange({ preorder_release_at })}
            error={errors.preorder_release_at}
          />
          <TextField
            label={t("Notes on the pre-order")}
            maxLength={MAX_DESCRIPTION}
            value={line.preorder_notes ?? ""}
            onChange={(text) => onChange({ preorder_notes: toNull(text) })}
            error={errors.preorder_notes}
          />
        </>
      ) : null}
    </>
  );
}
