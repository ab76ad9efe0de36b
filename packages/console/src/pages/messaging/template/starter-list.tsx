import { type MailStarter, useStarters } from "../../../records/mail/mail-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { nameBlock, nameStarter } from "./block-names.ts";

interface StarterListProps {
  readonly onChoose: (starter: MailStarter) => void;
}

/** The layouts from which a mail can start. */
export function StarterList({ onChoose }: StarterListProps) {
  const t = useText();
  const starters = useStarters(true);
  if (starters.isError) return <Banner kind="danger" title={t("The layouts could not be loaded")} />;
  if (!starters.data) return <Skeleton shape="block" />;
  return (
    <ul className="grid min-w-0 gap-3 tablet:grid-cols-2">
      {starters.data.map((starter) => {
        const parts = [...new Set(starter.blocks.map(({ type }) => type))].map((type) => nameBlock(type, t));
        const name = nameStarter(starter.key, starter.name, t);
        return (
          <li key={starter.key} className="flex min-w-0 items-start gap-3 rounded-card border border-border bg-surface p-3">
            <span className="flex min-w-0 flex-1 flex-col gap-1">
              <span className="text-body font-medium">{name}</span>
              <span className="text-meta text-text-muted">{parts.join("\u00a0· ")}</span>
            </span>
            <Button isSmall aria-label={t("Start from {name}", { name })} onPress={() => onChoose(starter)}>
              {t("Use")}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
