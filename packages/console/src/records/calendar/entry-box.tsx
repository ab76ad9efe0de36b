import { Check, CircleAlert, ExternalLink, MoreHorizontal } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, memo, useMemo, useRef, useState } from "react";
import { Link } from "react-aria-components/Link";
import { formatTitle, recordPath } from "../../api/schema.ts";
import { formatTime } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { joinClasses } from "../../ui/kit/classes.ts";
import { hueClasses } from "../../ui/kit/hue.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem, MenuSection } from "../../ui/kit/menu.tsx";
import { addDays } from "./calendar-days.ts";
import {
  findHueField,
  isClosed,
  isLong,
  isOverdue,
  moveByDays,
  moveToTime,
  readDayIn,
  readHue,
  readHueLabel,
  readMinute,
  resizeTo,
  resizeToDay,
} from "./calendar-entries.ts";
import type { EntryContext, RecordEntry } from "./entry.ts";
import { hasSameItems } from "./entry-layout.ts";
import { describePlace, describeTime } from "./entry-text.ts";
import { MoreButton } from "./more-button.tsx";
import type { EntryChange } from "./use-calendar-entries.ts";
import { useMovedFocus } from "./use-moved-focus.ts";

interface EntryBoxProps extends EntryContext {
  readonly entry: RecordEntry;
  /** Lower than two lines: title and time share one. */
  readonly isLow: boolean;
  /** Higher than three lines: the title takes two. */
  readonly isHigh?: boolean;
  /** Where it can be made longer: at its lower edge, at its end, or not. */
  readonly handle?: "bottom" | "end";
  /** The present in milliseconds, which decides what is overdue. */
  readonly now?: number;
}

const boxProps = ["entry", "isLow", "isHigh", "handle", "now", "kind", "reader", "canChange", "onChange", "moved"] as const;

/** An entry of a calendar. Only entries that changed are drawn again while one of many is dragged. */
export const EntryBox = memo(DrawnEntry, (before, after) => boxProps.every((name) => before[name] === after[name]));

/** A link to the record of an entry in the hue of its type. `m` and a right click open its menu. */
function DrawnEntry({ entry, isLow, isHigh = false, handle, now = Date.now(), ...context }: EntryBoxProps) {
  const { kind, reader, canChange, moved } = context;
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  // Hundreds of entries are drawn at once. The menu of one is drawn when the pointer or the focus comes to it; a finger does not announce itself.
  const [hasMenu, setMenu] = useState(() => matchMedia("(pointer: coarse)").matches);
  const showMenu = (): void => setMenu(true);
  const link = useRef<HTMLAnchorElement>(null);
  useMovedFocus(
    moved,
    useMemo(() => [entry], [entry]),
    link,
  );
  const { record, time } = entry;
  const title = formatTitle(kind, record);
  const when = describeTime(entry, reader);
  const hueField = findHueField(kind);
  const isDone = isClosed(record);
  const isLate = isOverdue(entry, now, reader.timeZone);
  const start = time && !isLong(entry) ? formatTime(new Date(time.start).toISOString(), reader) : "";
  const about = [title, describePlace(entry, reader), readHueLabel(hueField, record), isLate ? t("overdue") : ""]
    .filter(Boolean)
    .join(", ");
  const open = (event: KeyboardEvent | MouseEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    showMenu();
    setOpen(true);
  };
  const canMove = canChange(entry);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the link in it has the focus; its keys open the menu beside it
    <div
      data-entry={entry.id}
      onPointerEnter={showMenu}
      onFocusCapture={showMenu}
      onContextMenu={open}
      onKeyDown={(event) => {
        if (event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey && !event.altKey && !isOpen) open(event);
      }}
      className={joinClasses(
        "group @container relative flex size-full min-h-6 min-w-0 items-stretch overflow-hidden rounded-small border-s-3 border-current text-meta select-none",
        isLate ? "bg-danger-subtle text-danger" : hueClasses[isDone ? "gray" : readHue(hueField, record)],
      )}
    >
      <Link
        ref={link}
        href={recordPath(kind, entry.id)}
        aria-label={about}
        aria-keyshortcuts={canMove ? "M" : undefined}
        className={joinClasses(
          "flex min-w-0 flex-1 cursor-default gap-x-1 rounded-small px-1 data-focus-visible:ring-inside data-hovered:bg-current/10",
          isLow ? "items-center" : "flex-col py-1 pointer-coarse:pe-12",
          !isLow && when === "" && "justify-center",
        )}
      >
        <span className={joinClasses("flex min-w-0 gap-1", isHigh ? "items-start" : "items-center")}>
          {isLate ? <CircleAlert aria-hidden="true" /> : isDone ? <Check aria-hidden="true" className="shrink-0" /> : null}
          {/* The time goes to a second line, which low entries do not show, where it does not fit beside the title. */}
          <span className={joinClasses("flex min-w-0 gap-x-1", isLow && "h-4 flex-wrap overflow-hidden")}>
            <span
              dir="auto"
              title={about}
              className={joinClasses("w-fit max-w-full min-w-0 font-medium", isHigh ? "line-clamp-2" : "truncate")}
            >
              {title}
            </span>
            {isLow && start !== "" ? <span className="tabular-nums">{start}</span> : null}
          </span>
        </span>
        {isLow || when === "" ? null : <span className="truncate tabular-nums">{when}</span>}
      </Link>
      {canMove && hasMenu ? (
        // Over a narrow entry, where it would leave nothing to drag, a right click and `m` open the menu.
        <span
          data-no-drag
          className="invisible absolute end-0 top-0 rounded-small bg-raised opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 @entry:visible pointer-coarse:visible pointer-coarse:bg-transparent pointer-coarse:opacity-100"
        >
          <EntryMenu entry={entry} title={title} isOpen={isOpen} onOpenChange={setOpen} {...context} />
        </span>
      ) : null}
      {canMove && handle === "bottom" ? <span data-resize className="absolute inset-x-0 bottom-0 h-2 cursor-ns-resize" /> : null}
      {canMove && handle === "end" ? <span data-resize className="absolute inset-y-0 end-0 w-2 cursor-ew-resize" /> : null}
      {isDone ? <span className="sr-only">{t("Done")}</span> : null}
    </div>
  );
}

