import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { FigureError } from "./figure-error.tsx";

interface AnswerViewProps<T> {
  readonly answer: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** The content of a page of figures, or its error, or a skeleton while the answer loads. */
export function AnswerView<T>({ answer, children }: AnswerViewProps<T>) {
  const { data, error, isPending, refetch } = answer;
  if (error) return <FigureError error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton shape="block" />;
  return children(data);
}
