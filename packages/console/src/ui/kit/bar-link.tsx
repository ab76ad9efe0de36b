import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Link as AriaLink } from "react-aria-components/Link";
import { joinClasses } from "./classes.ts";

interface BarEntryProps {
  readonly label: string;
  readonly icon: ReactNode;
}

const entryClass =
  "flex min-w-target flex-auto cursor-default flex-col items-center justify-center gap-1 rounded-control px-px text-meta focus-ring data-focus-visible:ring-inside";

function BarEntry({ label, icon }: BarEntryProps) {
  return (
    <>
      {icon}
      <span dir="auto" className="max-w-full truncate" title={label}>
        {label}
      </span>
    </>
  );
}

/** An entry of the bar at the foot of a phone. */
export function BarLink({ href, isCurrent, ...entry }: BarEntryProps & { readonly href: string; readonly isCurrent: boolean }) {
  return (
    <AriaLink
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      className={joinClasses(entryClass, isCurrent ? "font-medium text-accent-text" : "text-text-muted")}
    >
      <BarEntry {...entry} />
    </AriaLink>
  );
}

/** An entry of the bar that opens a sheet. */
export function BarButton({
  onPress,
  isCurrent,
  ...entry
}: BarEntryProps & { readonly isCurrent: boolean; readonly onPress: () => void }) {
  return (
    <AriaButton
      onPress={onPress}
      className={joinClasses(entryClass, isCurrent ? "font-medium text-accent-text" : "text-text-muted")}
    >
      <BarEntry {...entry} />
    </AriaButton>
  );
}
