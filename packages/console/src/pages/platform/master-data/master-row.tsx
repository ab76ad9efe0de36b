import { Ellipsis } from "lucide-react";
import { consolePath } from "../../../api/console-path.ts";
import type { Field } from "../../../api/schema.ts";
import { EMPTY, formatValue, isEmptyValue } from "../../../api/value-text.ts";
import { KindIcon } from "../../../frame/shell/kind-icon.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { useMasterText } from "./master-names.ts";
import { findOwnCode, hueOf, type MasterKind, type MasterValue } from "./master-rules.ts";

interface UseCount {
  readonly kind: string;
  readonly path: string;
  readonly filter: string;
  readonly total: number;
}

interface RowActions {
  readonly onEdit: (() => void) | undefined;
  readonly onRetire: (() => void) | undefined;
  readonly onActivate: (() => void) | undefined;
  readonly onDelete: (() => void) | undefined;
  readonly onMove: ((places: number) => void) | undefined;
}

interface MasterRowProps {
  readonly kind: MasterKind;
  readonly value: MasterValue;
  /** How many values are above it in a tree. */
  readonly level: number;
  readonly counts: readonly UseCount[] | undefined;
  /** Whether the page counts the records that have the values. */
  /** Whether the code of one of the values is another word than its name. */
  readonly hasCodes: boolean;
  readonly hasCounts: boolean;
  /** Whether one of the values has details. */
  readonly hasDetails: boolean;
  /** Whether one of the values has a color: then each one has a dot. */
  readonly hasColors: boolean;
  readonly actions: RowActions;
}

const COMMON = new Set(["code", "name", "sequence", "color", "icon", "is_active", "description", "parent_id"]);
/** Facts of a value in its row. The form has all. */
const MAX_FACTS = 3;
const indents = ["", "ps-4", "ps-8", "ps-12"] as const;

/** The widths of the columns: the name, the code, facts, the records that have the value, and the menu. */
const columnClass = {
  name: "min-w-0 flex-1",
  code: "w-field-short shrink-0 truncate text-text-muted",
  facts: "min-w-0 flex-1 line-clamp-2 text-text-muted wrap-anywhere",
  count: "min-w-time shrink-0 text-end tabular-nums",
  menu: "flex w-control-small shrink-0 justify-end",
} as const;

interface MasterRowHeadProps extends Pick<MasterRowProps, "hasCodes" | "hasCounts" | "hasDetails"> {
  readonly isOrdered: boolean;
}

/** The names of the columns. */
export function MasterRowHead({ isOrdered, hasCodes, hasCounts, hasDetails }: MasterRowHeadProps) {
  const t = useText();
  return (
    <div
      aria-hidden="true"
      className="flex min-h-row items-center gap-2 border-b border-border px-3 text-meta font-medium text-text-muted"
    >
      {isOrdered ? <span className="w-target shrink-0" /> : null}
      <span className="flex min-w-0 flex-1 items-center gap-4">
        <span className={columnClass.name}>{t("Name")}</span>
        {hasCodes ? <span className={columnClass.code}>{t("Code")}</span> : null}
        {hasDetails ? <span className={columnClass.facts}>{t("Details")}</span> : null}
        {hasCounts ? <span className={columnClass.count}>{t("Records")}</span> : null}
        <span className={columnClass.menu} />
      </span>
    </div>
  );
}

