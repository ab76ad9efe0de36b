import { ArrowUp } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";

/** Scrolls to the entries of a day that stand above the hours in view. */
export function EarlierButton({ count, onPress }: { readonly count: number; readonly onPress: () => void }) {
  const t = useText();
  return (
    <Button
      onPress={onPress}
      className="mx-px flex min-h-target min-w-0 flex-1 items-center justify-center gap-1 rounded-small text-meta font-medium text-text-muted focus-ring data-hovered:bg-hover"
    >
      <ArrowUp className="shrink-0" />
      <span className="truncate">{t("{count} earlier", { count: formatCount(count) })}</span>
    </Button>
  );
}
