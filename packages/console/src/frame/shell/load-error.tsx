import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";

interface FailedQuery {
  readonly error: unknown;
  readonly refetch: () => unknown;
}

interface LoadErrorProps {
  /** The query that failed, or all queries that make one part of a page. */
  readonly query: FailedQuery | readonly FailedQuery[];
  /** What could not be loaded, where the API gives no reason. */
  readonly text: string;
  /** In place of the reason of the API, where the page knows a better one. */
  readonly reason?: string | undefined;
}

/** In place of what could not be loaded: the reason, and a button that tries again. */
export function LoadError({ query, text, reason }: LoadErrorProps) {
  const t = useText();
  const queries = [query].flat();
  const error = queries.find((failed) => failed.error)?.error;
  const retry = (): void => {
    for (const { refetch } of queries) void refetch();
  };
  return (
    <Banner
      kind="danger"
      title={reason ?? readErrors(error, t).form ?? text}
      action={<Button onPress={retry}>{t("Try again")}</Button>}
    />
  );
}