/** A value of master data: how it looks, its code, what it means, and how many records have it. */
export function MasterRow({ kind, value, level, counts, hasCodes, hasCounts, hasDetails, hasColors, actions }: MasterRowProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const options = useTextOptions();
  const { nameField } = useMasterText();
  const hue = hueOf(value.color);
  const name = (
    <span className={joinClasses("flex min-w-0 items-center gap-2", indents[Math.min(level, indents.length - 1)])}>
      {value.icon ? (
        <span className="shrink-0 text-text-muted" aria-hidden="true">
          <KindIcon name={value.icon} />
        </span>
      ) : null}
      <Tag label={value.name} hasDot={hasColors} {...(hue ? { hue } : {})} />
      {value.is_active ? null : <Tag label={t("Retired")} />}
    </span>
  );
  const code = findOwnCode(value);
  const facts = listRowFacts(kind, value)
    .map((field) => (field.type === "boolean" ? nameField(field) : `${nameField(field)}: ${formatValue(value, field, options)}`))
    .join(" · ");
  const total = counts?.map(({ kind: labels, path, filter, total: count }) => (
    <Link key={path} variant="muted" href={`${consolePath(path)}?${new URLSearchParams({ [filter]: value.id })}`}>
      <span title={labels}>{formatCount(count, options.locale)}</span>
    </Link>
  ));
  const phoneTotal = counts
    ?.map(({ kind: labels, total: count }) => `${formatCount(count, options.locale)} ${labels}`)
    .join(", ");
  const menu = <RowMenu name={value.name} {...actions} />;
  if (isPhone)
    return (
      <div className="flex min-w-0 items-center gap-2 py-1">
        <span className="flex min-w-0 flex-1 flex-col gap-1">
          {name}
          <span className="flex min-w-0 items-center gap-2 text-meta text-text-muted">
            <span className="min-w-0 truncate">{code}</span>
            <span className="ms-auto shrink-0 tabular-nums">{phoneTotal}</span>
          </span>
        </span>
        {menu}
      </div>
    );
  return (
    <div className="flex min-w-0 items-center gap-4">
      <span className={columnClass.name}>{name}</span>
      {hasCodes ? (
        <span className={columnClass.code} title={code}>
          {code}
        </span>
      ) : null}
      {hasDetails ? (
        <span className={columnClass.facts} title={facts}>
          {facts === "" ? String(value.description ?? EMPTY) : facts}
        </span>
      ) : null}
      {hasCounts ? <span className={columnClass.count}>{total ?? EMPTY}</span> : null}
      <span className={columnClass.menu}>{menu}</span>
    </div>
  );
}

/** The facts of a value that its kind has beside those of all kinds: what is true, and what has a short text. */
const listRowFacts = ({ fields }: MasterKind, value: MasterValue): readonly Field[] =>
  fields
    .filter(({ name, type }) => !COMMON.has(name) && type !== "json" && !isEmptyValue(value[name]) && value[name] !== false)
    .filter(({ type, master, multiple }) => type !== "reference" && master === undefined && !multiple)
    .slice(0, MAX_FACTS);

/** Whether values of a kind have more than those of all kinds. The width of the page follows it, because it is known before the values are. */
export const hasOwnFields = ({ fields }: MasterKind): boolean =>
  fields.some(({ name, type }) => !COMMON.has(name) && type !== "json");

/** Whether the column of details has a text for a value. */
export const hasRowDetails = (kind: MasterKind, value: MasterValue): boolean =>
  !isEmptyValue(value.description) || listRowFacts(kind, value).length > 0;

function RowMenu({ name, onEdit, onRetire, onActivate, onDelete, onMove }: RowActions & { readonly name: string }) {
  const t = useText();
  if (!onEdit && !onMove) return null;
  return (
    <Menu placement="bottom end" trigger={<IconButton isSmall label={t("Actions for {name}", { name })} icon={<Ellipsis />} />}>
      {onEdit ? <MenuItem label={t("Edit")} onAction={onEdit} /> : null}
      {onMove ? <MenuItem label={t("Move up")} shortcut="Alt ↑" onAction={() => onMove(-1)} /> : null}
      {onMove ? <MenuItem label={t("Move down")} shortcut="Alt ↓" onAction={() => onMove(1)} /> : null}
      {onActivate ? <MenuItem label={t("Offer again")} onAction={onActivate} /> : null}
      {onRetire || onDelete ? <MenuDivider /> : null}
      {onRetire ? <MenuItem label={t("Retire")} onAction={onRetire} /> : null}
      {onDelete ? <MenuItem isDanger label={t("Delete")} onAction={onDelete} /> : null}
    </Menu>
  );
}
