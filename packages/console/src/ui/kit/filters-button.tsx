import { ListFilter } from "lucide-react";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";

interface FiltersButtonProps {
  /** How many filters are set. */
  readonly count: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** Opens and closes the filters of a page where there is no room for them above its content. */
export function FiltersButton({ count, isOpen, onToggle }: FiltersButtonProps) {
  const t = useText();
  return (
    <Button icon={<ListFilter />} aria-expanded={isOpen} onPress={onToggle}>
      {count === 0 ? t("Filters") : t("Filters ({count})", { count })}
    </Button>
  );
}
