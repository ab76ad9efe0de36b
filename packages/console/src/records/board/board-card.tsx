import { ArrowDown, ArrowUp, CalendarPlus, ExternalLink, GripVertical, MoreHorizontal } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { ButtonContext } from "react-aria-components/Button";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { listTitleFields } from "../../api/title.ts";
import {
  currencyFor,
  EMPTY,
  formatMoney,
  formatValue,
  isEmptyValue,
  listLabels,
  readValue,
  type TextOptions,
} from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { dateFormat, numberFormat } from "../../ui/i18n/formatters.ts";
import { formatLate } from "../../ui/i18n/lateness.ts";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem, MenuSection } from "../../ui/kit/menu.tsx";
import { useReach } from "../../ui/kit/use-reach.ts";
import type { BoardColumn } from "../rows/board-columns.ts";
import type { NextActivity } from "../rows/next-activity.ts";
import type { CardDrag } from "./card-drag.ts";
import { hasFigureRow, isFigure, isOverdue, isOwner, isTime, readAge } from "./card-facts.ts";

interface BoardCardProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Null: nothing is planned. Undefined: it is not known. */
  readonly next: NextActivity | null | undefined;
  /** The columns that the record can go to. */
  readonly targets: readonly BoardColumn[];
  readonly isMenuOpen: boolean;
  readonly onMenuChange: (isOpen: boolean) => void;
  readonly onMove: (target: BoardColumn) => void;
  readonly onPlan: (() => void) | undefined;
  /** Moves the card within its column. Undefined: users do not choose its order. */
  readonly onStep: ((step: 1 | -1) => void) | undefined;
  readonly drag: CardDrag;
  /** The id of the text that says how the keyboard lifts a card. */
  readonly hint: string;
  /** Lifts the card for the keyboard. Undefined: there is no other place for it. */
  readonly onLift: (() => void) | undefined;
}

const MAX_FACTS = 3;

/** A record in a column: title, amount and date, the other facts with the owner and for how long it has been there, and what is planned next. */
export function BoardCard({ kind, record, next, ...tools }: BoardCardProps) {
  const { isMenuOpen, drag, onLift } = tools;
  const t = useText();
  const options = useTextOptions();
  const now = new Date().toISOString();
  const title = formatTitle(kind, record);
  const titleFields = listTitleFields(kind.title);
  const facts = kind.layout.card
    .filter((name) => !titleFields.includes(name) && name !== kind.board?.field && !isEmptyValue(readValue(record, name)))
    .slice(0, MAX_FACTS)
    .flatMap((name) => kind.fields.find((field) => field.name === name && field.visible && !isOwner(field)) ?? []);
  const owners = kind.fields.filter(isOwner);
  const owner = owners.find(({ name }) => kind.layout.card.includes(name)) ?? owners[0];
  const ownerName = owner && nameReference(record, owner);
  const age = readAge(kind, record, now);
  const figures = facts.filter(isFigure).toSorted(compareTimes);
  const texts = facts.filter((field) => !isFigure(field));
  const isFlat = !hasFigureRow(kind);
  const rows = (isFlat ? [[...texts, ...figures]] : [figures, texts]).filter(({ length }) => length > 0);
  const end =
    ownerName === undefined && !age ? null : (
      <span
        className={joinClasses(
          "flex shrink-0 items-center gap-2 text-meta text-text-muted",
          // In one row with a time, that stands at the end already.
          !(isFlat && figures.length > 0) && "ms-auto",
        )}
      >
        {age ? (
          <span
            className="tabular-nums"
            title={t("In this column for {count, plural, one {# day} other {# days}}", { count: age })}
          >
            {formatAge(age, options.locale)}
          </span>
        ) : null}
        {ownerName === undefined ? null : <Avatar name={ownerName} />}
      </span>
    );
  const isLateCard = facts.some((field) => isOverdue(kind, record, field, { now, timeZone: options.timeZone }));
  const card = useRef<HTMLElement>(null);
  const isReached = useReach(card, "[role=row]");
  const isLifted = useSyncExternalStore(drag.subscribe, () => drag.lifted?.record.id === record.id);
  const hasEndRow = isFlat ? rows.length > 0 : texts.length > 0;
  return (
    <article
      ref={card}
      data-card={record.id}
      draggable={onLift !== undefined}
      className={joinClasses(
        "relative flex h-full flex-col rounded-card border border-border bg-raised px-3 py-2 text-control transition-colors group-data-hovered:bg-hover",
        isLifted && "opacity-50 shadow-menu",
      )}
    >
      <h3 className="flex min-w-0 pe-12 font-medium text-text">
        <span dir="auto" title={title} className="truncate">
          {title}
        </span>
      </h3>
      <span className="absolute end-3 -top-1 -me-icon-inset flex tablet:top-1">
        {isReached || isMenuOpen ? <CardTools {...tools} kind={kind} record={record} title={title} /> : null}
      </span>
      {rows.map((row, index) => (
        <div key={row[0]?.name} className="flex min-w-0 items-center gap-2">
          {row.map((field) => (
            <CardFact key={field.name} kind={kind} record={record} field={field} now={now} options={options} />
          ))}
          {hasEndRow && index === rows.length - 1 ? end : null}
        </div>
      ))}
      {next === undefined && (hasEndRow || end === null) ? null : (
        <footer className="mt-auto flex min-h-avatar items-center gap-2 text-meta text-text-muted">
          <Planned next={next} isLateCard={isLateCard} now={now} options={options} />
          {hasEndRow ? null : end}
        </footer>
      )}
    </article>
  );
}

