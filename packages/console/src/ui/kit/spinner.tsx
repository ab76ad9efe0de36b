import { LoaderCircle } from "lucide-react";

/** Only inside buttons and fields. What loads a page shows a `Skeleton`. */
export function Spinner() {
  return <LoaderCircle className="animate-spin" />;
}
