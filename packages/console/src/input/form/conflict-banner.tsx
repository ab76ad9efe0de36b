import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";

interface ConflictBannerProps {
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Asks whose version counts, where the form shows one value as a whole. `ConflictPanel` compares fields. */
export function ConflictBanner({ onKeepMine, onTakeTheirs }: ConflictBannerProps) {
  const t = useText();
  return (
    <Banner
      kind="warning"
      title={t("Someone changed this while you were editing")}
      action={
        <span className="flex flex-wrap gap-2">
          <Button isSmall onPress={onKeepMine}>
            {t("Keep mine")}
          </Button>
          <Button isSmall onPress={onTakeTheirs}>
            {t("Take theirs")}
          </Button>
        </span>
      }
    />
  );
}
