import { useEffect, useState } from "react";
import { untilNextMinute } from "./clock-rules.ts";

/** Returns the present instant. It changes with each minute, without a request. */
export function useMinute(): string {
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setTimeout(() => setNow(new Date().toISOString()), untilNextMinute(Date.parse(now)));
    return () => clearTimeout(timer);
  }, [now]);
  return now;
}
