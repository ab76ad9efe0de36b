import { Check, ChevronRight, Search } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Group } from "react-aria-components/Group";
import { Header } from "react-aria-components/Header";
import { Input } from "react-aria-components/Input";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  type MenuItemProps as AriaMenuItemProps,
  type MenuProps as AriaMenuProps,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  SubmenuTrigger,
} from "react-aria-components/Menu";
import { type Placement, Popover } from "react-aria-components/Popover";
import { SearchField } from "react-aria-components/SearchField";
import { Separator } from "react-aria-components/Separator";
import { joinClasses } from "./classes.ts";
import { Kbd } from "./kbd.tsx";
import { itemClass, popoverClass } from "./popover.ts";

interface MenuProps extends Omit<AriaMenuProps<object>, "children" | "className" | "style" | "items"> {
  /** The button that opens the menu. */
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly placement?: Placement;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  /** The label of a field that finds entries by a part of their names. Without it a menu of many entries is searched by first letters. */
  readonly searchLabel?: string | undefined;
}

const listClass = "min-w-field-short max-w-menu p-1 outline-none";

export function Menu({ trigger, children, placement = "bottom start", isOpen, onOpenChange, searchLabel, ...props }: MenuProps) {
  const list = (
    // The field above a menu keeps the focus, however the menu was opened.
    <AriaMenu {...props} {...(searchLabel === undefined ? {} : { autoFocus: false })} className={listClass}>
      {children}
    </AriaMenu>
  );
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      <Popover offset={4} placement={placement} className={popoverClass}>
        {searchLabel === undefined ? list : <MenuSearch label={searchLabel}>{list}</MenuSearch>}
      </Popover>
    </MenuTrigger>
  );
}

/** A field above a menu. It keeps the focus, so that arrows and Enter choose among what it finds. */
function MenuSearch({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const { contains } = useFilter({ sensitivity: "base" });
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label={label} autoFocus className="sticky top-0 z-10 border-b border-border bg-surface p-1">
        <Group className="flex h-control items-center text-text-muted">
          <span className="shrink-0 ps-2">
            <Search />
          </span>
          <Input
            placeholder={label}
            className="h-full w-full min-w-0 bg-transparent px-2 text-input text-text outline-none [&::-webkit-search-cancel-button]:hidden"
          />
        </Group>
      </SearchField>
      {children}
    </Autocomplete>
  );
}

interface MenuItemProps extends Omit<AriaMenuItemProps, "children" | "className" | "style"> {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly description?: string;
  readonly shortcut?: string;
  readonly isDanger?: boolean;
}

export function MenuItem({ label, icon, description, shortcut, isDanger = false, ...props }: MenuItemProps) {
  return (
    <AriaMenuItem {...props} textValue={label} className={joinClasses(itemClass, isDanger && "text-danger!")}>
      {({ hasSubmenu, selectionMode, isSelected }) => (
        <>
          {selectionMode === "none" ? null : <span className="size-icon shrink-0">{isSelected ? <Check /> : null}</span>}
          {icon === undefined ? null : <span className={joinClasses("shrink-0", !isDanger && "text-text-muted")}>{icon}</span>}
          <span className="flex min-w-0 flex-1 flex-col">
            <span dir="auto" className="w-fit max-w-full truncate" title={label}>
              {label}
            </span>
            {description === undefined ? null : <span className="text-meta text-text-muted">{description}</span>}
          </span>
          {shortcut === undefined ? null : <Kbd keys={shortcut} />}
          {hasSubmenu ? <ChevronRight className="mirror text-text-muted" /> : null}
        </>
      )}
    </AriaMenuItem>
  );
}

/** Entries that belong together, under a title. */
export function MenuSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <AriaMenuSection className="pt-1">
      <Header className="px-2 py-1 text-meta font-medium text-text-muted">{title}</Header>
      {children}
    </AriaMenuSection>
  );
}

export function MenuDivider() {
  return <Separator className="my-1 border-t border-border" />;
}

/** A menu that an entry opens. `item` is a `MenuItem`. */
export function Submenu({ item, children }: { readonly item: ReactElement; readonly children: ReactNode }) {
  return (
    <SubmenuTrigger>
      {item}
      <Popover offset={-4} className={popoverClass}>
        <AriaMenu className={listClass}>{children}</AriaMenu>
      </Popover>
    </SubmenuTrigger>
  );
}
