import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ListBoxItem } from "react-aria-components/ListBox";
import { joinClasses } from "./classes.ts";
import { type Hue, hueClasses } from "./hue.ts";
import { itemClass } from "./popover.ts";

/** A choice of a list. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** The hue of a status. */
  readonly hue?: Hue;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
}

export const optionListClass = "max-h-panel overflow-auto p-1 outline-none";

/** A choice as it stands in a list and in the closed field. */
export function OptionLabel({ option }: { readonly option: Option }) {
  return (
    <>
      {option.hue === undefined ? null : (
        <span className={joinClasses("flex shrink-0 bg-transparent!", hueClasses[option.hue])}>
          <span className="size-dot rounded-full bg-current" />
        </span>
      )}
      {option.icon === undefined ? null : <span className="shrink-0 text-text-muted">{option.icon}</span>}
      <span dir="auto" className="truncate" title={option.label}>
        {option.label}
      </span>
    </>
  );
}

export function OptionItem({ option }: { readonly option: Option }) {
  return (
    <ListBoxItem id={option.id} value={option} textValue={option.label} isDisabled={option.isDisabled} className={itemClass}>
      {({ isSelected }) => (
        <>
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="flex min-w-0 items-center gap-2">
              <OptionLabel option={option} />
            </span>
            {option.description === undefined ? null : (
              <span className="truncate text-meta text-text-muted">{option.description}</span>
            )}
          </span>
          {isSelected ? <Check /> : null}
        </>
      )}
    </ListBoxItem>
  );
}

/** What a list says that has no choices. */
export function OptionNote({ children }: { readonly children: ReactNode }) {
  return <div className="px-2 py-2 text-control text-text-muted">{children}</div>;
}
