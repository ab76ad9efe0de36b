import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";

/** Why figures could not be read. */
export function FigureError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const t = useText();
  const { fields, form } = readErrors(error, t);
  return (
    <Banner
      kind="danger"
      title={Object.values(fields)[0] ?? form ?? t("The figures could not be loaded")}
      action={<Button onPress={onRetry}>{t("Try again")}</Button>}
    />
  );
}
