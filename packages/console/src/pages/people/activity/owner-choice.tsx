import { useText } from "../../../ui/i18n/use-text.ts";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";

interface OwnerChoiceProps {
  readonly isMine: boolean;
  readonly onChange: (isMine: boolean) => void;
}

/** Chooses whose activities the page shows. */
export function OwnerChoice({ isMine, onChange }: OwnerChoiceProps) {
  const t = useText();
  return (
    <SegmentedControl
      label={t("Whose activities")}
      segments={[
        { id: "mine", label: t("Mine") },
        { id: "all", label: t("Everyone's") },
      ]}
      value={isMine ? "mine" : "all"}
      onChange={(id) => onChange(id === "mine")}
    />
  );
}
