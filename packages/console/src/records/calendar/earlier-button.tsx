import { ArrowUp } from "lucide-react";
import { memo } from "react";
import { Button } from "react-aria-components/Button";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";

interface EarlierButtonProps {
  readonly count: number;
  /** When the first of them begins, in minutes of the day. */
  readonly first: number;
  readonly onShow: (minute: number) => void;
}

/** Scrolls to the entries of a day that stand above the hours in view. */
export const EarlierButton = memo(DrawnButton);

function DrawnButton({ count, first, onShow }: EarlierButtonProps) {
  const t = useText();
  return (
    <Button
      onPress={() => onShow(first)}
      className="mx-px flex min-h-target min-w-0 flex-1 items-center justify-center gap-1 rounded-small text-meta font-medium text-text-muted focus-ring data-hovered:bg-hover"
    >
      <ArrowUp className="shrink-0" />
      <span className="truncate">{t("{count} earlier", { count: formatCount(count) })}</span>
    </Button>
  );
}
