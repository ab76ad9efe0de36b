import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";

interface LoadErrorProps {
  readonly query: { readonly error: Error | null; readonly refetch: () => unknown };
  /** What could not be loaded, where the API gives no reason. */
  readonly text: string;
}

/** In place of what could not be loaded: the reason, and a button that tries again. */
export function LoadError({ query, text }: LoadErrorProps) {
  const t = useText();
  return (
    <Banner
      kind="danger"
      title={readErrors(query.error, t).form ?? text}
      action={<Button onPress={() => void query.refetch()}>{t("Try again")}</Button>}
    />
  );
}