interface CardToolsProps extends Omit<BoardCardProps, "next"> {
  readonly title: string;
}

/** The handle by which the keyboard drags a card, and its menu. */
function CardTools({ kind, record, title, targets, isMenuOpen, onMenuChange, onMove, onPlan, onStep, ...props }: CardToolsProps) {
  const { drag, hint, onLift } = props;
  const t = useText();
  const cancel = (): void => {
    if (drag.lifted?.record.id !== record.id || !drag.lifted.isByKeys) return;
    drag.say(t("{name} stays in {column}", { name: title, column: drag.lifted.from.name }));
    drag.cancel();
  };
  const leave = useEffectEvent(cancel);
  // A card that is no longer in the column cannot take the keys.
  useEffect(() => () => leave(), []);
  return (
    <ButtonContext value={null}>
      {onLift ? (
        // The pointer drags the card itself.
        <span className="pointer-events-none opacity-0 group-data-focus-visible-within:opacity-100 group-data-hovered:opacity-100">
          <IconButton
            isSmall
            label={t("Drag {name}", { name: title })}
            icon={<GripVertical />}
            aria-describedby={hint}
            onPress={onLift}
            onBlur={cancel}
          />
        </span>
      ) : null}
      <Menu
        placement="bottom end"
        isOpen={isMenuOpen}
        onOpenChange={onMenuChange}
        autoFocus="first"
        trigger={<IconButton isSmall label={t("Actions of {name}", { name: title })} icon={<MoreHorizontal />} shortcut="M" />}
        onAction={(key) => {
          if (key === "plan") onPlan?.();
          if (key === "up") onStep?.(-1);
          if (key === "down") onStep?.(1);
          const target = targets.find(({ code }) => `to ${code}` === key);
          if (target) onMove(target);
        }}
      >
        {onStep ? <MenuItem id="up" label={t("Move up")} icon={<ArrowUp />} shortcut="Alt ↑" /> : null}
        {onStep ? <MenuItem id="down" label={t("Move down")} icon={<ArrowDown />} shortcut="Alt ↓" /> : null}
        {targets.length === 0 ? null : (
          <MenuSection title={t("Move to…")}>
            {targets.map(({ code, name }) => (
              <MenuItem key={code} id={`to ${code}`} label={name} />
            ))}
          </MenuSection>
        )}
        {onPlan ? <MenuItem id="plan" label={t("Plan the next task")} icon={<CalendarPlus />} /> : null}
        <MenuItem id="open" label={t("Open")} icon={<ExternalLink />} href={recordPath(kind, record.id)} />
      </Menu>
    </ButtonContext>
  );
}

