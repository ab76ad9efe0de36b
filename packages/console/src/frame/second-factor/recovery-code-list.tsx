import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { buildTextFile } from "./secret-text.ts";

interface RecoveryCodeListProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

/** Shows new recovery codes, once. */
export function RecoveryCodeList({ codes, onDone }: RecoveryCodeListProps) {
  const t = useText();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(codes.join("\n"));
      showToast({ text: t("The recovery codes were copied") });
    } catch {
      // Browsers refuse the clipboard without a permission, and on pages without encryption.
      showToast({ text: t("The browser does not allow copying. Download the codes."), isError: true });
    }
  };
  return (
    <div className="flex flex-col gap-4">
      <Banner kind="success" title={t("Save your recovery codes now. They are not shown again.")}>
        {t("With one of them you can sign in without your phone. Each is valid once.")}
      </Banner>
      <ul className="grid grid-cols-1 gap-x-6 gap-y-2 tablet:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>
            <code dir="ltr" className="font-mono text-body select-all">
              {code}
            </code>
          </li>
        ))}
      </ul>
      <span className="flex flex-wrap items-center gap-3">
        <Button onPress={() => void copy()}>{t("Copy")}</Button>
        <Link variant="action" href={buildTextFile(codes)} download="recovery-codes.txt">
          {t("Download")}
        </Link>
      </span>
      <span>
        <Button variant="primary" onPress={onDone}>
          {t("I have saved the codes")}
        </Button>
      </span>
    </div>
  );
}
