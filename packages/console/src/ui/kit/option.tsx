import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ListBoxItem } from "react-aria-components/ListBox";
import { joinClasses } from "./classes.ts";
import { hueClasses } from "./hue.ts";
import type { Option } from "./option-type.ts";
import { itemClass } from "./popover.ts";

export type { Option } from "./option-type.ts";

export const optionListClass = "max-h-panel overflow-auto p-1 outline-none";

function OptionMark({ option }: { readonly option: Option }) {
  if (option.icon !== undefined) return <span className="shrink-0 text-text-muted">{option.icon}</span>;
  if (option.hue === undefined) return null;
  return (
    <span className={joinClasses("flex shrink-0 bg-transparent!", hueClasses[option.hue])}>
      <span className="size-dot rounded-full bg-current" />
    </span>
  );
}

function OptionName({ option }: { readonly option: Option }) {
  return (
    <span dir="auto" className="w-fit max-w-full truncate" title={option.label}>
      {option.label}
    </span>
  );
}

/** A choice as it stands in the closed field. */
export function OptionLabel({ option }: { readonly option: Option }) {
  return (
    <>
      <OptionMark option={option} />
      <OptionName option={option} />
    </>
  );
}

export function OptionItem({ option }: { readonly option: Option }) {
  return (
    <ListBoxItem id={option.id} value={option} textValue={option.label} isDisabled={option.isDisabled} className={itemClass}>
      {({ isSelected }) => (
        <>
          <OptionMark option={option} />
          <span className="flex min-w-0 flex-1 flex-col">
            <OptionName option={option} />
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