/** Times stand at the end of the row. */
const compareTimes = (first: Field, second: Field): number => Number(isTime(first)) - Number(isTime(second));

const formatAge = (days: number, locale: string): string =>
  numberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }).format(days);

/** Writes a date, with its year if that is not the present one. */
const formatCardDate = (date: string, now: string, locale: string): string =>
  dateFormat(locale, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
    ...(date.slice(0, 4) === now.slice(0, 4) ? {} : { year: "numeric" }),
  }).format(new Date(`${date}T00:00:00Z`));

/** An id says nothing to people: without a name it is a record that the user may not see. */
function nameReference(record: ConsoleRecord, field: Field): string | undefined {
  const [label] = listLabels(record, field);
  return label === undefined || label.name === record[field.name] ? undefined : label.name;
}

interface CardFactProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly field: Field;
  readonly now: string;
  readonly options: TextOptions;
}

function CardFact({ kind, record, field, now, options }: CardFactProps) {
  const t = useText();
  const value = readValue(record, field.name);
  const isLate = isOverdue(kind, record, field, { now, timeZone: options.timeZone });
  const name = field.type === "reference" ? nameReference(record, field) : undefined;
  if (name !== undefined && field.record === "user")
    return (
      <span className="min-w-0 truncate">
        <Avatar name={name} hasName />
      </span>
    );
  const plain =
    field.type === "reference"
      ? (name ?? EMPTY)
      : field.type === "instant" && !isEmptyValue(value)
        ? formatRelative(String(value), now, options)
        : field.type === "money" && !isEmptyValue(value)
          ? formatMoney(String(value), currencyFor(record, field, options), options.locale, field.format)
          : field.type === "date" && !isEmptyValue(value)
            ? formatCardDate(String(value), now, options.locale)
            : formatValue(record, field, options);
  const markLate = (words: string): string => (isLate ? t("{value}, late", { value: words }) : words);
  return (
    <span
      dir={plain === EMPTY ? undefined : "auto"}
      title={`${field.label}: ${markLate(formatValue(record, field, options))}`}
      className={joinClasses(
        "truncate",
        isTime(field) ? "ms-auto shrink-0 text-meta" : field.type === "money" ? "shrink-0" : "min-w-0",
        isLate ? "text-danger" : plain !== EMPTY && field.type === "money" ? "text-text" : "text-text-muted",
        field.type === "money" && "tabular-nums",
      )}
    >
      {markLate(plain)}
    </span>
  );
}

function Planned({
  next,
  isLateCard,
  now,
  options,
}: {
  readonly next: NextActivity | null | undefined;
  /** Whether the card says already that it is overdue. */
  readonly isLateCard: boolean;
  readonly now: string;
  readonly options: TextOptions;
}) {
  const t = useText();
  if (next === undefined) return null;
  if (next === null) return <span className="min-w-0 truncate">{t("Nothing planned")}</span>;
  const { subject, happens_at } = next;
  const isLate = happens_at !== null && happens_at < now;
  const when = happens_at === null ? "" : formatRelative(happens_at, now, options);
  return (
    <span
      title={[subject, happens_at && formatExact(happens_at, options)].filter(Boolean).join(", ")}
      className={joinClasses("flex min-w-0 flex-1 gap-2", isLate && "text-danger")}
    >
      <span dir="auto" className="truncate">
        {subject}
      </span>
      {isLate && !isLateCard ? (
        <span className="ms-auto shrink-0">{formatLate(happens_at, now, options.locale, t)}</span>
      ) : when === "" ? null : (
        <span className="ms-auto shrink-0">{when}</span>
      )}
    </span>
  );
}