const STEP = 15;

interface EntryMenuProps extends EntryContext {
  readonly entry: RecordEntry;
  readonly title: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** Does by keyboard and finger what the mouse does by dragging. */
function EntryMenu({ entry, title, isOpen, onOpenChange, kind, reader, onChange, moved }: EntryMenuProps) {
  const t = useText();
  const { time, lastDay, fields } = entry;
  const { timeZone } = reader;
  const shift = (minutes: number): EntryChange => {
    if (!time) return {};
    const start = time.start + minutes * 60_000;
    return moveToTime(entry, readDayIn(start, timeZone), readMinute(start, timeZone), timeZone);
  };
  const stretch = (minutes: number): EntryChange => {
    if (!time) return resizeToDay(entry, addDays(lastDay, Math.sign(minutes)));
    const end = Math.max(time.end + minutes * 60_000, time.start + STEP * 60_000);
    return resizeTo(entry, readDayIn(end, timeZone), readMinute(end, timeZone), timeZone);
  };
  const changes: Readonly<Record<string, () => EntryChange>> = {
    earlier: () => shift(-STEP),
    later: () => shift(STEP),
    "day-earlier": () => moveByDays(entry, -1, timeZone),
    "day-later": () => moveByDays(entry, 1, timeZone),
    longer: () => stretch(STEP),
    shorter: () => stretch(-STEP),
  };
  const hasTime = time !== undefined && !isLong(entry);
  return (
    <Menu
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      autoFocus="first"
      placement="bottom start"
      trigger={
        <IconButton
          isSmall
          excludeFromTabOrder
          label={t("Actions of {name}", { name: title })}
          icon={<MoreHorizontal />}
          shortcut="M"
        />
      }
      onAction={(key) => {
        const change = changes[String(key)]?.();
        if (!change) return;
        moved.current = entry.id;
        onChange(entry, change);
      }}
    >
      <MenuItem id="open" label={t("Open")} icon={<ExternalLink />} href={recordPath(kind, entry.id)} />
      <MenuSection title={t("Move")}>
        {hasTime ? <MenuItem id="earlier" label={t("{count} minutes earlier", { count: STEP })} /> : null}
        {hasTime ? <MenuItem id="later" label={t("{count} minutes later", { count: STEP })} /> : null}
        <MenuItem id="day-earlier" label={t("One day earlier")} />
        <MenuItem id="day-later" label={t("One day later")} />
      </MenuSection>
      {fields.end === undefined ? null : (
        <MenuSection title={t("Duration")}>
          <MenuItem id="longer" label={time ? t("{count} minutes longer", { count: STEP }) : t("One day longer")} />
          <MenuItem id="shorter" label={time ? t("{count} minutes shorter", { count: STEP }) : t("One day shorter")} />
        </MenuSection>
      )}
    </Menu>
  );
}

interface HiddenEntriesProps extends Pick<EntryContext, "kind" | "reader" | "moved"> {
  readonly entries: readonly RecordEntry[];
}

/** The entries that have no room, in a list. */
export const HiddenEntriesMenu = memo(
  DrawnHiddenEntries,
  (before, after) => before.kind === after.kind && before.reader === after.reader && hasSameItems(before.entries, after.entries),
);

function DrawnHiddenEntries({ entries, kind, reader, moved }: HiddenEntriesProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useMovedFocus(moved, entries, button);
  // Hundreds of entries are described only when the list opens.
  const shown = isOpen ? entries : [];
  return (
    <span data-no-drag className="flex size-full min-w-0">
      <Menu
        trigger={<MoreButton ref={button} count={entries.length} />}
        placement="bottom end"
        isOpen={isOpen}
        onOpenChange={setOpen}
      >
        {shown.map((entry) => (
          <MenuItem
            key={entry.id}
            id={entry.id}
            href={recordPath(kind, entry.id)}
            label={formatTitle(kind, entry.record)}
            description={describeTime(entry, reader) || t("All day")}
          />
        ))}
      </Menu>
    </span>
  );
}
