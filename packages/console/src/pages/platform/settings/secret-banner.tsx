import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { CopyButton } from "../../../ui/kit/copy-button.tsx";

interface SecretBannerProps {
  readonly title: string;
  readonly secret: string;
  readonly onDismiss: () => void;
}

/** A secret that the API tells only once. It is in no storage of the browser. */
export function SecretBanner({ title, secret, onDismiss }: SecretBannerProps) {
  const t = useText();
  return (
    <Banner kind="success" title={title} onDismiss={onDismiss} action={<CopyButton text={secret} />}>
      <code dir="ltr" className="font-mono text-meta wrap-anywhere select-all">
        {secret}
      </code>
      <p className="text-meta text-text-muted">{t("Keep it where only the program can read it.")}</p>
    </Banner>
  );
}
