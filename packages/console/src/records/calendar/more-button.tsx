import type { Ref } from "react";
import { Button, type ButtonProps } from "react-aria-components/Button";
import { useText } from "../../ui/i18n/use-text.ts";

/** "+3": opens the entries that have no room. */
export function MoreButton({
  count,
  ...props
}: Omit<ButtonProps, "children" | "className" | "style"> & { readonly count: number; readonly ref?: Ref<HTMLButtonElement> }) {
  const t = useText();
  return (
    <Button
      {...props}
      aria-label={t("{count, plural, one {# more} other {# more}}", { count })}
      className="flex min-h-6 min-w-0 flex-1 items-center justify-center rounded-small bg-hover px-1 text-meta font-medium text-text focus-ring data-hovered:bg-border"
    >
      <span dir="ltr">{`+${count}`}</span>
    </Button>
  );
}
